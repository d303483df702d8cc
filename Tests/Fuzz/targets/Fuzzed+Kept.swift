import Engine
import FeatureFlags
import Monitoring
@testable import Persistence
import Platform

extension Fuzzed {
    /// Files of ours that somebody else may have written since. Their checksums are made right, or no byte behind them
    /// would ever be reached.
    static let kept = [
        Fuzzed(
            "state",
            [#"{"since": {}, "flagValues": {"flag@f:x": {"on": {}}}, "conditions": {"queue:q": {}}}"#]
        ) {
            let head =
                #"{"crc32c":"\#(CRC32C.text(of: $0))","generation":9223372036854775807,"length":\#($0.count)"#
            _ = try? StateFormat.current.read(Array((head + ",\"schema\":2}\n").utf8) + $0)
            _ = try? StateFormat.current.read($0)
        },
        Fuzzed("audit", [audit]) { bytes in
            var log: [UInt8] = []
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                log += line + Array(",\"crc\":\"\(CRC32C.text(of: line))\"}\n".utf8)
            }
            guard var chain = try? AuditChain(log) else { return }
            chain.compare(with: AuditAnchor.Found(bytes))
            _ = chain.recorded
            for line in chain.lines() {
                hold(line.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }, "a record acts on a terminal")
            }
        },
        Fuzzed("marks", ["pid 4711, start 88, boot 5f;10.0.0.7\n", "queue@magento-db/v:erp.order", "sha 12"])
        {
            let text = String(decoding: $0, as: UTF8.self)
            if let mark = ProcessMark(text) {
                hold(ProcessMark(mark.text) == mark, "a mark is not what it says")
            }
            if let id = EntityID(text) { hold(EntityID(id.key) == id, "an entity is not what it says") }
            _ = (LockHolder($0), AuditAnchor.Found($0), AuditMark(text))
        },
    ]

    private static let audit =
        #"{"v":1,"seq":1,"prev":"0","ts":"2026-11-29T02:14:37Z","mono_ns":1,"boot_id":"b","host":"h","uid":1,"#
        + #""login":"mira","ssh_client":"","env":"e","op_id":"1","phase":"started","backend":"f","flag":"x","#
        + #""from":"ON","to":"25 %","revision":"r","reason":"","result":"pid 1, start 2, boot 3""#
}

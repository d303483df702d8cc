import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

/// Another program wrote the same file while a flag was changed, or soon after: told, and on record.
@Suite struct AftermathTests {
    private let change = FlagChange(
        opID: "op-1", flag: "erp.v2", backend: "flagd", from: .on, to: .off, expectedRevision: "r1")
    private let deed = "another program wrote flags.json right after"

    @Test(.timeLimit(.minutes(1)))
    func
        `a change that another program crossed is a conflict on record and an event, and it may be changed again`()
        async throws
    {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        flags.end(.crossed(flag("erp.v2", .on), deed))
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.next == .off }
            let reply = await bench.engine.submit(.change(change))
            #expect(reply == .changed(.crossed(flag("erp.v2", .on), deed)))
            #expect(stores.now.audit.map(\.phase) == [.intent, .conflict])
            #expect(stores.now.audit.last?.result == "reads ON; \(deed)")
            try await bench.until("told") {
                $0.events.contains {
                    $0.text == "conflict: erp.v2 is ON after mira turned it OFF; \(deed)"
                        && $0.status == .warning
                }
            }
            let row = bench.snapshot?.flags.first
            #expect(row?.next == .off && row?.judgement.status == .warning)
            #expect(row?.judgement.reason == ["conflict: \(deed)"])
            flags.end(nil)
            var again = change
            again.opID = "op-2"
            _ = await bench.engine.submit(.change(again))
            try await bench.until("well again") { $0.flags.first?.judgement.status == .off }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what comes to light after a change was confirmed is the last word on record`() async throws {
        let stores = FakeStores()
        let flags = FakeFlags([flag("erp.v2", .on)])
        flags.tellLater(.crossed(flag("erp.v2", .on), deed))
        let bench = Bench(stores: stores, backends: [flags]) { _ in [] }
        try await bench.run { bench in
            try await bench.until("the flag") { $0.flags.first?.next == .off }
            guard case .changed(.confirmed) = await bench.engine.submit(.change(change)) else {
                Issue.record("not confirmed")
                return
            }
            try await bench.until("told") {
                $0.events.contains { $0.text.hasPrefix("conflict: erp.v2 is ON") }
            }
            try await eventually("on record") {
                stores.now.audit.map(\.phase) == [.intent, .confirmed, .conflict]
            }
        }
    }
}

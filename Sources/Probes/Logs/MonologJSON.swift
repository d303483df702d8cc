import Documents
import Monitoring

extension MonologLine {
    private static let limits = ReadLimits(bytes: LineSplitter.cap, nodes: 20_000)

    /// A record of Monolog's `JsonFormatter`, `{"message":…,"level_name":…,"datetime":…}`, made to read as
    /// its line formatter writes it, `channel.LEVEL: message context extra`; nil for any other line.
    package init?(json line: ArraySlice<UInt8>) {
        // Reading JSON costs more than looking for its first words, and few lines are it.
        guard line.first == UInt8(ascii: "{"), line.last == UInt8(ascii: "}"),
            Bytes.find(Self.levelKey[...], in: line) != nil,
            let node = try? JSON.read(Array(line), name: "line", limits: Self.limits),
            let message = node["message"]?.string, let word = node["level_name"]?.string,
            let level = Level.allCases.first(where: { $0.word == word }),
            let time = Self.time(node["datetime"])
        else { return nil }
        let channel = node["channel"]?.string ?? "main"
        var text = "\(channel).\(word): "
        let head = text.utf8.count
        text += message
        for key in ["context", "extra"] { text += " " + Self.written(node[key]) }
        // A message with line breaks is one record here.
        let bytes = Array(text.utf8)
        self.time = time
        self.level = level
        record = bytes[...]
        self.message = bytes[head...]
    }

    private static let levelKey = Array("\"level_name\"".utf8)

    /// A text, or PHP's own form of a time: `{"date": "2026-11-21 10:02:13.482910", "timezone": "UTC"}`.
    private static func time(_ node: Node?) -> WallTime? {
        if let text = node?.string { return LogTime.iso(ArraySlice(text.utf8)) }
        guard let date = node?["date"]?.string, let zone = node?["timezone"]?.string else { return nil }
        let offset = ["UTC", "Z", "+00:00", "Etc/UTC"].contains(zone) ? "" : zone
        return LogTime.iso(ArraySlice((date + offset).utf8))
    }

    private static func written(_ node: Node?) -> String {
        guard let node, let bytes = try? JSONWriter.write(value(node), sortedKeys: false) else { return "[]" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func value(_ node: Node) -> JSONValue {
        switch node.content {
        case .mapping(let members):
            // PHP writes an empty array for an empty context.
            members.isEmpty
                ? .array([]) : .object(members.map { JSONValue.Member($0.key, value($0.value)) })
        case .sequence(let elements): .array(elements.map(value))
        case .scalar(let text, .literal):
            node.isNull ? .null : node.bool.map { .bool($0) } ?? .number(text)
        case .scalar(let text, _): .string(text)
        }
    }
}

import Text

/// What a check is about: its kind, where it lives and its name, compared **as bytes**.
///
/// Printed `queue:erp.order.export`; where two share that, a screen adds source or virtual host.
package struct EntityID: Sendable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case queue, integration, cron, indexer, flag, source, recon
    }

    package var kind: Kind
    /// The source or flag backend it was read from, as the config names it; empty for what the config itself
    /// names (integrations, sources).
    package var source: String
    /// The broker's virtual host; nil where there is none.
    package var virtualHost: String?
    /// As the server has it, not cleaned.
    package var name: String

    package init(_ kind: Kind, _ name: String, in source: String = "", virtualHost: String? = nil) {
        self.kind = kind
        self.source = source
        self.virtualHost = virtualHost
        self.name = name
    }
}

extension EntityID: Hashable, Comparable {
    package static func == (left: EntityID, right: EntityID) -> Bool {
        left.kind == right.kind && ExactName.same(left.name, right.name)
            && ExactName.same(left.source, right.source)
            && (left.virtualHost == nil) == (right.virtualHost == nil)
            && ExactName.same(left.virtualHost ?? "", right.virtualHost ?? "")
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        ExactName.hash(name, into: &hasher)
        ExactName.hash(source, into: &hasher)
        ExactName.hash(virtualHost ?? "", into: &hasher)
    }

    /// By kind, name, source, virtual host.
    package static func < (left: EntityID, right: EntityID) -> Bool {
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        if !ExactName.same(left.name, right.name) { return ExactName.precedes(left.name, right.name) }
        if !ExactName.same(left.source, right.source) {
            return ExactName.precedes(left.source, right.source)
        }
        let (one, other) = (left.virtualHost ?? "", right.virtualHost ?? "")
        if !ExactName.same(one, other) { return ExactName.precedes(one, other) }
        return left.virtualHost == nil && right.virtualHost != nil
    }
}

extension EntityID: CustomStringConvertible {
    /// `queue:erp.order.export`, for people: it does not say where.
    package var description: String { "\(kind.rawValue):\(name)" }

    /// `queue@rabbit/%2F:erp.order.export`, `integration:orders`: one text an entity, one entity a text, and
    /// ASCII alone, so that no normalisation makes two of them equal. Escaped as in addresses.
    package var key: String {
        var text = kind.rawValue
        if !source.isEmpty || virtualHost != nil { text += "@" + Self.escaped(source, isPlace: true) }
        if let virtualHost { text += "/" + Self.escaped(virtualHost, isPlace: true) }
        return text + ":" + Self.escaped(name, isPlace: false)
    }

    /// Reads a `key`; nil when the kind is not one of ours or the name is empty.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let name = Self.unescaped(bytes[bytes.index(after: colon)...]), !name.isEmpty
        else { return nil }
        let head = bytes[..<colon].split(
            separator: UInt8(ascii: "@"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = head.first, let kind = Kind(rawValue: String(decoding: first, as: UTF8.self)) else {
            return nil
        }
        guard head.count == 2 else {
            self.init(kind, name)
            return
        }
        let place = head[1].split(
            separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let source = place.first.flatMap({ Self.unescaped($0) }) else { return nil }
        var host: String?
        if place.count == 2 {
            guard let unescaped = Self.unescaped(place[1]) else { return nil }
            host = unescaped
        }
        self.init(kind, name, in: source, virtualHost: host)
    }

    private static func escaped(_ text: String, isPlace: Bool) -> String {
        var escaped = ""
        for byte in text.utf8 {
            let isPlain =
                switch byte {
                case UInt8(ascii: "%"), 0x00..<0x20, 0x7F...: false
                case UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"): !isPlace
                default: true
                }
            if isPlain {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += (byte < 16 ? "%0" : "%") + digits
            }
        }
        return escaped
    }

    private static func unescaped(_ text: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension EntityID: Codable {
    // One text in JSON, the key.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = EntityID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) names no entity")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(key)
    }
}

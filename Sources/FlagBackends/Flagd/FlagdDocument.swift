import Documents
import FeatureFlags
import Platform
import Text

/// A flagd file as text and what its flags mean (flagd schema v0; `apis.md` 4.6).
struct FlagdDocument {
    let bytes: [UInt8]
    let name: String
    let format: Edit.Format
    private let flagsNode: Node

    /// JSON when the name ends in `.json` or the text begins with a brace, else YAML. Throws for text that
    /// is neither, and for a document without `flags`.
    init(_ bytes: [UInt8], name: String) throws(DocumentError) {
        self.bytes = bytes
        self.name = name
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        format = name.hasSuffix(".json") || first == UInt8(ascii: "{") ? .json : .yaml
        let root =
            switch format {
            case .json: try JSON.read(bytes, name: name)
            case .yaml: try YAML.read(bytes, name: name)
            }
        guard let flags = root["flags"], flags.members != nil else {
            throw DocumentError(name: name, at: root.place, message: "expected a mapping with the key flags")
        }
        flagsNode = flags
    }

    func flags(backend: String) throws(SystemError) -> [FlagReading] {
        var flags: [FlagReading] = []
        for member in flagsNode.members ?? [] {
            flags.append(try reading(of: member, backend: backend))
        }
        return flags
    }

    /// The text with the default variant of `flag` replaced and every other byte kept.
    func setting(_ flag: String, to variant: String) throws(DocumentError) -> [UInt8] {
        try Edit.replaceScalar(
            in: bytes, at: ["flags", flag, "defaultVariant"], with: .string(variant), format: format,
            name: name)
    }

    /// The variant that stands for ON or OFF, nil when there is none or more than one.
    func variant(of flag: String, for value: FlagValue) -> String? {
        guard let node = flagsNode[flag] else { return nil }
        return Self.booleans(node)[value == .on]
    }

    private func reading(of member: Node.Member, backend: String) throws(SystemError) -> FlagReading {
        let node = member.value
        let variants = node["variants"]?.members ?? []
        let range = node.place.bytes.clamped(to: 0..<bytes.count)
        var flag = FlagReading(
            name: member.key, backend: backend, value: Self.value(node), variants: variants.map(\.key),
            revision: String(try Hash.sha256(Array(bytes[range])).prefix(16)))
        flag.fixedReason = Self.fixedReason(node)
        return flag
    }

    private static func value(_ node: Node) -> FlagValue {
        guard node["state"]?.text == "ENABLED" else { return .codeDefault }
        if let share = onShare(node) { return .rollout(share) }
        guard let name = node["defaultVariant"]?.text, node["defaultVariant"]?.isNull != true else {
            return .codeDefault
        }
        return switch node["variants"]?[name]?.bool {
        case true: .on
        case false: .off
        default: .variant(name)
        }
    }

    private static func fixedReason(_ node: Node) -> String? {
        guard node["state"]?.text == "ENABLED" else {
            return "it is disabled: the application's own default decides"
        }
        if onShare(node) != nil { return "a share of the traffic decides, edit its targeting by hand" }
        if let targeting = node["targeting"], targeting.members?.isEmpty == false {
            return "a targeting rule decides, edit it by hand"
        }
        if node["defaultVariant"]?.text == nil || node["defaultVariant"]?.isNull == true {
            return "it has no default variant: the application's own default decides"
        }
        let both = booleans(node)
        return both[true] != nil && both[false] != nil ? nil : "its variants are not one ON and one OFF"
    }

    /// Per cent of the traffic that gets an ON variant, when a top-level `fractional` decides.
    private static func onShare(_ node: Node) -> Double? {
        guard let parts = node["targeting"]?["fractional"]?.elements else { return nil }
        var on = 0.0
        var all = 0.0
        for part in parts {
            guard let pair = part.elements, let name = pair.first?.text else { continue }
            let weight = pair.count > 1 ? pair[1].double ?? 0 : 1
            guard weight >= 0, weight.isFinite else { return nil }
            all += weight
            if node["variants"]?[name]?.bool == true { on += weight }
        }
        return all > 0 ? on / all * 100 : nil
    }

    /// Names of the variants that are exactly true and false.
    private static func booleans(_ node: Node) -> [Bool: String] {
        var names: [Bool: [String]] = [:]
        for member in node["variants"]?.members ?? [] {
            if let value = member.value.bool { names[value, default: []].append(member.key) }
        }
        return names.compactMapValues { $0.count == 1 ? $0.first : nil }
    }
}

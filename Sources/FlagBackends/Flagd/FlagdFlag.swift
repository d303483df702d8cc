import Documents
import FeatureFlags
import Text

/// One flag of a flagd file and what it means to flagd (`apis.md` 4.6; its `evaluator/json.go`).
struct FlagdFlag {
    let key: String
    let node: Node
    /// Where it stands: `flags`, then its key or its place in the list.
    let path: [String]
    let format: Edit.Format

    /// Only this word switches it off for flagd; anything else, or nothing, is ENABLED.
    var isDisabled: Bool { text("state").map { ExactName.same($0, "DISABLED") } ?? false }

    /// Nil when the application's own default decides.
    var defaultVariant: String? { text("defaultVariant").flatMap { $0.isEmpty ? nil : $0 } }

    var variants: [Node.Member] { node.field("variants")?.value.members ?? [] }

    /// Whether a rule decides for each request.
    var hasRule: Bool {
        guard let targeting = node.field("targeting")?.value, !targeting.isNull else { return false }
        return targeting.members?.isEmpty != true
    }

    var value: FlagValue {
        if isDisabled { return .codeDefault }
        if hasRule { return onShare.map { .rollout($0) } ?? .byRule }
        guard let name = defaultVariant else { return .codeDefault }
        return switch variant(name)?.bool {
        case true: .on
        case false: .off
        default: .variant(name)
        }
    }

    var fixedReason: String? {
        if isDisabled { return "it is disabled: the application's own default decides" }
        if hasRule {
            return onShare == nil
                ? "a targeting rule decides, edit it by hand"
                : "a share of the traffic decides, edit its targeting by hand"
        }
        if defaultVariant == nil { return "it has no default variant: the application's own default decides" }
        return variant(for: .on) != nil && variant(for: .off) != nil
            ? nil : "its variants are not one ON and one OFF"
    }

    /// The variant that stands for ON or OFF, nil when there is none or more than one.
    func variant(for value: FlagValue) -> String? {
        let names = variants.filter { $0.value.bool == (value == .on) }.map(\.key)
        return names.count == 1 ? names.first : nil
    }

    /// Why flagd refuses the whole file for this flag, as a clause of which the flag is the subject; nil when it
    /// does not. Older versions refuse what has the wrong type, newer ones pass over it.
    var mistake: String? {
        guard node.members != nil else { return "is \(node.kind), not a mapping" }
        for name in ["state", "defaultVariant"] {
            guard let value = node.field(name)?.value, !value.isNull, text(name) == nil else { continue }
            return "has \(value.kind) for its \(name), not a text"
        }
        for name in ["variants", "metadata"] {
            guard let value = node.field(name)?.value, !value.isNull, value.members == nil else { continue }
            return "has \(value.kind) for its \(name), not a mapping"
        }
        guard let name = defaultVariant, variant(name) == nil else { return nil }
        return "has the default variant \(JSONText.quoted(name)), which is none of its variants"
    }

    /// What it says, whatever the layout: comments and blanks are no change.
    var meaning: [UInt8] {
        var bytes: [UInt8] = []
        Self.append(node, to: &bytes)
        return bytes
    }

    /// Where the default variant stands, to be written.
    var defaultPath: [String] { path + [node.field("defaultVariant")?.key ?? "defaultVariant"] }

    private func variant(_ name: String) -> Node? { node.field("variants")?.value[name] }

    private func text(_ member: String) -> String? { node.field(member)?.value.flagdText(format) }

    /// Per cent of the traffic that gets the ON variant, when a `fractional` of plain variants, each ON or OFF,
    /// decides alone.
    private var onShare: Double? {
        guard let targeting = node.field("targeting")?.value, targeting.members?.count == 1,
            let parts = targeting["fractional"]?.elements
        else { return nil }
        var on = 0.0
        var all = 0.0
        for (index, part) in parts.enumerated() {
            // The first may say what is hashed.
            guard let pair = part.elements else {
                if index == 0 { continue }
                return nil
            }
            guard let name = pair.first?.flagdText(format), let isOn = variant(name)?.bool,
                let weight = pair.count > 1 ? pair[1].double : 1, weight >= 0, weight.isFinite
            else { return nil }
            all += weight
            if isOn { on += weight }
        }
        return all > 0 ? on / all * 100 : nil
    }

    private static func append(_ node: Node, to bytes: inout [UInt8]) {
        switch node.content {
        case .scalar(let text, let style):
            // A text `1` and the number are two.
            bytes.append(UInt8(ascii: style == .plain || style == .literal ? "p" : "q"))
            JSONText.append(text, to: &bytes)
        case .sequence(let elements):
            bytes.append(UInt8(ascii: "["))
            for element in elements { append(element, to: &bytes) }
            bytes.append(UInt8(ascii: "]"))
        case .mapping(let members):
            bytes.append(UInt8(ascii: "{"))
            for member in members {
                JSONText.append(member.key, to: &bytes)
                append(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}

extension Node {
    /// A member that flagd reads into a field of its own: in any case, and the last of several (Go's
    /// `encoding/json`).
    func field(_ name: String) -> Member? { members?.last { Self.fold($0.key) == Self.fold(name) } }

    /// As Go folds case: two letters beyond ASCII are the same as `s` and `k`.
    private static func fold(_ key: String) -> [Unicode.Scalar] {
        key.unicodeScalars.map { scalar in
            switch scalar {
            case "\u{17F}": "s"
            case "\u{212A}": "k"
            case "A"..."Z": Unicode.Scalar(UInt8(scalar.value) + 32)
            default: scalar
            }
        }
    }

    /// The text of what flagd takes for a text; nil for a number, `true`, nothing and whatever has parts.
    fileprivate func flagdText(_ format: Edit.Format) -> String? {
        guard format != .json else { return string }
        guard let text, style == .plain else { return text }
        return isNull || bool != nil || Self.isNumber(text) ? nil : text
    }

    /// YAML 1.2's, as the reader has it that flagd uses.
    private static func isNumber(_ text: String) -> Bool {
        var digits = text.filter { $0 != "_" }
        if let sign = digits.first, sign == "+" || sign == "-" { digits.removeFirst() }
        let low = digits.lowercased()
        if [".inf", ".nan"].contains(low) { return true }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where low.hasPrefix(prefix) {
            return UInt64(low.dropFirst(2), radix: radix) != nil
        }
        guard let first = low.utf8.first,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) || first == UInt8(ascii: ".")
        else { return false }
        return Double(low.hasPrefix(".") ? "0" + low : low) != nil
    }
}

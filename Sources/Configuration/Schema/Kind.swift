package import Documents
import Monitoring
import Text

/// One kind of value: how it is described, read, and written.
package struct Kind<Value> {
    package var shape: Shape
    /// `base` is what it was before: mappings change only the keys they name. Nil after a problem was noted.
    package var read: (_ node: Node, _ base: Value?, inout Reading) -> Value?
    /// As it stands in a file; nil when that is too long to show.
    package var written: (Value) -> String?

    /// A scalar; `parse` gets its text and whether it stands in quotes.
    package static func scalar(
        _ shape: Shape, expected: String? = nil, written: @escaping (Value) -> String?,
        parse: @escaping (_ text: String, _ isQuoted: Bool) -> Value?
    ) -> Kind {
        Kind(
            shape: shape,
            read: { node, _, reading in
                if let text = node.text, !node.isNull, let value = parse(text, node.style != .plain) {
                    return value
                }
                reading.expected(expected ?? shape.words, at: node)
                return nil
            }, written: written)
    }
}

extension Kind<String> {
    /// Any text that is not empty, of at most 4096 bytes and without controls.
    package static func text(
        _ hint: String, pattern: String? = nil, where isRight: @escaping (String) -> Bool = { _ in true }
    ) -> Kind {
        scalar(.text(hint: hint, pattern: pattern), written: quotedWhereNeeded) { text, _ in
            let isClean = text.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
            }
            return !text.isEmpty && text.utf8.count <= 4096 && isClean && isRight(text) ? text : nil
        }
    }

    package static var path: Kind { text("a path that begins with /", pattern: "^/") { $0.hasPrefix("/") } }

    /// Part of a file name and of SQL or HTTP paths: plain letters only.
    package static var plainName: Kind {
        text("a name of letters, digits, and . _ : -", pattern: NameRule.pattern, where: NameRule.isPlain)
    }

    private static func quotedWhereNeeded(_ text: String) -> String? {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "/"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        return isPlain && Literals.bool(text) == nil ? text : JSONText.quoted(text)
    }
}

/// Names of environments, sources, integrations.
package enum NameRule {
    package static let pattern = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"

    package static func isPlain(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), let first = name.utf8.first, first != UInt8(ascii: ".")
        else {
            return false
        }
        return name.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"): index > 0
            default: false
            }
        }
    }
}

extension Kind<Int> {
    package static func whole(_ range: ClosedRange<Int>) -> Kind {
        scalar(.whole(range), written: { String($0) }) { text, isQuoted in
            guard !isQuoted, let value = Int(text), range.contains(value) else { return nil }
            return value
        }
    }

    package static func size(_ range: ClosedRange<Int>) -> Kind {
        let ends = "\(Literals.text(size: range.lowerBound)) to \(Literals.text(size: range.upperBound))"
        return scalar(
            .size, expected: "a size from \(ends), such as 64KB", written: { Literals.text(size: $0) }
        ) { text, _ in
            Literals.size(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Kind<Double> {
    package static func decimal(_ range: ClosedRange<Double>) -> Kind {
        scalar(.decimal(range), written: { $0 == $0.rounded() ? String(Int($0)) : String($0) }) {
            text, isQuoted in
            guard !isQuoted, let value = Double(text), range.contains(value) else { return nil }
            return value
        }
    }
}

extension Kind<Bool> {
    package static var bool: Kind {
        scalar(.bool, written: { $0 ? "true" : "false" }) { text, isQuoted in
            isQuoted ? nil : Literals.bool(text)
        }
    }
}

extension Kind<Duration> {
    package static func duration(_ range: ClosedRange<Duration>, suchAs examples: String = "5s or 2m") -> Kind
    {
        let ends = (Literals.text(range.lowerBound), Literals.text(range.upperBound))
        return scalar(
            .duration(from: ends.0, to: ends.1),
            expected: "a duration from \(ends.0) to \(ends.1), such as \(examples)",
            written: { Literals.text($0) }
        ) { text, _ in
            Literals.duration(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Kind<WallTime> {
    static var moment: Kind {
        scalar(.moment, written: { $0.civil.rfc3339 }) { text, _ in Literals.moment(text) }
    }
}

extension Kind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the enum's raw values.
    package static var choice: Kind {
        scalar(.choice(Value.allCases.map(\.rawValue)), written: \.rawValue) { text, _ in
            Value(rawValue: text)
        }
    }
}

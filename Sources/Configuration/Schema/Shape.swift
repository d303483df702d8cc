/// How a value may be written: what the JSON Schema, the help topic and the `init` file are made of.
package indirect enum Shape: Sendable, Hashable {
    /// `hint` says what it should be (`a path`, `a host name`); `pattern` is an ECMA 262 regular expression.
    case text(hint: String, pattern: String?)
    case whole(ClosedRange<Int>)
    case decimal(ClosedRange<Double>)
    case bool
    case duration(from: String, to: String)
    case size
    case moment
    case choice([String])
    case offOr(Shape)
    case secret
    case list(Shape)
    /// Free keys; `key` names one in capitals: `NAME`.
    case map(key: String, Shape)
    case section(SectionShape)
    /// Which keys there are depends on the value of the key `type`.
    case tagged([SectionShape])
    case either([Shape])
}

/// A mapping with known keys. `name` is unique; for a tagged one it is the tag.
package struct SectionShape: Sendable, Hashable {
    package var name: String
    package var text: String
    package var keys: [KeyShape]
}

package struct KeyShape: Sendable, Hashable {
    package var name: String
    /// One or two sentences for people.
    package var text: String
    package var shape: Shape
    package var isRequired: Bool
    /// As it would be written; nil when there is none.
    package var standard: String?
    /// As it would be written, where there is no default.
    package var example: String?
}

extension Shape {
    /// In words: `a duration from 1s to 1h`, `one of read-only, operate`.
    package var words: String {
        switch self {
        case .text(let hint, _): hint
        case .whole(let range):
            range.upperBound == .max
                ? "a whole number from \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .decimal(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .bool: "true or false"
        case .duration(let from, let to): "a duration from \(from) to \(to)"
        case .size: "a size such as 64KB or 1MB"
        case .moment: "a time such as 2026-11-19T12:00:00Z"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .offOr(let shape): "\(shape.words), or off"
        case .secret: "{file: PATH}, {env: NAME} or {command: [PROGRAM, ARGUMENT]}"
        case .list(let shape): "a list, each \(shape.words)"
        case .map(let key, _): "a mapping by \(key)"
        case .section: "a mapping"
        case .tagged(let sections): "a mapping with type \(sections.map(\.name).joined(separator: ", "))"
        case .either(let shapes): shapes.map(\.words).joined(separator: ", or ")
        }
    }
}

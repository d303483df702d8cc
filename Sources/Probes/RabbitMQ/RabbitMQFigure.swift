import Documents

/// One figure of an answer: what it says, or why that is none. Nothing that is no count is ever taken for 0.
enum RabbitMQFigure {
    case value(Int)
    /// Left out or null, as the API does with what it does not know.
    case absent
    /// Negative, not whole, larger than can be, or no number: what stood there, for people.
    case senseless(String)

    /// Takes numbers, also in quotes.
    init(_ node: Node?) {
        guard let node, !node.isNull else {
            self = .absent
            return
        }
        if let value = node.int ?? node.string.flatMap(Self.digits), value >= 0 {
            self = .value(value)
        } else {
            let text = node.string.map { "\"\($0)\"" } ?? node.kind
            self = .senseless(String(text.unicodeScalars.prefix(40)))
        }
    }

    private static func digits(_ text: String) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    var isSenseless: Bool { if case .senseless = self { true } else { false } }
    var value: Int? { if case .value(let value) = self { value } else { nil } }
}

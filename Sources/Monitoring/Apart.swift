/// A value that is held beside what owns it: a table of large values is half empty when it has just grown, and a field
/// that most have nothing in is to cost a word.
package indirect enum Apart<Value: Sendable>: Sendable {
    case held(Value)

    package init(_ value: Value) { self = .held(value) }

    package var value: Value {
        switch self {
        case .held(let value): value
        }
    }
}

extension Apart: Equatable where Value: Equatable {}

extension Apart: Hashable where Value: Hashable {}

extension Apart: Codable where Value: Codable {
    // As the value itself.
    package init(from decoder: any Decoder) throws { self = .held(try Value(from: decoder)) }

    package func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

/// A name from outside as it stands there: equal only byte for byte.
///
/// Swift's String is equal under Unicode normalisation, by which two queues of one server become one.
package struct ExactName: Sendable {
    package var text: String

    package init(_ text: String) { self.text = text }

    /// Byte for byte, whatever Unicode says of the two.
    package static func same(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && firstDifference(left, right) == nil
    }

    /// By bytes, which is the order of code points.
    package static func precedes(_ left: String, _ right: String) -> Bool {
        guard let (one, other) = firstDifference(left, right) else {
            return left.utf8.count < right.utf8.count
        }
        return one < other
    }

    /// The first bytes that differ, of as many as both have. Names are compared by the thousand.
    private static func firstDifference(_ left: String, _ right: String) -> (UInt8, UInt8)? {
        let (left, right) = (left.utf8.span, right.utf8.span)
        var place = 0
        let end = min(left.count, right.count)
        while place < end {
            let (one, other) = (left[place], right[place])
            if one != other { return (one, other) }
            place &+= 1
        }
        return nil
    }

    /// Of the bytes alone, so that names which Unicode calls equal do not share one.
    package static func hash(_ text: String, into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}

extension ExactName: Hashable, Comparable {
    package static func == (left: Self, right: Self) -> Bool { same(left.text, right.text) }
    package static func < (left: Self, right: Self) -> Bool { precedes(left.text, right.text) }
    package func hash(into hasher: inout Hasher) { Self.hash(text, into: &hasher) }
}

extension ExactName: Codable, ExpressibleByStringLiteral, CustomStringConvertible {
    package init(stringLiteral text: String) { self.text = text }
    package var description: String { text }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Reads small things off the front of a line, never beyond its end.
struct ByteReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Takes `byte` if it is next.
    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: byte) else { return false }
        rest.removeFirst()
        return true
    }

    /// Takes exactly `count` digits (at most 9).
    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for byte in rest.prefix(count) {
            guard let digit = Self.digit(byte) else { return nil }
            value = value &* 10 &+ digit
        }
        guard rest.count >= count else { return nil }
        rest.removeFirst(count)
        return value
    }

    /// Takes a whole number of 1 to 18 digits.
    mutating func number() -> Int? {
        let run = rest.prefix { Self.digit($0) != nil }
        guard (1...18).contains(run.count) else { return nil }
        return digits(run.count)
    }

    /// Takes a decimal number without sign or exponent, `0.123`.
    mutating func decimal() -> Double? {
        guard var figure = number() else { return nil }
        guard take(".") else { return Double(figure) }
        // Divided once, so that it is the nearest number there is; what is beyond its digits tells nothing.
        var scale = 1.0
        while let byte = rest.first, let digit = Self.digit(byte) {
            if figure < 100_000_000_000_000 {
                figure = figure * 10 + digit
                scale *= 10
            }
            rest.removeFirst()
        }
        return Double(figure) / scale
    }

    /// Takes everything before `end`, and `end`; nil when it does not come within `limit` bytes.
    mutating func upTo(_ end: Unicode.Scalar, within limit: Int = .max) -> ArraySlice<UInt8>? {
        guard let index = rest.prefix(limit).firstIndex(of: UInt8(ascii: end)) else { return nil }
        let taken = rest[..<index]
        rest = rest[(index + 1)...]
        return taken
    }

    static func digit(_ byte: UInt8) -> Int? {
        byte >= 0x30 && byte <= 0x39 ? Int(byte) - 0x30 : nil
    }
}

/// The colour behind the text, as a terminal answers OSC 11: `ESC ] 11 ; rgb:1e1e/1e1e/1e1e BEL`.
package struct Background: Hashable, Sendable {
    /// 0...1 each.
    package let red: Double
    package let green: Double
    package let blue: Double

    /// Of an answer, from its `]` on.
    static let beginning = Array("]11;".utf8)
    static let question = Array("\u{1b}]11;?\u{07}".utf8)

    /// `answer` from its `]` on; an ESC at its end is of the terminator.
    init?(answer: [UInt8]) {
        let prefix = Array("]11;rgb:".utf8)
        guard answer.starts(with: prefix) else { return nil }
        let parts = answer.dropFirst(prefix.count).filter { $0 != 0x1b }
            .split(separator: 0x2f, omittingEmptySubsequences: false)
        let values = parts.compactMap { part -> Double? in
            // One to four digits: so many sixteenths, and so on.
            guard (1...4).contains(part.count), !part.contains(0x2d), !part.contains(0x2b),
                let value = Int(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            return Double(value) / Double(1 << (4 * part.count) - 1)
        }
        guard parts.count == 3, values.count == 3 else { return nil }
        (red, green, blue) = (values[0], values[1], values[2])
    }

    /// By its brightness, as ITU-R BT.709 weighs it.
    package var isLight: Bool { 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 }
}

/// A row of blocks, one a value: the shape of the last hour in eight cells.
package enum Sparkline {
    static let ascii: [Character] = ["_", ".", "-", "=", "+", "*", "#", "@"]

    /// Scaled to the largest value, at least to 10, so that noise stays flat; a gap stays a gap.
    package static func text(_ values: [Double?]) -> String {
        let top = max(10, values.compactMap { $0 }.filter(\.isFinite).max() ?? 0)
        var text = String.UnicodeScalarView()
        for value in values {
            guard let value, value.isFinite else {
                text.append(" ")
                continue
            }
            text.append(block(eighths: level(value, of: top, steps: 7) + 1))
        }
        return String(text)
    }

    /// 0...`steps`; anything above zero is at least visible from the first half step on.
    static func level(_ value: Double, of top: Double, steps: Int) -> Int {
        guard top > 0 else { return 0 }
        let share = min(max(value / top, 0), 1)
        return Int(exactly: (share * Double(steps)).rounded()) ?? 0
    }

    /// `▁` to `█`.
    static func block(eighths: Int) -> Unicode.Scalar {
        let step = UInt32(min(max(eighths, 1), 8))
        return Unicode.Scalar(0x2580 + step) ?? " "
    }
}

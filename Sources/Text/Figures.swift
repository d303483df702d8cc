/// Numbers as the screens print them; the rules are `screens/README.md`, "Figures".
package enum Figures {
    /// A count: digits grouped by a space from five digits on, `1.2 M` from a million.
    package static func count(_ value: Int) -> String {
        if value < 0 { return value == .min ? "-" : "-" + count(-value) }
        if value >= 999_950_000 { return fixed(Double(value) / 1e9, decimals: 1) + " G" }
        if value >= 1_000_000 { return fixed(Double(value) / 1e6, decimals: 1) + " M" }
        if value < 10_000 { return String(value) }
        let thousands = value / 1000
        let rest = String(value % 1000)
        return "\(thousands) " + String(repeating: "0", count: max(0, 3 - rest.utf8.count)) + rest
    }

    /// A capped count carries a plus: `5000+`.
    package static func count(_ value: Int, isBound: Bool) -> String {
        isBound ? count(value) + "+" : count(value)
    }

    /// `1 flag`, `2 flags`, `5000+ queues`; `many` where it is not `one` with an s.
    package static func counted(
        _ value: Int, _ one: String, _ many: String? = nil, isBound: Bool = false
    ) -> String {
        "\(count(value, isBound: isBound)) " + (value == 1 && !isBound ? one : many ?? one + "s")
    }

    /// Events per second, two decimals; zero is `0`.
    package static func perSecond(_ value: Double) -> String { zeroOr(value, decimals: 2) }

    /// Events per minute, one decimal; zero is `0`.
    package static func perMinute(_ value: Double) -> String { zeroOr(value, decimals: 1) }

    /// A share between 0 and 1 as per cent with one decimal, without the sign.
    package static func share(_ value: Double) -> String { fixed(value * 100, decimals: 1) }

    /// Seconds with one decimal, without the unit.
    package static func seconds(_ value: Double) -> String { fixed(value, decimals: 1) }

    /// `value` rounded to `decimals` (0...6), never in exponent form; `-` when not finite or beyond 1e15.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "-" }
        let places = min(max(decimals, 0), 6)
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        guard let scaled = Int(exactly: (abs(value) * Double(scale)).rounded()) else { return "-" }
        let sign = value < 0 && scaled != 0 ? "-" : ""
        guard places > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: max(0, places - fraction.utf8.count))
        return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
    }

    private static func zeroOr(_ value: Double, decimals: Int) -> String {
        value == 0 ? "0" : fixed(value, decimals: decimals)
    }
}

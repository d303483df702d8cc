/// Times and sizes as they are typed: `90m`, `200M`.
enum Amount {
    /// A year.
    static let longest = 366 * 86_400.0

    /// `45s`, `90m`, `4h`, `2d`.
    static func seconds(_ text: String) -> Double? {
        number(text, [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)])
    }

    /// `200M`, `2G`, `512K`.
    static func bytes(_ text: String) -> Int? {
        number(text, [("K", 1024), ("M", 1_048_576), ("G", 1_073_741_824)])
            .flatMap { Int(exactly: $0.rounded()) }
    }

    private static func number(_ text: String, _ units: [(name: Unicode.Scalar, size: Double)]) -> Double? {
        guard let last = text.unicodeScalars.last, let unit = units.first(where: { $0.name == last }),
            let number = Double(String(text.unicodeScalars.dropLast())), number.isFinite, number > 0
        else { return nil }
        return number * unit.size
    }
}

import Text

/// Figures of findings as they stand in sentences.
enum Words {
    /// `12.5`, `3`, `0.04`
    static func figure(_ value: Double) -> String {
        let size = abs(value)
        if size >= 100 || value == value.rounded() { return Figures.fixed(value, decimals: 0) }
        return Figures.fixed(value, decimals: size >= 1 ? 1 : 2)
    }

    /// What is to be expected is counted: `38`, of few `2.4`.
    static func count(_ value: Double) -> String { figure(value >= 10 ? value.rounded() : value) }

    static func age(_ seconds: Double) -> String { Age.text(seconds: seconds) }

    /// Small counts are told as counts, never as per cent.
    static func share(_ some: Double, of all: Double) -> String {
        "\(figure(some)) of \(figure(all))" + (percent(some, of: all).map { " (\($0))" } ?? "")
    }

    /// `11 of 37 attempts failed in 50 s`, `14 of 52 attempts were retried in 60 s, 26.9 %`: each count with its stretch.
    static func attempts(_ some: Double, of all: Double, _ verb: String, _ seconds: Double) -> String {
        let counts = "\(figure(some)) of \(figure(all)) attempts \(verb) in \(age(seconds))"
        return counts + (percent(some, of: all).map { ", \($0)" } ?? "")
    }

    /// `26.9 %`; nil of few.
    private static func percent(_ some: Double, of all: Double) -> String? {
        all < 50 || some < 3 ? nil : Figures.share(some / max(all, 1)) + " %"
    }

    /// The same where a cell has room: `11 of 37`, `14 of 52, 26.9 %`.
    static func short(_ some: Double, of all: Double) -> String {
        "\(figure(some)) of \(figure(all))" + (percent(some, of: all).map { ", \($0)" } ?? "")
    }

    static func duration(_ seconds: Double) -> String {
        seconds >= 90 ? age(seconds) : seconds >= 1 ? "\(figure(seconds)) s" : "\(figure(seconds * 1000)) ms"
    }
}

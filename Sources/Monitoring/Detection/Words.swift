import Text

/// Figures of findings as they stand in sentences.
enum Words {
    /// `12.5`, `3`, `0.04`
    static func figure(_ value: Double) -> String {
        let size = abs(value)
        if size >= 100 || value == value.rounded() { return Figures.fixed(value, decimals: 0) }
        return Figures.fixed(value, decimals: size >= 1 ? 1 : 2)
    }

    static func age(_ seconds: Double) -> String { Age.text(seconds: seconds) }

    /// Small counts are told as counts, never as per cent.
    static func share(_ some: Double, of all: Double) -> String {
        all < 50 || some < 3
            ? "\(figure(some)) of \(figure(all))"
            : "\(figure(some)) of \(figure(all)) (\(Figures.share(some / max(all, 1))) %)"
    }

    static func duration(_ seconds: Double) -> String {
        seconds >= 90 ? age(seconds) : seconds >= 1 ? "\(figure(seconds)) s" : "\(figure(seconds * 1000)) ms"
    }
}

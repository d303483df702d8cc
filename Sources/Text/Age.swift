/// Ages and durations as people read them: `9 s`, `100 s`, `12 min`, `2 h 13`, `21 h`, `3 d`.
///
/// Rounded down, always with a unit, at most 6 cells; seconds up to 119, minutes up to 99, hours with
/// minutes below 10 hours, hours up to 23, then days (the rule is `screens/README.md`, "Figures").
package enum Age {
    /// `seconds` below zero (a clock that was set back) reads as `0 s`; not finite reads as `-`.
    package static func text(seconds: Double) -> String {
        guard seconds.isFinite else { return "-" }
        guard seconds >= 1, let whole = Int(exactly: min(seconds, 1e12).rounded(.down)) else { return "0 s" }
        if whole < 120 { return "\(whole) s" }
        let minutes = whole / 60
        if minutes < 100 { return "\(minutes) min" }
        let hours = minutes / 60
        if hours < 10 {
            let rest = minutes % 60
            return "\(hours) h \(rest < 10 ? "0" : "")\(rest)"
        }
        if hours < 24 { return "\(hours) h" }
        let days = hours / 24
        return days <= 9999 ? "\(days) d" : ">9 ky"
    }

    /// `76 s old`, `12 m old`, `2 h old`: how old a figure is, in the 8 cells of the figure that it stands for. The word
    /// is never dropped: an age alone would be read as a figure of now.
    package static func old(seconds: Double) -> String {
        let whole = seconds.isFinite ? Int(max(0, min(seconds, 1e12))) : 0
        if whole < 100 { return "\(whole) s old" }
        if whole < 6000 { return "\(whole / 60) m old" }
        if whole < 360_000 { return "\(whole / 3600) h old" }
        return whole < 8_640_000 ? "\(whole / 86_400) d old" : "99+d old"
    }

    package static func text(_ duration: Duration) -> String {
        let parts = duration.components
        return text(seconds: Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
    }
}

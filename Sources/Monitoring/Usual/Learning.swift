import Text

/// How much must be known of a store before what is usual of it is compared with.
package enum Learning {
    /// Seconds of healthy half hours. Two days alike are no rule yet: what is learned from them would call a Monday
    /// wrong.
    package static let enough = 3 * 86_400.0

    /// `learning, 3 h of 3 d`; nil once it is enough.
    package static func words(_ seconds: Double) -> String? {
        guard seconds.isFinite, seconds < enough else { return nil }
        let hours = Int((max(0, seconds) / 3600).rounded(.down))
        return
            "learning, \(hours > 0 ? "\(hours) h" : Age.text(seconds: seconds)) of \(Age.text(seconds: enough))"
    }
}

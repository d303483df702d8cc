import Text

/// How much of its span a count stands on, while watching has only begun.
package struct Coverage: Hashable, Sendable, Codable {
    /// What was watched longest; zero for the first read alone.
    package var seconds: Double
    /// Some of the attempts were watched for less.
    package var isUpTo: Bool

    package init(seconds: Double, isUpTo: Bool = false) {
        self.seconds = seconds
        self.isUpTo = isUpTo
    }

    /// `in 4 min`, `in up to 4 min`, `in the first read`.
    package var phrase: String { seconds < 1 ? "in the first read" : "in \(text)" }

    /// `4 min`, `up to 4 min`.
    package var text: String { (isUpTo ? "up to " : "") + Age.text(seconds: seconds) }
}

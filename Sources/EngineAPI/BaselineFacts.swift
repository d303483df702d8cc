import Monitoring

/// Which baseline there is.
package struct BaselineFacts: Hashable, Sendable, Codable {
    /// `baseline of 2026-11-20, 9 d`
    package var name: String
    /// Detectors compare with it, as nothing was learned since.
    package var isCompared: Bool

    package init(name: String, isCompared: Bool) {
        self.name = name
        self.isCompared = isCompared
    }
}

extension Snapshot {
    /// `learning, 3 h of 3 d`, until enough is known of what is usual; nil from then on, and before anything is
    /// compared with it.
    package var learning: String? { learnedSeconds.flatMap(Learning.words) }

    /// The same with what it means until then.
    package var learningSentence: String? {
        learning.map { words in
            guard let baseline, baseline.isCompared else {
                return words + ": what is usual is not known yet, limits are wide"
            }
            return words + ": until then compared with the " + baseline.name
        }
    }
}

package import FeatureFlags
package import Monitoring

/// What an engine is told, moment by moment: all that its judgement is made of, so that it can be made again.
package enum EngineInput: Sendable {
    /// What it begins with; the first one.
    case start(RecordedStart)
    /// A read of this probe has ended.
    case read(String, ProbeAnswer)
    /// The detectors begin, with what is usual; `seconds` says of how long that is known.
    case learned([PastSeries], seconds: Double)
    /// Somebody told of a change.
    case change(Change)
    /// All was judged, and something of it was other than before.
    case judged
    /// Nothing was, but the detectors have taken what came of ten seconds more.
    case stepped
}

package struct TimedInput: Sendable {
    package var at: Timestamp
    package var input: EngineInput

    package init(at: Timestamp, _ input: EngineInput) {
        self.at = at
        self.input = input
    }
}

/// How one read of a probe ended.
package struct ProbeAnswer: Sendable {
    package enum Outcome: Sendable {
        case sample(Sample)
        case flags(FlagSample)
        case failed(ReadFailure)
    }

    package var outcome: Outcome
    package var began: Timestamp
    /// When it is read again; nil where that is not told.
    package var next: Duration?
    /// Ticks that have passed unread.
    package var skipped: Int

    package init(_ outcome: Outcome, began: Timestamp, next: Duration? = nil, skipped: Int = 0) {
        self.outcome = outcome
        self.began = began
        self.next = next
        self.skipped = skipped
    }
}

/// Takes down what an engine is told. It is called in the order of what happens, and must not wait.
package protocol InputTap: Sendable {
    func take(_ input: TimedInput)
    var progress: RecordingProgress { get }
    /// Returns once all that was taken is on disk, or it is known that it cannot be.
    @concurrent func end() async
}

/// How far a recording has come.
package struct RecordingProgress: Hashable, Sendable {
    package var path: String
    package var bytes: Int
    /// Why it has ended, as a clause; nil while it goes on.
    package var ended: String?
    /// It ended as it was asked to: by a person, or at its bounds.
    package var isWanted = true

    package init(path: String, bytes: Int = 0, ended: String? = nil) {
        self.path = path
        self.bytes = bytes
        self.ended = ended
    }
}

/// Begins recordings that a person asks for at a running console.
package protocol Recorder: Sendable {
    /// A new file; throws why there is none, in a clause.
    func begin(_ path: String) throws(StorageFailure) -> any InputTap
}

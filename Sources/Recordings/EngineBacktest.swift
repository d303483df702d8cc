import Engine
package import EngineAPI
package import Monitoring

/// Plays a recording of version 2 through the engine's own judgement at full speed, without a screen or a clock: the
/// same rules, detectors and causes as live, at the same moments.
package struct EngineBacktest: Sendable {
    private let tuning: Tuning
    private let isCold: Bool

    package init(tuning: Tuning = Tuning(), isCold: Bool = false) {
        self.tuning = tuning
        self.isCold = isCold
    }

    /// Tells each change of an alert, with the store it is of. What was told before a mistake is met stands. Answers
    /// what is to be said of the recording.
    package func run(
        _ path: String, tell: (AlertNotice, EnvironmentFacts) throws -> Void
    ) throws -> String? {
        var playback = try InputPlayback(path)
        var play: EnginePlay?
        while let timed = try playback.next() {
            if case .start(let start) = timed.input {
                play = EnginePlay(start, at: timed.at, tuning: tuning, isCold: isCold, isShown: false)
                continue
            }
            play?.take(timed)
            guard let environment = play?.environment else { continue }
            for notice in play?.takeNotices() ?? [] { try tell(notice, environment) }
        }
        return playback.note
    }
}

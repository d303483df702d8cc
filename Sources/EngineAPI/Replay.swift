package import Monitoring

/// Of a recording that is played instead of a store that is watched.
package struct ReplayShown: Hashable, Sendable, Codable {
    /// Seconds of the recording in a second.
    package var speed: Double
    package var isPaused = false
    /// It looks for what was asked for, at full speed.
    package var isSeeking = false
    /// All was played.
    package var isAtEnd = false
    /// Grows each time it begins anew, to go back.
    package var run = 0
    package var from: WallTime
    /// What is to be said of the recording: that it was cut, that a line of it cannot be read.
    package var note: String?

    package init(speed: Double, from: WallTime) {
        self.speed = speed
        self.from = from
    }

    package static let speeds: [Double] = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]

    /// Why nothing is done that a key asks for, as a sentence of its own.
    package static let refusal = "a recording is played: nothing can be changed, noted or read anew in it"
}

/// What a person asks of it.
package enum ReplayOrder: Hashable, Sendable, Codable {
    case turnPause, faster, slower
    /// To the next judgement that was other than the one before; it pauses.
    case step
    /// To the next alert or change, to the one before; it pauses.
    case nextNews, previousNews
    case go(to: WallTime)
}

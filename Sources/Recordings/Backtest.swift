package import Monitoring
import Platform

/// Plays a recording through the detectors at full speed, without a screen: the same rules as live.
package struct Backtest: Sendable {
    /// As if the store had never been watched before.
    package var isCold = false
    package var tuning = Tuning()

    package init(tuning: Tuning = Tuning(), isCold: Bool = false) {
        self.tuning = tuning
        self.isCold = isCold
    }

    /// Each change of an alert, in the order of the recording's time. What was told before a mistake is met stands.
    package func run(_ path: String, tell: (AlertChange) throws -> Void) throws {
        var file = try RecordingFile(path)
        var reader = RecordingReader()
        var play = Play(backtest: self)
        while true {
            let piece = try file.next()
            reader.add(piece)
            while let line = try reader.next() { try play.take(line, tell) }
            if let fault = reader.tooLong { throw fault }
            if piece.isEmpty { break }
        }
        try play.judge(tell)
    }

    /// One recording under way.
    private struct Play {
        let backtest: Backtest
        private var shape = StoreShape()
        private var past: [PastSeries] = []
        private var detection: Detection?
        private var at: Double?

        init(backtest: Backtest) { self.backtest = backtest }

        mutating func take(_ line: RecordingLine, _ tell: (AlertChange) throws -> Void) throws {
            switch line {
            case .header(let shape, _, _): self.shape = shape
            case .past(let series): if !backtest.isCold, detection == nil { past.append(series) }
            case .observed(let observation):
                try move(to: observation.at, tell)
                detection?.take(observation)
            case .event(let event):
                try move(to: event.at, tell)
                detection?.take(event)
            }
        }

        /// A moment is judged once all that was read at it has been taken.
        private mutating func move(to moment: Double, _ tell: (AlertChange) throws -> Void) throws {
            if detection == nil {
                let wall = WallTime(seconds: Int64(exactly: moment.rounded(.down)) ?? 0)
                let clock = try StoreClock.ofSystem(shape.zone, around: wall)
                detection = Detection(shape, past: past, clock: clock, tuning: backtest.tuning)
                past = []
            }
            if let at, moment > at { try judge(tell) }
            at = moment
        }

        mutating func judge(_ tell: (AlertChange) throws -> Void) throws {
            guard let at else { return }
            for change in detection?.judge(at: at) ?? [] { try tell(change) }
        }
    }
}

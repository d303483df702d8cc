import Monitoring
import Text

/// What one answer of a command says of the attempts of an integration.
struct CommandOutcomes {
    struct Figure {
        var kind: Outcome
        var value: Int
        /// It only grows; else it counts since the run before.
        var isTotal: Bool
    }

    /// The run itself was an attempt.
    var attempt: Outcome?
    var figures: [Figure] = []
    var latencies: [Double] = []
    var lastSuccess: WallTime?
    /// Sanitised.
    var lastError: String?
    var lastErrorAt: WallTime?
}

/// The last hour of what a command counts.
///
/// A count since the run before is spread over the time since then. That of the first run is of a stretch that
/// nobody watched: it is no rate, and only says that there was a success or a failure.
struct CommandLedger {
    /// Nil before the first answer.
    private(set) var ledger: OutcomeLedger?
    private var totals: [Outcome: Int] = [:]
    /// The run that answered last.
    private var answered: (run: Int, at: WallTime)?
    private var hasMissed = false
    private var error: String?
    /// The last success as it was told.
    private var success: WallTime?

    /// A run gave no answer: it may have taken with it what it counted.
    mutating func miss() { hasMissed = true }

    /// Takes the answer of a run that ended at `now`; true when an earlier one may have taken counts with it.
    mutating func take(_ told: CommandOutcomes, ofRun run: Int, at now: WallTime) -> Bool {
        var ledger = ledger ?? OutcomeLedger(since: now)
        ledger.clockShows(now)
        var stretch = OutcomeCounts()
        var mayMiss = false
        var counted: Set<Outcome> = []
        // One that comes after a newer one tells older totals.
        let isLate = answered.map { $0.run > run } ?? false
        for figure in told.figures {
            var value = figure.value
            if figure.isTotal {
                guard !isLate else { continue }
                guard let before = totals.updateValue(value, forKey: figure.kind) else { continue }
                // It began again from 0; what it had before that is not known.
                if value >= before { value -= before } else { stretch.isBound = true }
            } else {
                mayMiss = true
            }
            guard value > 0 else { continue }
            counted.insert(figure.kind)
            switch figure.kind {
            case .success: stretch.successes = value
            case .failure: stretch.failures = value
            case .retry: stretch.retries = value
            }
        }
        if let answered { ledger.spread(stretch, from: min(answered.at, now), to: now) }
        let hasLost = hasMissed && mayMiss && answered != nil
        if hasLost, let answered { ledger.lose(from: min(answered.at, now), to: now) }
        if let attempt = told.attempt {
            counted.insert(attempt)
            ledger.add(
                OutcomeCounts(
                    successes: attempt == .success ? 1 : 0, failures: attempt == .failure ? 1 : 0), at: now)
        }
        for latency in told.latencies { ledger.take(latency: latency, at: now) }
        noteSuccess(told, hasSucceeded: counted.contains(.success), in: &ledger, at: now)
        note(told, hasFailed: counted.contains(.failure), in: &ledger, at: now)
        ledger.looked(at: now)
        self.ledger = ledger
        if !isLate {
            answered = (run, now)
            hasMissed = false
        }
        return hasLost
    }

    /// A success of a time that has not come is as old as the first word of it, however often it is repeated.
    private mutating func noteSuccess(
        _ told: CommandOutcomes, hasSucceeded: Bool, in ledger: inout OutcomeLedger, at now: WallTime
    ) {
        if let time = told.lastSuccess {
            if time <= now || time != success { ledger.note(success: min(time, now)) }
            success = time
        } else if hasSucceeded {
            ledger.note(success: now)
        }
    }

    /// An error that a command goes on repeating is as old as when it was first said, or last failed.
    private mutating func note(
        _ told: CommandOutcomes, hasFailed: Bool, in ledger: inout OutcomeLedger, at now: WallTime
    ) {
        guard let text = told.lastError, !text.isEmpty else { return }
        let isSame = error.map { ExactName.same($0, text) } ?? false
        error = text
        if let time = told.lastErrorAt {
            ledger.note(error: text, at: min(time, now))
        } else if hasFailed || !isSame {
            ledger.note(error: text, at: now)
        }
    }
}

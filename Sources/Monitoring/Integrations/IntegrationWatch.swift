import Text

/// What is remembered of one integration between reads; `assess` judges it.
package struct IntegrationWatch: Sendable {
    package let entity: EntityID
    /// Counts over five minutes and an hour, of all sources together.
    package private(set) var fiveMinutes = OutcomeCounts()
    package private(set) var hour = OutcomeCounts()
    /// What of five minutes and of the hour was watched; nil once all of it was.
    package private(set) var fiveMinutesCoverage: Coverage?
    package private(set) var hourCoverage: Coverage?
    /// Per minute, over the last whole buckets of a minute as far as they were watched; nil before there is
    /// one, and of a lower bound.
    package private(set) var perMinute: (successes: Double, failures: Double, retries: Double)?
    package private(set) var p50: Double?
    package private(set) var p95: Double?
    /// The newest ever seen, by this machine's clock as it is now, kept over restarts.
    package var lastSuccess: WallTime? { success?.wall }
    /// The same, as old as the time measured since: a clock that is set makes nothing older or younger.
    private var success: Timestamp?
    /// What each source told last, by its own clock as it was before it was ever set back.
    private var successes: [String: Int64] = [:]
    /// The newest of the last hour.
    package private(set) var lastError: String?
    package private(set) var lastErrorAt: WallTime?
    package var conditions: Conditions
    /// The last hour as each source keeps it.
    private var ledgers: [String: OutcomeLedger] = [:]
    private var newestLines: [String: OutcomeLines] = [:]

    package init(
        _ entity: EntityID = EntityID(.integration, "flow"), lastSuccess: WallTime? = nil,
        conditions: Conditions = Conditions()
    ) {
        self.entity = entity
        success = lastSuccess.map { Timestamp(boot: .zero, wall: $0, bootID: "") }
        self.conditions = conditions
    }

    /// Takes one reading of `source`, whose clock shows `moment`; several sources may each see a part of the
    /// attempts. Of two copies of a ledger the one that has taken in more reads is the newer, whichever came
    /// first.
    package mutating func observe(
        _ reading: OutcomeReading, from source: String = "", limits: IntegrationLimits, at moment: Moment,
        now: Timestamp
    ) {
        let ledger = reading.ledger
        if let known = ledgers[source], known.reads > ledger.reads { return }
        ledgers[source] = ledger
        newestLines[source] = reading.lines
        conditions.note(.watched, true, at: now)
        keepTime(at: now)
        if let success = ledger.lastSuccess {
            let told = success.milliseconds &+ ledger.movedBack
            if successes.updateValue(told, forKey: source) != told {
                note(success: moment.shown(success), at: now)
            }
        }
        sumUp()
        (p50, p95) = percentiles.map { ($0.p50, $0.p95) } ?? (nil, nil)
        let newest = ledgers.values.max {
            ($0.lastErrorAt ?? .distantPast) < ($1.lastErrorAt ?? .distantPast)
        }
        // An error of long ago explains nothing any more.
        let isRecent = newest?.lastErrorAt.map { (newest?.until.seconds(since: $0) ?? 0) <= 3600 } ?? false
        lastError = isRecent ? newest?.lastError.map { Sanitizer.line($0, maxBytes: 200) } : nil
        lastErrorAt = isRecent ? newest?.lastErrorAt.map(moment.shown) : nil
        conditions.note(.failing, failure(limits).status < .ok, at: now)
        let slow = p95.map { limits.p95.status(ofSeconds: $0) } ?? .ok
        conditions.note(.slow, slow != .ok, at: now)
    }

    /// What one source saw end in a stretch of its own clock, with the times it took: nil while that is not known.
    package struct Stretch: Sendable {
        package var counts: OutcomeCounts
        /// Seconds.
        package var latencies: [Double]
    }

    /// By the probe that tells it.
    package func stretch(of source: String, from start: WallTime, to end: WallTime) -> Stretch? {
        guard let ledger = ledgers[source], let counts = ledger.counts(from: start, to: end) else {
            return nil
        }
        let times = ledger.latencies.filter { start <= $0.at && $0.at < end }.map(\.seconds)
        return Stretch(counts: counts, latencies: times)
    }

    /// What each source told last, line by line, by its own clock; nil of one that gives no lines.
    package var lines: [(source: String, lines: OutcomeLines?)] {
        ledgers.keys.sorted().map { ($0, newestLines[$0]) }
    }

    /// Seconds since the newest success.
    func successAge(at now: Timestamp) -> Double? { success.map { max(0, now.seconds(since: $0)) } }

    /// A success cannot be of later than now: a clock that runs ahead must not hide a silence.
    private mutating func note(success wall: WallTime, at now: Timestamp) {
        let new = now.earlier(bySeconds: now.wall.seconds(since: min(wall, now.wall)))
        if success.map({ new.seconds(since: $0) > 0 }) ?? true { success = new }
    }

    /// What an earlier run knew is measured from now on; what the clock says of it follows the clock.
    private mutating func keepTime(at now: Timestamp) {
        guard let known = success else { return }
        let age = max(0, now.seconds(since: known))
        let isOff = abs(now.wall.seconds(since: known.wall) - age) > ServerClock.tolerance
        if known.bootID != now.bootID || isOff { success = now.earlier(bySeconds: age) }
    }

    private mutating func sumUp() {
        fiveMinutes = OutcomeCounts()
        hour = OutcomeCounts()
        var rate: (successes: Double, failures: Double, retries: Double)?
        var isRateBound = false
        for ledger in ledgers.values {
            fiveMinutes += ledger.sum(last: 300)
            hour += ledger.sum(last: 3600)
            guard let more = ledger.perMinute() else { continue }
            isRateBound = isRateBound || more.isBound
            let sum = rate ?? (0, 0, 0)
            rate = (
                sum.successes + more.successes, sum.failures + more.failures, sum.retries + more.retries
            )
        }
        perMinute = isRateBound ? nil : rate
        fiveMinutesCoverage = coverage(of: 300)
        hourCoverage = coverage(of: 3600)
    }

    private func coverage(of seconds: Int) -> Coverage? {
        let covered = ledgers.values.map { $0.covered(last: seconds) }
        guard let least = covered.min(), let most = covered.max(), least < Double(seconds) else { return nil }
        // Probes do not begin in the same second.
        return Coverage(seconds: most, isUpTo: most - least > 30)
    }

    /// Of the last minute where it has twenty times, else of five minutes.
    private var percentiles: (p50: Double, p95: Double)? {
        func times(last seconds: Double) -> [Double] {
            ledgers.values.flatMap { ledger in
                ledger.latencies.filter { ledger.until.seconds(since: $0.at) <= seconds }.map(\.seconds)
            }
        }
        let recent = times(last: 60)
        return Percentiles.of(recent.count >= 20 ? recent : times(last: 300))
    }

    // MARK: Shares

    /// What a share is judged over.
    struct Span {
        var name: String
        var counts: OutcomeCounts
        var coverage: Coverage?
        var figure: Judgement.Figure

        /// `in 5 min`, `in 4 min` while watching has only begun.
        var phrase: String { coverage?.phrase ?? "in \(name)" }
    }

    /// The shorter first.
    var spans: [Span] {
        [
            Span(
                name: "5 min", counts: fiveMinutes, coverage: fiveMinutesCoverage, figure: .failureShare),
            Span(name: "1 h", counts: hour, coverage: hourCoverage, figure: .hourShare),
        ]
    }

    /// The span that speaks: the longer one only while the shorter one has too little to say.
    func failure(_ limits: IntegrationLimits) -> (status: Status, span: Span, isFew: Bool) {
        for span in spans where !limits.areFew(span.counts) {
            if let share = span.counts.share { return (limits.failureShare.status(of: share), span, false) }
        }
        let span = spans.first { $0.counts.failures > 0 } ?? spans[0]
        // Not one success among several: small, but no accident.
        let isAll = span.counts.successes == 0 && span.counts.failures >= 3
        return (isAll ? .warning : .ok, span, true)
    }
}

extension OutcomeCounts {
    /// Failures among finished attempts, 0...1; nil when none finished.
    package var share: Double? { finished > 0 ? Double(failures) / Double(finished) : nil }
}

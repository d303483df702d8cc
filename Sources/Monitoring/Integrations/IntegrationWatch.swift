import Text

/// What is remembered of one integration between reads, and the rules that judge it.
package struct IntegrationWatch: Sendable {
    /// Counts over the last minute, five minutes and hour; the hour is nil where it costs too much.
    package private(set) var minute = OutcomeCounts()
    package private(set) var fiveMinutes = OutcomeCounts()
    package private(set) var hour: OutcomeCounts?
    /// What of five minutes and of the hour was watched; nil once all of it was.
    package private(set) var fiveMinutesCoverage: Coverage?
    package private(set) var hourCoverage: Coverage?
    /// Per minute, over the last minute as far as it was watched.
    package private(set) var perMinute: (successes: Double, failures: Double, retries: Double)?
    package private(set) var p50: Double?
    package private(set) var p95: Double?
    /// The newest ever seen, kept over restarts.
    package private(set) var lastSuccess: WallTime?
    package private(set) var lastError: String?
    package var conditions: Conditions
    /// What was counted since each read, of all sources that tell that.
    private var windows: OutcomeWindows?
    /// Since when each of these has been counted, seconds after boot.
    private var countedSince: [String: Double] = [:]
    /// The last windows of each source that tells these.
    private var tables: [String: Table] = [:]

    /// The last hour of each source that keeps it by the time it carries.
    private var ledgers: [String: OutcomeLedger] = [:]

    private struct Table: Sendable {
        var minute: OutcomeCounts
        var fiveMinutes: OutcomeCounts
        var hour: OutcomeCounts?
    }

    private var latencies = Latencies()

    package init(lastSuccess: WallTime? = nil, conditions: Conditions = Conditions()) {
        self.lastSuccess = lastSuccess
        self.conditions = conditions
    }

    /// Takes one reading and says what is wrong; several sources may each see a part of the attempts.
    package mutating func read(
        _ reading: OutcomeReading, from source: String = "", limits: IntegrationLimits, at now: Timestamp
    ) -> [Finding] {
        observe(reading, from: source, at: now)
        conditions.note(.watched, true, at: now)
        var findings: [Finding] = []
        findings.append(contentsOf: failing(limits, at: now))
        findings.append(contentsOf: silent(limits, at: now))
        let slow = p95.map { limits.p95.status(ofSeconds: $0) } ?? .ok
        conditions.note(.slow, slow != .ok, at: now)
        if slow != .ok, let p95, let limit = limits.p95.limit(for: slow) {
            findings.append(
                Finding(
                    slow, "slow", since: conditions.since(.slow),
                    ["p95 \(Figures.seconds(p95)) s, limit \(Age.text(limit))"], figure: .latency))
        }
        return findings
    }

    package func rules(_ limits: IntegrationLimits, at now: Timestamp) -> [RuleCheck] {
        var rules: [RuleCheck] = []
        for span in spans {
            let counts = span.counts
            let isFew = limits.areFew(counts)
            let share = counts.share
            rules.append(
                RuleCheck(
                    "failed, " + (span.coverage.map { "\($0.text) of " } ?? "") + span.name,
                    limit: limits.failureShare.text { Figures.share($0) + " %" },
                    now: isFew && counts.failures > 0
                        ? "\(counts.failures) of \(Figures.count(counts.finished)), few"
                        : "\(share.map { Figures.share($0) } ?? "-") % of \(Figures.count(counts.finished))",
                    isFew ? .ok : share.map { limits.failureShare.status(of: $0) } ?? .ok,
                    since: conditions.since(.failing)))
        }
        let age = lastSuccess.map { max(0, now.wall.seconds(since: $0)) }
        rules.append(
            RuleCheck(
                "last success", limit: limits.lastSuccess.text { Age.text($0) },
                now: age.map { Age.text(seconds: $0) } ?? "-",
                age.map { limits.lastSuccess.status(ofSeconds: $0) } ?? .ok, since: lastSuccess))
        rules.append(
            RuleCheck(
                "p95", limit: limits.p95.text { Age.text($0) },
                now: p95.map { Figures.seconds($0) + " s" } ?? "-",
                p95.map { limits.p95.status(ofSeconds: $0) } ?? .ok, since: conditions.since(.slow)))
        return rules
    }

    /// What a share is judged over, the shorter first.
    private struct Span {
        var name: String
        var counts: OutcomeCounts
        var coverage: Coverage?
        var figure: Judgement.Figure
    }

    private var spans: [Span] {
        let short = Span(
            name: "5 min", counts: fiveMinutes, coverage: fiveMinutesCoverage, figure: .failureShare)
        guard let hour else { return [short] }
        return [short, Span(name: "1 h", counts: hour, coverage: hourCoverage, figure: .hourShare)]
    }

    private mutating func observe(_ reading: OutcomeReading, from source: String, at now: Timestamp) {
        switch reading.span {
        case .ledger(let ledger):
            // Of two copies the one that has taken in more reads is the newer, whichever came first.
            if let known = ledgers[source], known.reads >= ledger.reads { break }
            ledgers[source] = ledger
            if let error = ledger.lastError { lastError = error }
        case .windows(let minute, let five, let hour):
            tables[source] = Table(minute: minute, fiveMinutes: five, hour: hour)
        case .sinceLastRead(let counts):
            countedSince[source] = countedSince[source] ?? now.boot.inSeconds
            var counted = windows ?? OutcomeWindows()
            counted.add(counts, at: now)
            windows = counted
            if counts.successes > 0, reading.lastSuccess == nil { note(success: now.wall) }
        }
        sumUp(at: now)
        latencies.add(reading.latencies, at: now)
        (p50, p95) = latencies.percentiles.map { ($0.p50, $0.p95) } ?? (nil, nil)
        if let success = reading.lastSuccess { note(success: success) }
        if let error = reading.lastError, !error.isEmpty { lastError = Sanitizer.line(error, maxBytes: 200) }
    }

    private mutating func sumUp(at now: Timestamp) {
        minute = windows?.sum(last: 60, at: now) ?? OutcomeCounts()
        fiveMinutes = windows?.sum(last: 300, at: now) ?? OutcomeCounts()
        hour = windows?.sum(last: 3600, at: now) ?? OutcomeCounts()
        fiveMinutesCoverage = coverage(of: 300, at: now)
        hourCoverage = coverage(of: 3600, at: now)
        // Counting that has only begun stands for a whole minute.
        let factor = windows.map { 60 / $0.covered(last: 60, at: now) } ?? 1
        let counted = minute
        var stored = OutcomeCounts()
        for table in tables.values {
            stored += table.minute
            fiveMinutes += table.fiveMinutes
            if let more = table.hour { hour? += more } else { hour = nil }
        }
        minute += stored
        perMinute = (
            Double(counted.successes) * factor + Double(stored.successes),
            Double(counted.failures) * factor + Double(stored.failures),
            Double(counted.retries) * factor + Double(stored.retries)
        )
        for ledger in ledgers.values {
            stored += ledger.sum(last: 60)
            fiveMinutes += ledger.sum(last: 300)
            hour? += ledger.sum(last: 3600)
            guard let rate = ledger.perMinute() else { continue }
            perMinute?.successes += rate.successes
            perMinute?.failures += rate.failures
            perMinute?.retries += rate.retries
        }
        // Nothing can be said of a minute before some of it has passed.
        let hasBegun = countedSince.values.contains { now.boot.inSeconds - $0 >= 1 }
        if stored.isBound || tables.isEmpty && ledgers.isEmpty && !hasBegun { perMinute = nil }
    }

    /// A table tells of its whole span at once.
    private func coverage(of seconds: Double, at now: Timestamp) -> Coverage? {
        guard let first = countedSince.values.min(), let last = countedSince.values.max(),
            now.boot.inSeconds - last < seconds
        else { return nil }
        let longest = tables.isEmpty ? min(now.boot.inSeconds - first, seconds) : seconds
        // Probes do not begin in the same second.
        return Coverage(seconds: longest, isUpTo: !tables.isEmpty || last - first > 30)
    }

    private mutating func note(success: WallTime) {
        lastSuccess = lastSuccess.map { max($0, success) } ?? success
    }

    private mutating func failing(_ limits: IntegrationLimits, at now: Timestamp) -> [Finding] {
        let mostly = lastError.map { ["last: \($0)"] } ?? []
        // The longer span speaks only while the shorter one has too little to say.
        for span in spans where !limits.areFew(span.counts) {
            let counts = span.counts
            guard let share = counts.share else { continue }
            let status = limits.failureShare.status(of: share)
            conditions.note(.failing, status != .ok, at: now)
            guard status != .ok else { return [] }
            let total = Figures.count(counts.finished, isBound: counts.isBound)
            return [
                Finding(
                    status,
                    "fail \(Figures.share(share)) % of \(total) \(span.coverage?.phrase ?? "in \(span.name)")",
                    mostly, figure: span.figure)
            ]
        }
        conditions.note(.failing, false, at: now)
        guard let counts = spans.map(\.counts).first(where: { $0.failures > 0 }) else { return [] }
        // Not one success among several: small, but no accident.
        if counts.successes == 0, counts.failures >= 3 {
            return [Finding(.warning, "all \(counts.failures) failed", mostly, figure: .failures)]
        }
        return [Finding(.ok, "\(counts.failures) of \(counts.finished) failed", ["too few to judge"])]
    }

    private mutating func silent(_ limits: IntegrationLimits, at now: Timestamp) -> [Finding] {
        if let lastSuccess {
            let age = max(0, now.wall.seconds(since: lastSuccess))
            let status = limits.lastSuccess.status(ofSeconds: age)
            guard status != .ok, let limit = limits.lastSuccess.limit(for: status) else { return [] }
            return [
                Finding(
                    status, "silent", since: lastSuccess, ["limit \(Age.text(limit))"], figure: .lastSuccess)
            ]
        }
        let watched = conditions.seconds(.watched, at: now) ?? 0
        let status = limits.lastSuccess.status(ofSeconds: watched)
        if status != .ok {
            return [
                Finding(
                    status, "no success seen", since: conditions.since(.watched), figure: .lastSuccess)
            ]
        }
        let seen = (hour ?? fiveMinutes).finished
        return seen == 0 ? [Finding(.unknown, "no attempt seen yet", figure: .lastSuccess)] : []
    }
}

extension OutcomeCounts {
    /// Failures among finished attempts, 0...1; nil when none finished.
    package var share: Double? { finished > 0 ? Double(failures) / Double(finished) : nil }
}

package import Engine
import EngineAPI
import FeatureFlags
package import Monitoring
import Platform

/// What of a recording is left out, so that it may be handed to a colleague.
///
/// Names stay, of queues, jobs, indexers, flows, sources, modules, patches, settings and topics: rules are about them.
/// So do figures, times, states, and whether a flag is on. What people or programs wrote freely becomes its length and a
/// mark: the same text has the same mark in one recording, and another one in the next.
package struct RecordingRedaction: Sendable {
    package enum Rule: String, Sendable, CaseIterable { case text, none }

    private let rule: Rule
    private let salt: UInt64

    package init(_ rule: Rule) {
        self.rule = rule
        var random = SystemRandomNumberGenerator()
        salt = random.next()
    }

    /// `(58 bytes, 3fa9c1)`
    private func hidden(_ text: String) -> String {
        guard rule == .text, !text.isEmpty else { return text }
        return "(\(text.utf8.count) bytes, \(mark(text)))"
    }

    private func hidden(_ text: String?) -> String? { text.map { hidden($0) } }

    /// Of a salted digest, so that nobody finds an order number by trying all.
    private func mark(_ text: String) -> String {
        let salted = Array(String(salt, radix: 16).utf8) + [0] + Array(text.utf8)
        return (try? Hash.sha256(salted)).map { String($0.prefix(6)) } ?? "?"
    }

    // MARK: What it begins with

    package func applied(to start: RecordedStart) -> RecordedStart {
        guard rule == .text else { return start }
        var start = start
        start.schedules = start.schedules.map { schedule in
            var schedule = schedule
            schedule.reach = hidden(schedule.reach)
            schedule.insecure = hidden(schedule.insecure)
            return schedule
        }
        for place in start.integrations.indices {
            start.integrations[place].owner = hidden(start.integrations[place].owner)
            start.integrations[place].runbook = hidden(start.integrations[place].runbook)
        }
        for place in start.expected.indices {
            start.expected[place].why = hidden(start.expected[place].why)
        }
        for place in start.rules.indices { start.rules[place].why = hidden(start.rules[place].why) }
        for place in start.tunings.indices { start.tunings[place].why = hidden(start.tunings[place].why) }
        start.kept = applied(to: start.kept)
        return start
    }

    private func applied(to kept: EngineState) -> EngineState {
        var kept = kept
        kept.cronJobs = kept.cronJobs?.mapValues { memory in
            var memory = memory
            memory.success = memory.success.map { hidden($0) }
            memory.failure = memory.failure.map { hidden($0) }
            return memory
        }
        kept.flagChanges = kept.flagChanges.mapValues { change in
            var change = change
            change.by = hidden(change.by)
            return change
        }
        (kept.halfDone, kept.crossings, kept.flagEnds) = ([:], [:], kept.flagEnds == nil ? nil : [:])
        kept.flagValues = kept.flagValues.mapValues { hidden($0) }
        (kept.asides, kept.silences) = ([:], KeptSilences())
        kept.listed = kept.listed.mapValues { listed in
            var listed = listed
            listed.reach = hidden(listed.reach)
            return listed
        }
        for place in kept.alerts.indices {
            kept.alerts[place].sentence = hidden(kept.alerts[place].sentence)
            kept.alerts[place].records = kept.alerts[place].records.map { hidden($0) }
        }
        for place in kept.ended.indices { kept.ended[place].sentence = hidden(kept.ended[place].sentence) }
        kept.changes = kept.changes.map { applied(to: $0) }
        kept.changesSeen = kept.changesSeen.mapValues { memory in
            var memory = memory
            memory.reach = hidden(memory.reach)
            if var release = memory.release {
                release.value.target = hidden(release.value.target)
                memory.release = release
            }
            return memory
        }
        return kept
    }

    // MARK: What is told

    package func applied(to change: Change) -> Change {
        guard rule == .text else { return change }
        var change = change
        // Of the others the text is made of names.
        switch change.kind {
        case .deploy, .note, .release, .flag: change.text = hidden(change.text)
        case .config, .module, .patch, .consumersRestarted, .maintenance: break
        }
        change.by = hidden(change.by)
        return change
    }

    package func applied(to answer: ProbeAnswer) -> ProbeAnswer {
        guard rule == .text else { return answer }
        var answer = answer
        switch answer.outcome {
        case .sample(var sample):
            sample.facts = sample.facts.map { applied(to: $0) }
            answer.outcome = .sample(sample)
        case .flags(var flags):
            flags.flags = flags.flags.map { applied(to: $0) }
            flags.notices = flags.notices.map { SourceNotice($0.status, hidden($0.text)) }
            flags.cautions = []
            answer.outcome = .flags(flags)
        case .failed(let failure):
            var told = failure
            (told.message, told.advice) = (hidden(failure.message), hidden(failure.advice))
            answer.outcome = .failed(told)
        }
        return answer
    }

    private func applied(to fact: Fact) -> Fact {
        switch fact {
        case .queues(let rows):
            return .queues(
                rows.map { row in
                    guard let state = row.serverState, !Self.isWord(state) else { return row }
                    var row = row
                    row.serverState = hidden(state)
                    return row
                })
        case .cron(var reading):
            for place in reading.jobs.indices { hide(&reading.jobs[place]) }
            return .cron(reading)
        case .outcomes(let readings): return .outcomes(readings.map { applied(to: $0) })
        case .changes(var reading):
            reading.release = reading.release.map {
                ChangesReading.Release(target: hidden($0.target), made: $0.made)
            }
            return .changes(reading)
        case .notice(let notice): return .notice(SourceNotice(notice.status, hidden(notice.text)))
        case .indexers, .consumerLocks: return fact
        }
    }

    private func hide(_ job: inout CronJobReading) {
        if let text = job.lastError { job.lastError = hidden(text) }
        job.success = job.success.map { hidden($0) }
        job.failure = job.failure.map { hidden($0) }
        job.errors = job.errors.map { hidden($0) }
    }

    private func hidden(_ run: CronRun) -> CronRun {
        guard let message = run.message else { return run }
        var run = run
        run.message = hidden(message)
        return run
    }

    private func applied(to reading: OutcomeReading) -> OutcomeReading {
        var reading = reading
        reading.ledger = reading.ledger.withError(hidden(reading.ledger.lastError))
        guard let lines = reading.lines else { return reading }
        var hiddenLines = OutcomeLines()
        for outcome in Outcome.allCases {
            for var line in lines.lines(of: outcome) {
                line.text = hidden(line.text)
                hiddenLines.take(line)
            }
            if lines.isCut(outcome) { hiddenLines.leaveOut(outcome) }
        }
        reading.lines = hiddenLines
        return reading
    }

    private func applied(to flag: FlagReading) -> FlagReading {
        var flag = flag
        flag.value = hidden(flag.value)
        flag.variants = flag.variants.map { hidden($0) }
        flag.revision = hidden(flag.revision)
        flag.changedBy = hidden(flag.changedBy)
        flag.fixedReason = hidden(flag.fixedReason)
        flag.overrides = flag.overrides.map { FlagOverride($0.scope, hidden($0.value)) }
        flag.unseen = hidden(flag.unseen)
        if case .refused(let why, let isOwnFault) = flag.acceptance {
            flag.acceptance = .refused(hidden(why), isOwnFault: isOwnFault)
        }
        return flag
    }

    private func hidden(_ value: FlagValue) -> FlagValue {
        switch value {
        case .on, .off, .rollout, .codeDefault, .byRule: value
        case .variant(let name): .variant(hidden(name))
        case .unknown(let why): .unknown(hidden(why))
        }
    }

    /// A server's own word, such as `minority`.
    private static func isWord(_ text: String) -> Bool {
        text.utf8.count <= 20
            && text.utf8.allSatisfy { 0x61...0x7A ~= $0 || $0 == 0x5F || $0 == 0x2D }
    }
}

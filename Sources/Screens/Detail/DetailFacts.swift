import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// The figures of one row in words, all of them, with their units; what is not known is `-`.
struct DetailFacts {
    let row: any Row
    let now: Timestamp
    var clock: Clock
    /// All jobs, for the heartbeat.
    var jobs: [CronRow]?

    var facts: [Detail.Fact] {
        switch row {
        case let row as QueueRow: queue(row)
        case let row as IntegrationRow: integration(row)
        case let row as CronRow: cron(row)
        case let row as CronHeartbeat: cron(row)
        case let row as IndexerRow: indexer(row)
        case let row as FlagRow: flag(row)
        case let row as SourceRow: source(row)
        default: []
        }
    }

    private func fact(_ label: String, _ value: String?) -> Detail.Fact { Detail.Fact(label, value ?? "-") }

    private func count(_ count: Count?) -> String? {
        count.map { Figures.count($0.value, isBound: $0.isBound) }
    }

    /// `27 min ago, 01:47`
    private func ago(_ time: WallTime?) -> String? {
        time.map { "\(Age.text(seconds: now.wall.seconds(since: $0))) ago, \(clock.text($0))" }
    }

    /// `02:15 UTC, 03:15 store`: cron is written in the store's time.
    private func both(_ time: WallTime) -> String {
        let shown = clock.mark == nil ? " " + clock.zone.words : ""
        guard let store = clock.store, clock.zone != .store else { return clock.text(time) + shown }
        return "\(clock.text(time))\(shown), \(store.civil(time).short(asOf: store.civil(now.wall))) store"
    }

    private var storeClock: [Detail.Fact] {
        clock.store.map { [fact("store clock", "\($0.civil(now.wall).hourMinute), \($0.zone)")] } ?? []
    }

    private func agoInBoth(_ time: WallTime?) -> String? {
        time.map { "\(Age.text(seconds: now.wall.seconds(since: $0))) ago, \(both($0))" }
    }

    private func queue(_ row: QueueRow) -> [Detail.Fact] {
        let consumers: String =
            switch row.consumers {
            case _ where row.isWithoutConsumer: "none, by design"
            case .subscribed(let count): count == 0 ? "nobody subscribes" : "\(count) subscribed"
            case .lockHeld: "one holds its lock"
            case .nobody: "nobody"
            case .unreadable: "could not be read"
            }
        let oldest = row.oldestSeconds.map { (row.isOldestReckoned ? "~" : "") + Age.text(seconds: $0) }
        var facts = [
            fact("depth", count(row.depth)), fact("ready", count(row.ready)),
            fact("in progress", count(row.inProgress)),
        ]
        // The broker knows no such states.
        if row.transport == .db {
            facts += [fact("retry", count(row.retry)), fact("error", count(row.error))]
        }
        return facts + [
            fact("in/s, 1 min", row.inRate.map(Figures.perSecond)),
            fact("out/s, 1 min", row.outRate.map(Figures.perSecond)),
            fact("oldest", oldest), fact("consumers", consumers),
        ]
    }

    private func integration(_ row: IntegrationRow) -> [Detail.Fact] {
        let flow = row.integration
        let arrow =
            switch flow.direction {
            case .out: "→"
            case .in: "←"
            case .both: "⇄"
            }
        return [
            fact("flow", "\(flow.thing) \(arrow) \(flow.system)" + (flow.tier.map { ", tier \($0)" } ?? "")),
            fact("safe zone", flow.isSafeZone ? "yes: it must stay healthy" : "no"),
            fact("ok/min", row.successes.map(Figures.perMinute)),
            fact("fail/min", row.failures.map(Figures.perMinute)),
            fact("retry/min", row.retries.map(Figures.perMinute)),
            fact("failed, 5 min", share(row.fiveMinutes, isFew: row.isFewFiveMinutes)),
            fact("failed, 1 h", share(row.hour, isFew: row.isFewHour)),
            fact("p50, p95", latency(row)), fact("last ok", ago(row.lastSuccess)),
            fact("last error", row.lastError),
        ]
    }

    /// `26 of 310, 8.4 %`, `2 of 31 in 4 min`; few attempts are counted, not divided.
    private func share(_ share: FailureShare?, isFew: Bool) -> String? {
        guard let share else { return nil }
        let finished = Figures.count(share.finished, isBound: share.isBound)
        let span = share.coverage.map { " \($0.phrase)" } ?? ""
        guard let part = share.share else { return "nothing finished" + span }
        let told = isFew ? "too few to judge" : "\(Figures.share(part)) %"
        return "\(Figures.count(share.failed)) of \(finished)\(span), \(told)"
    }

    private func latency(_ row: IntegrationRow) -> String? {
        guard row.p50 != nil || row.p95 != nil else { return nil }
        func text(_ value: Double?) -> String { value.map { Figures.seconds($0) + " s" } ?? "-" }
        return "\(text(row.p50)), \(text(row.p95))"
    }

    private func cron(_ row: CronRow) -> [Detail.Fact] {
        // That the process died says the sentence: one look may have met its end.
        let lock =
            switch row.lock {
            case .held: "held"
            case .free: "nobody holds it"
            case .unknown: "not known"
            }
        let running = row.runningSince.map { time in
            "\(Age.text(seconds: now.wall.seconds(since: time))), since \(both(time))"
        }
        return [
            fact("group", row.group ?? "?"), fact("last ok", agoInBoth(row.lastSuccess)),
            fact("running", running ?? "no"),
        ] + (running == nil ? [] : [fact("its lock", lock)]) + [
            fact("usual run", row.usualSeconds.map { Age.text(seconds: $0) }),
            fact("missed, 1 h", row.missedLastHour.map { Figures.count($0) }),
            fact("errors, 1 h", row.errorsLastHour.map { Figures.count($0) }),
            fact("last error", row.lastError.map { $0.isEmpty ? "none written: the process died" : $0 }),
            fact("next due", row.nextDue.map(both)), fact("overdue since", row.overdueSince.map(both)),
        ] + storeClock
    }

    private func cron(_ cron: CronHeartbeat) -> [Detail.Fact] {
        let jobs = jobs?.filter { $0.id.source == cron.id.source }
        func names(_ groups: [String]) -> String? { groups.isEmpty ? nil : groups.joined(separator: ", ") }
        return [
            fact("last beat", agoInBoth(cron.lastBeat)),
            fact("jobs known", jobs.map { Figures.count($0.count) }),
            fact("running", jobs.map { Figures.count($0.count { $0.runningSince != nil }) }),
            fact("missed, 1 h", cron.missedLastHour.map { Figures.count($0) }),
            fact("errors, 1 h", cron.errorsLastHour.map { Figures.count($0) }),
            fact("groups alive", names(cron.aliveGroups)), fact("groups silent", names(cron.silentGroups)),
        ] + storeClock
    }

    private func indexer(_ row: IndexerRow) -> [Detail.Fact] {
        [
            fact("mode", row.mode == .schedule ? "on schedule, from the changelog" : "on save"),
            fact("status", row.status), fact("events waiting", row.backlog.map { Figures.count($0) }),
            fact("lag", row.lagSeconds.map { Age.text(seconds: $0) } ?? (row.backlog == 0 ? "no" : nil)),
            fact("last moved", ago(row.movedAt)),
        ]
    }

    private func flag(_ row: FlagRow) -> [Detail.Fact] {
        let flag = row.flag
        let changed = ago(flag.changedAt).map { ago in (flag.changedBy.map { "\($0), " } ?? "") + ago }
        return [
            fact("now", flag.sentence), fact("where", "\(row.place) \(flag.backend)"),
        ] + scopes(flag) + [
            fact("revision", flag.revision),
            fact("variants", flag.variants.isEmpty ? nil : flag.variants.joined(separator: ", ")),
            fact("last change", changed ?? flag.changedBy),
            row.next.map { fact("can become", $0.text) }
                ?? fact("not switched", row.refusal ?? flag.fixedReason),
        ]
    }

    /// For which part of the store, and every narrower one that says something itself.
    private func scopes(_ flag: FlagReading) -> [Detail.Fact] {
        guard let scope = flag.scope else { return [] }
        let most = 8
        var facts = [fact("scope", scope.words)]
        for override in flag.overrides.prefix(most) {
            facts.append(
                fact("in " + override.scope.words, override.value.isKnown ? override.value.text : "?"))
        }
        let rest = Array(flag.overrides.dropFirst(most))
        if let words = rest.words { facts.append(fact("and", words)) }
        if let unseen = flag.unseen { facts.append(fact("not seen", unseen)) }
        return facts
    }

    private func source(_ row: SourceRow) -> [Detail.Fact] {
        let costs = row.probes.map(\.costPerMinute)
        let bytes = costs.reduce(0) { $0 &+ $1.bytes }
        let time = costs.reduce(0) { $0 + $1.milliseconds }
        return [
            fact("kind", row.kind + (row.openWay == nil ? "" : ", no TLS")),
            fact("queries a minute", Figures.count(costs.reduce(0) { $0 &+ $1.queries })),
            fact("bytes a minute", ByteSize.text(bytes)),
            fact("its time a minute", Figures.fixed(time, decimals: 0) + " ms"),
        ]
    }
}

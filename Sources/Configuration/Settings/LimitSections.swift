import Documents
import Monitoring

/// The keys of the limits that `Monitoring` judges by; their defaults stand there.
enum LimitSections {
    static var queue: Section<QueueLimits> {
        Section(
            "queue_limits", "When a queue is in trouble.", QueueLimits(),
            [
                Field(
                    "backlog", \.backlog, .threshold(.count), "Messages ready, in progress and to be retried."
                ),
                Field("oldest", \.oldest, .threshold(.hold), "How long the oldest message has waited."),
                Field(
                    "no_consumer_hold", \.noConsumerHold, .hold,
                    "How long messages may wait with nobody to take them."),
                Field(
                    "nothing_taken_hold", \.nothingTakenHold, .hold,
                    "How long a consumer may hold its lock and take nothing while messages wait."),
                Field(
                    "failed_last_hour", \.failedLastHour, .threshold(.count),
                    "Messages given up within one hour."),
            ])
    }

    static var integration: Section<IntegrationLimits> {
        Section(
            "integration_limits", "When an integration is in trouble; what is not said is its tier's.",
            IntegrationLimits(),
            [
                Field(
                    "failure_share", \.failureShare, .threshold(.share),
                    "Failures among finished attempts, from 0 to 1."),
                Field(
                    "few_count", \.fewCount, .whole(1...1_000_000),
                    "Below so many finished attempts no share is judged."),
                Field(
                    "few_failures", \.fewFailures, .whole(1...1_000_000),
                    "Below so many failures no share is over its limit; 1 judges each share as it is."),
                Field("last_success", \.lastSuccess, .threshold(.hold), "Age of the last success."),
                Field("p95", \.p95, .threshold(.hold), "95th percentile of the time an attempt takes."),
            ])
    }

    static var cron: Section<CronLimits> {
        Section(
            "cron_limits", "When cron or a job is in trouble.", CronLimits(),
            [
                Field(
                    "heartbeat", \.heartbeat, .hold,
                    "Age of the newest run from which cron counts as stopped."),
                Field(
                    "missed_share", \.missedShare, .threshold(.share),
                    "Missed runs among runs that ended, over 1 h, from 0 to 1."),
                Field("errors", \.errors, .threshold(.count), "Errors of one job in 1 h."),
                Field("running", \.running, .threshold(.hold), "How long one run may take."),
                Field(
                    "usual_factor", \.usualFactor, .decimal(1...1000),
                    "A run may take so many times its usual time, where that is longer."),
                Field("overdue", \.overdue, .hold, "How long a planned run may be due while cron is alive."),
            ])
    }

    static var indexer: Section<IndexerLimits> {
        Section(
            "indexer_limits", "When an indexer is in trouble.", IndexerLimits(),
            [
                Field("lag", \.lag, .threshold(.hold), "Time since its view last moved while events waited."),
                Field(
                    "growing_polls", \.growingPolls, .whole(2...1000),
                    "So many reads in a row with a larger backlog: it falls behind."),
                Field(
                    "stuck", \.stuck, .hold, "Working without progress and without a lock for so long: stuck."
                ),
                Field("failing", \.failing, .hold, "Trying without progress for so long: failing."),
                Field("invalid_hold", \.invalidHold, .hold, "How long invalid may stand."),
            ])
    }

    static var freshness: Section<FreshnessLimits> {
        Section(
            "freshness", "How old a figure may be.", FreshnessLimits(),
            [
                Field(
                    "stale_intervals", \.staleIntervals, .decimal(1...100),
                    "Older than so many intervals: stale."),
                Field(
                    "unknown_intervals", \.unknownIntervals, .decimal(1...100),
                    "Older than so many intervals: unknown."),
                Field(
                    "slow_share", \.slowShare, .decimal(0.1...1),
                    "A read that takes this share of its deadline is a warning."),
            ],
            finish: { node, value, reading in
                if value.unknownIntervals < value.staleIntervals {
                    reading.note(
                        "\"unknown_intervals\" must not be below \"stale_intervals\"", at: node.place)
                }
            })
    }
}

extension Kind<Int> {
    static var count: Kind { whole(0...1_000_000_000) }
}

extension Kind<Double> {
    static var share: Kind { decimal(0...1) }
}

extension Kind {
    /// `{warning: 500, critical: off}`; one that is not named stays.
    static func threshold<Figure>(_ kind: Kind<Figure>) -> Kind where Value == Threshold<Figure> {
        let section = Section<Threshold<Figure>>(
            "threshold_of_\(kind.shape.slug)",
            "At or above it is a warning, or critical; off switches it off.", Threshold(),
            [
                Field("warning", \.warning, .offOr(kind), "From here on a warning."),
                Field("critical", \.critical, .offOr(kind), "From here on critical."),
            ],
            finish: { node, value, reading in
                if let warning = value.warning, let critical = value.critical, critical < warning {
                    let words = [warning, critical].compactMap(kind.written)
                    reading.note(
                        "warning (\(words.first ?? "")) must not be above critical (\(words.last ?? ""))",
                        at: node.place)
                }
            })
        return Kind(
            shape: .section(section.shape),
            read: { section.read($0, onto: $1, &$2) },
            written: { value in
                let words = [("warning", value.warning), ("critical", value.critical)].map { name, limit in
                    "\(name): \(limit.map { kind.written($0) ?? "" } ?? "off")"
                }
                return "{\(words.joined(separator: ", "))}"
            })
    }
}

extension Shape {
    /// For the name of what is made of it.
    var slug: String {
        switch self {
        case .whole: "count"
        case .duration: "duration"
        default: "number"
        }
    }
}

/// Limits by name, completed from those of all.
enum LimitOverrides {
    static func read<Limits>(
        _ node: Node?, _ section: Section<Limits>, onto base: Limits, _ reading: inout Reading
    ) -> [String: Limits] {
        guard let node, !node.isNull else { return [:] }
        guard let members = node.members else {
            reading.expected("a mapping by name", at: node)
            return [:]
        }
        var all: [String: Limits] = [:]
        for member in members { all[member.key] = section.read(member.value, onto: base, &reading) }
        return all
    }
}

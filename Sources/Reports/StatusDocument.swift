package import Documents
import EngineAPI
import FeatureFlags
import Monitoring

/// `status --json`: every figure of every pane, for a script, and what it means as a JSON Schema. Figures that
/// are not known are left out, never zero.
package enum StatusDocument {
    /// Grows when a member goes or changes its meaning; members may be added within a version.
    package static let version = 2

    package static func document(_ report: StatusReport) -> JSONValue { root.object(report) }

    /// JSON Schema, 2020-12.
    package static var schema: JSONValue {
        var definitions: [JSONValue.Member] = []
        for definition in root.definitions where !definitions.contains(where: { $0.key == definition.name }) {
            definitions.append(.init(definition.name, definition.schema))
        }
        guard case .object(let members) = root.schema else { return .null }
        return .object(
            [
                .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
                .init("$id", .string("urn:hypercare:status:\(version)")), .init("title", "hypercare status"),
            ] + members + [.init("$defs", .object(definitions))])
    }

    private static let root = Record<StatusReport>(
        "status", "One look at one store. What is not known is left out, never 0."
    ) {
        Field("version", .constant(version), "Of this document; a new one changes what a member means.") {
            _ in version
        }
        Field("at", .time, "When it was judged.") { $0.snapshot.at.wall }
        Field("environment", .text, "The store, as the config calls it.") { $0.snapshot.environment.name }
        Field("production", .bool, "Whether it is production.") { $0.snapshot.environment.isProduction }
        Field("window", .record(window), "The stabilization window.") { $0.snapshot.window }
        Field("look", .record(look), "How it was looked at.") { $0.look }
        Field(
            "notKept", .list(.text),
            "Why what is kept cannot be trusted: the console that keeps is silent, or its log cannot be read."
        ) { $0.isKept ? [] : $0.snapshot.storage.reason }
        Field("verdict", .word, "The worst status of any check.") { $0.worst }
        Field("exitCode", .count, "0 ok, 1 warning, 2 critical, 3 unknown.") { Int($0.exitCode) }
        Field("counts", .record(counts), "Checks by what they are.") { $0 }
        Field("checks", .list(.record(check)), "Everything that is judged, worst first.") { $0.checks }
        Field(
            "assessments", .list(.record(StatusRows.assessment)),
            "What rules have to say: those that are not plainly ok."
        ) { report in
            let names = Dictionary(
                report.snapshot.allRows.map { ($0.id, $0.checkID) }, uniquingKeysWith: { first, _ in first })
            return report.snapshot.assessments.map {
                StatusRows.Said(assessment: $0, id: names[$0.entity] ?? $0.entity.description)
            }
        }
        Field(
            "alerts", .list(.record(StatusRows.alert)),
            "What is wrong, one a cause, the worst and oldest first: made of the assessments."
        ) { $0.snapshot.alerts }
        Field(
            "pendingAlerts", .list(.record(StatusRows.pendingAlert)),
            "What becomes an alert if it lasts, the first to be told on top: told to nobody yet."
        ) { $0.snapshot.pending }
        Field(
            "silences", .list(.record(StatusRows.silence)),
            "Which of them are told to nobody for a while, as the console that watches knows it."
        ) { $0.snapshot.silences }
        Field(
            "learning", .record(learning),
            "What detectors compare with, as the console that watches knows it.",
            ifKnown: { report in
                report.snapshot.learnedSeconds.map {
                    (
                        $0, report.snapshot.learning == nil,
                        report.snapshot.baseline.flatMap { $0.isCompared ? $0.name : nil }
                    )
                }
            })
        Field("queues", .list(.record(StatusRows.queue)), "Queues of the database and of brokers.") {
            $0.snapshot.queues
        }
        Field("integrations", .list(.record(StatusRows.flow)), "Flows of the config, in its order.") {
            $0.snapshot.integrations
        }
        Field("cron", .record(cron), "Cron as a whole, and its jobs.") { $0.snapshot }
        Field("indexers", .list(.record(StatusRows.indexer)), "Indexers and their views.") {
            $0.snapshot.indexers
        }
        Field("flags", .list(.record(StatusRows.flag)), "Feature flags.") { $0.snapshot.flags }
        Field(
            "changes", .list(.record(StatusRows.change)),
            "What was changed on the store lately, newest first: settings, code, maintenance, deploys, notes."
        ) { $0.snapshot.changes.reversed() }
        Field("sources", .list(.record(StatusRows.source)), "Where all this was read, and what that cost.") {
            $0.snapshot.sources
        }
    }

    private static let window = Record<WindowClock>("window", "The stabilization window, from the config.") {
        Field("start", .time, "When it began.") { $0.start }
        Field("days", .count, "How long it is.") { $0.days }
        Field("title", .text, "What was upgraded.", ifKnown: { $0.title })
    }

    private static let look = Record<Look>("look", "What one look could know beyond what it read.") {
        Field(
            "memory", .word,
            "Where holds go on between two looks: a console's fresh state, one of status itself, or nowhere."
        ) { $0.memory }
        Field("readAgain", .bool, "A rule asked for a second read, and it was asked for.") { $0.hasReadAgain }
        Field(
            "noSwitching", .text, "Why no flag can be switched from here, whatever it says.",
            ifKnown: { $0.obstacle })
    }

    private static let learning = Record<(seconds: Double, isEnough: Bool, baseline: String?)>(
        "learning", "How much is known of what is usual."
    ) {
        Field("seconds", .amount, "Of healthy half hours, so many seconds are known.") { $0.seconds }
        Field("needed", .amount, "So many are needed; until then limits are wide.") { _ in Learning.enough }
        Field("enough", .bool, "What is usual is learned.") { $0.isEnough }
        Field(
            "baseline", .text, "What is compared with until then.", ifKnown: { $0.baseline })
    }

    private static let counts = Record<StatusReport>("counts", "How many checks there are of each.") {
        Field("checks", .count, "All.") { $0.checks.count }
        Field("critical", .count, "Critical.") { $0.count(.critical) }
        Field("unknown", .count, "Never read, or too old.") { $0.count(.unknown) }
        Field("warning", .count, "Warning.") { $0.count(.warning) }
        Field("stale", .count, "Older than two intervals.") { $0.count(.stale) }
        Field("ok", .count, "Ok, with those that are pending or not judged.") { $0.count(.ok) }
        Field("off", .count, "Switched off on purpose.") { $0.count(.off) }
        Field("pending", .count, "Well but for a hold that is not over.") { $0.pending }
        Field("notJudged", .count, "With a rule that could not be applied.") { $0.notJudged }
        Field("setAside", .count, "Set aside by a person: in no other count but all.") { $0.setAside }
    }

    private static let check = Record<StatusReport.Check>("check", "One thing that is judged.") {
        Field("id", .text, "Its kind and what the console calls it.") { $0.id }
        Field("key", .key, "The same, exactly: no two things share it.") { $0.key }
        Field("status", .word, "What it is.") { $0.judgement.status }
        Field("reason", .list(.text), "Why, most important first.") { $0.judgement.reason }
        Field("pending", .list(.text), "What comes true when its hold is over.") { $0.pending }
        Field("notJudged", .list(.text), "What its rules would have needed.") { $0.notJudged }
        Field("since", .time, "When this status began.", ifKnown: { $0.judgement.since })
        Field(
            "asOf", .time, "It was last so then, and could not be read since.", ifKnown: { $0.judgement.asOf }
        )
        Field("aside", .record(aside), "A person has set it aside.", ifKnown: { $0.judgement.aside })
    }

    private static let aside = Record<Aside>(
        "aside", "Who took a told thing out of sight, why and until when."
    ) {
        Field("by", .text, "The operator.") { $0.by }
        Field("why", .text, "In their words.") { $0.why }
        Field("at", .time, "When.") { $0.at }
        Field("until", .time, "When it is back; absent: when it changes.", ifKnown: { $0.until })
    }

    private static let cron = Record<Snapshot>("cron", "Cron.") {
        Field("heartbeats", .list(.record(StatusRows.heartbeat)), "One for each source of cron.") {
            $0.cron.known
        }
        Field("jobs", .list(.record(StatusRows.job)), "Its jobs.") { $0.cron.jobs }
    }
}

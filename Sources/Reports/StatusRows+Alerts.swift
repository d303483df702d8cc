import Documents
import EngineAPI
import Monitoring

/// What is wrong, one a cause.
extension StatusRows {
    static let alert = Record<AlertRow>("alert", "Something that is wrong, with what follows from it.") {
        Field("key", .key, "Exactly what it is about; integration:* is the shop as a whole.") {
            $0.entity.key
        }
        Field("name", .text, "What the console calls that.") { $0.label }
        Field("kind", .kind, "What is wrong with it; custom:NAME is a rule of the config.") { $0.kind }
        Field("severity", .word, "critical or warning.") { $0.severity }
        Field("since", .time, "When it began, not when it was seen.") { $0.since }
        Field("openedAt", .time, "When it was told.") { $0.openedAt }
        Field("sentence", .text, "In words, with figures.") { $0.sentence }
        Field(
            "outlook", .text, "How fast it gets worse and when it will hurt.", ifKnown: { $0.outlook })
        Field(
            "weight", .text, "Why it is worse, or milder, than by itself: the flow it belongs to.",
            ifKnown: { $0.weight })
        Field("records", .list(.text), "Ids of the records that are wrong, where they are known.") {
            $0.records
        }
        Field("followCount", .count, "How many more follow from it.") { $0.foldedCount }
        Field("follows", .list(.record(follower)), "The first of those.") { $0.folded }
        Field("changed", .list(.text), "What was changed in the 15 minutes before it began, nearest first.") {
            $0.changes
        }
        Field("flapping", .bool, "It comes and goes.") { $0.isFlapping }
        Field("owner", .text, "Who knows it.", ifKnown: { $0.owner })
        Field("runbook", .text, "What to do.", ifKnown: { $0.runbook })
        Field("setAside", .bool, "A person has set aside what it is about.") { $0.aside != nil }
        Field("silenced", .bool, "It is told to nobody for a while.") { $0.silence != nil }
        Field("silence", .record(silence), "By whom, why and until when.", ifKnown: { $0.silence })
    }

    static let pendingAlert = Record<PendingAlert>(
        "pendingAlert", "Something that is wrong, and not for long enough, or not surely enough, to be told."
    ) {
        Field("key", .key, "Exactly what it is about.") { $0.entity.key }
        Field("name", .text, "What the console calls that.") { $0.label }
        Field("kind", .kind, "What is wrong with it; custom:NAME is a rule of the config.") { $0.kind }
        Field("severity", .word, "What it will be told as.") { $0.severity }
        Field("at", .time, "When it is told, if it lasts.", ifKnown: { $0.at })
        Field(
            "evidence", .amount, "Of what its detector needs to be sure, 0.5 to 1: it is told at 1.",
            ifKnown: { $0.evidence })
        Field("sentence", .text, "In words, with figures.") { $0.sentence }
        Field("silenced", .bool, "It will be told to nobody.") { $0.silence != nil }
    }

    static let silence = Record<Silence>("silence", "Which alerts are told to nobody for a while.") {
        Field("id", .text, "No two of an environment share it.") { $0.id }
        Field("matcher", .text, "Which alerts, as the console takes it: queue:erp.* kind=growing.") {
            $0.matcher.text
        }
        Field("by", .text, "The operator.") { $0.by }
        Field("why", .text, "In their words.") { $0.why }
        Field("at", .time, "Since when.") { $0.at }
        Field("until", .time, "It ends by itself then.") { $0.until }
    }

    private static let follower = Record<AlertKey>("follower", "What follows from an alert.") {
        Field("key", .key, "Exactly which it is.") { $0.entity.key }
        Field("kind", .kind, "What is wrong with it; custom:NAME is a rule of the config.") { $0.kind }
    }
}

extension FieldType<Finding.Kind> {
    fileprivate static var kind: Self {
        let known: JSONValue = ["enum": .array(Finding.Kind.known.map { .string($0.rawValue) })]
        let own: JSONValue = ["type": "string", "pattern": "^custom:"]
        return Self(schema: ["anyOf": [known, own]]) { .string($0.rawValue) }
    }
}

import EngineAPI
import Monitoring

/// Where figures come from, and what rules say of them.
extension StatusRows {
    static let source = Record<SourceRow>("source", "A server or file that is read.") {
        Field("name", .text, "What the config calls it.") { $0.label }
        Field("id", .text, "As in checks.") { $0.checkID }
        Field("key", .key, "Exactly which it is.") { $0.id.key }
        Field("status", .word, "What it is.") { $0.judgement.status }
        Field("readAt", .time, "When its oldest figure was read.", ifKnown: { $0.readAt?.wall })
        Field("kind", .text, "mysql, rabbitmq, log, command, release, flags.") { $0.kind }
        Field("probes", .list(.record(probe)), "What is read there.") { $0.probes }
    }

    static let probe = Record<ProbeRow>("probe", "One thing that is read from a source.") {
        Field("id", .text, "Which it is.") { $0.schedule.id }
        Field("subject", .text, "What it reads.") { $0.schedule.subject }
        Field("status", .word, "What it is.") { $0.judgement.status }
        Field("reason", .list(.text), "Why, most important first.") { $0.judgement.reason }
        Field("intervalSeconds", .amount, "How often a console reads it.") {
            $0.schedule.interval / .seconds(1)
        }
        Field("deadlineSeconds", .amount, "When a read is given up.") { $0.schedule.deadline / .seconds(1) }
        Field("readAt", .time, "When its newest good read began.", ifKnown: { $0.readAt?.wall })
        Field("latencySeconds", .amount, "How long its last read took.", ifKnown: { $0.latency })
        Field("reads", .count, "Reads of this look.") { $0.reads }
        Field("failures", .count, "Those that failed.") { $0.failures }
        Field("skippedTicks", .count, "Reads that were due while one was under way.") { $0.skippedTicks }
        Field("lastError", .text, "What the last failure said.", ifKnown: { $0.lastError })
        Field("queriesPerMinute", .count, "Questions.", ifKnown: { $0.cost?.queries })
        Field("bytesPerMinute", .count, "Bytes.", ifKnown: { $0.cost?.bytes })
        Field("millisecondsPerMinute", .amount, "Time of the server.", ifKnown: { $0.cost?.milliseconds })
    }

    // MARK: Assessments

    /// An assessment, and what its entity is called.
    struct Said: Sendable {
        var assessment: Assessment
        var id: String
    }

    private enum Standing: String, CaseIterable {
        case judged, pending
        case notJudged = "not judged"

        init(_ standing: Assessment.Standing) {
            switch standing {
            case .judged: self = .judged
            case .pending: self = .pending
            case .notJudged: self = .notJudged
            }
        }
    }

    private enum Unit: String, CaseIterable {
        case count, seconds, share, perMinute, minutesInARow, none
        init(_ unit: Assessment.Unit) { self = Unit(rawValue: unit.rawValue) ?? .none }
    }

    static let assessment = Record<Said>("assessment", "What one rule says of one thing.") {
        Field("id", .text, "As in checks.") { $0.id }
        Field("key", .key, "Exactly which it is.") { $0.assessment.entity.key }
        Field("rule", .word, "Which rule.") { $0.assessment.rule }
        Field("standing", .word, "Judged, pending until its hold is over, or not judged.") {
            Standing($0.assessment.standing)
        }
        Field("status", .word, "Ok while it is pending or not judged.") { $0.assessment.status }
        Field(
            "becomes", .word, "The status when the hold is over.",
            ifKnown: { if case .pending(let status, _) = $0.assessment.standing { status } else { nil } })
        Field(
            "inSeconds", .amount, "How long the hold still is.",
            ifKnown: { if case .pending(_, let seconds) = $0.assessment.standing { seconds } else { nil } })
        Field(
            "needs", .text, "What it would have needed to judge.",
            ifKnown: { if case .notJudged(let why) = $0.assessment.standing { why } else { nil } })
        Field("what", .text, "In words, without a time.", ifKnown: { $0.assessment.words })
        Field("value", .amount, "The figure that is judged.", ifKnown: { $0.assessment.value })
        Field("valueIsBound", .bool, "True: at least so much.") { $0.assessment.isBound }
        Field("warningLimit", .amount, "From there on a warning.", ifKnown: { $0.assessment.limit.warning })
        Field("criticalLimit", .amount, "From there on critical.", ifKnown: { $0.assessment.limit.critical })
        Field("unit", .word, "What value and limits count.") { Unit($0.assessment.unit) }
        Field("since", .time, "When it began.", ifKnown: { $0.assessment.since })
        Field("sinceIsBound", .bool, "It may have begun earlier.") { $0.assessment.isSinceBound }
        Field("unseen", .text, "What the rule could not see.", ifKnown: { $0.assessment.unseen })
    }
}

extension Assessment {
    fileprivate var words: String? {
        let text = [what, self.detail ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
        return text.isEmpty ? nil : text
    }
}

extension ProbeRow {
    /// Nil before it was read: that it cost nothing is not known.
    fileprivate var cost: ReadCost? { reads > failures ? costPerMinute : nil }
}

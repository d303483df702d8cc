import Engine
import FeatureFlags
import Monitoring

/// What one line tells of a read, as far as it was read.
struct ToldRead {
    var cost = ReadCost()
    var serverTime: WallTime?
    var facts: [Fact] = []
    var notices: [SourceNotice] = []
    var cron = CronReading(jobs: [], newestRun: nil, newestScheduled: nil)
    var hasCron = false
    var flags: [FlagReading]?
    var changedAt: WallTime?
    var failure: ReadFailure?

    var outcome: ProbeAnswer.Outcome {
        if let failure { return .failed(failure) }
        if let flags {
            return .flags(FlagSample(flags, cost: cost, notices: notices, changedAt: changedAt))
        }
        var facts = facts
        if hasCron { facts.append(.cron(cron)) }
        return .sample(Sample(facts + notices.map { .notice($0) }, cost: cost, serverTime: serverTime))
    }
}

extension LineCursor {
    mutating func cost() throws(RecordingFault) -> ReadCost {
        var numbers: [Double] = []
        try openArray()
        while try nextElement() { numbers.append(try number()) }
        guard numbers.count == 3 else { throw fault("a cost is queries, bytes and milliseconds") }
        return ReadCost(
            queries: Int(exactly: numbers[0].rounded()) ?? 0, bytes: Int(exactly: numbers[1].rounded()) ?? 0,
            milliseconds: numbers[2])
    }

    mutating func notice() throws(RecordingFault) -> SourceNotice {
        var notice = SourceNotice(.warning, "")
        try openObject()
        while let word = try nextMember() {
            switch word {
            case .status: notice.status = try Status.read(from: &self) ?? .warning
            case .text: notice.text = try string()
            default: try skip()
            }
        }
        return notice
    }

    mutating func readFailure() throws(RecordingFault) -> ReadFailure {
        var failure = ReadFailure(.malformed, "")
        try openObject()
        while let word = try nextMember() {
            switch word {
            case .kind: failure.kind = try ReadFailure.Kind.read(from: &self) ?? .malformed
            case .message: failure.message = try name()
            case .advice: failure.advice = try name()
            case .since: failure.since = WallTime(recorded: try time())
            default: try skip()
            }
        }
        return failure
    }
}

package import Monitoring

/// The only port that changes production.
///
/// A value that could not be told is `.unknown` with its reason; `read` throws when nothing could be read.
package protocol FlagBackend: Sendable {
    /// As the config names it.
    var name: String { get }
    /// `flagd file`, `magento config`.
    var place: String { get }
    var schedule: ProbeSchedule { get }
    /// How it is read, one sentence for `doctor`.
    var manner: String { get }
    @concurrent func read() async throws(ReadFailure) -> FlagSample
    /// Compares, sets and reads back. Called once per `change.opID`, after the intent is durable in the
    /// audit log. A program that does it and may outlive us is put on `record` before it begins; then it is waited
    /// for, however long it takes.
    @concurrent func apply(_ change: FlagChange, _ record: ChangeRecorder) async -> ChangeOutcome
    /// What is left to do after a change that ended `.saved`; nil where there is nothing that could be done here.
    var finishing: FinishingStep? { get }
    /// Does it: why it could not be done, nil when it was.
    @concurrent func finish() async -> String?
    /// Takes up a change of an earlier console, whose writer stands on record: waits for its end and reads back.
    @concurrent func takeUp(_ change: FlagChange, of writer: ProcessMark) async -> ChangeOutcome
    /// Ends the program of a change, which a person decided: why it was not told to, nil when it was. How far it had
    /// come is read back by whoever waits for its end.
    @concurrent func end(_ writer: ProcessMark) async -> String?
    /// What came to light of a confirmed change some time after, as the outcome it has now; nil when nothing did.
    /// Asked for once, when it has ended.
    @concurrent func aftermath(of change: FlagChange) async -> ChangeOutcome?
    /// Removes what earlier consoles left half done of changes that are not open any more; those in `opIDs` are.
    /// Asked for before the first change.
    @concurrent func tidy(keeping opIDs: Set<String>) async
}

extension FlagBackend {
    package var finishing: FinishingStep? { nil }

    @concurrent package func finish() async -> String? { "there is nothing to be done" }

    @concurrent package func end(_ writer: ProcessMark) async -> String? { "it has no program to be ended" }

    @concurrent package func aftermath(of change: FlagChange) async -> ChangeOutcome? { nil }

    @concurrent package func tidy(keeping opIDs: Set<String>) async {}

    @concurrent package func takeUp(_ change: FlagChange, of writer: ProcessMark) async -> ChangeOutcome {
        .unknown("how it ended was not seen")
    }
}

/// All flags of a backend, as one read found them.
package struct FlagSample: Sendable {
    package var flags: [FlagReading]
    package var cost: ReadCost
    /// What is wrong with all of them: flagd refuses the file.
    package var notices: [SourceNotice]
    /// When whatever has changed since the read before was changed, where only that is known: a file's time.
    package var changedAt: WallTime?
    /// What makes the place where they are kept unsafe, for `doctor`.
    package var cautions: [FlagCaution] = []

    package init(
        _ flags: [FlagReading], cost: ReadCost, notices: [SourceNotice] = [], changedAt: WallTime? = nil
    ) {
        self.flags = flags
        self.cost = cost
        self.notices = notices
        self.changedAt = changedAt
    }
}

/// Something about the place of flags that lets others change them, and what to do about it; both sanitised.
package struct FlagCaution: Hashable, Sendable {
    package var text: String
    package var advice: String

    package init(text: String, advice: String) {
        self.text = text
        self.advice = advice
    }
}

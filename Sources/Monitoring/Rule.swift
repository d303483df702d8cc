/// Everything that can be said to be wrong, a closed list: one rule makes one assessment of an entity.
package enum Rule: String, Sendable, Codable, CaseIterable {
    // Queues.
    case noConsumer, nothingTaken, depth, oldest, abandoned, failedMessages, brokerState, dropping, held
    case leftBehind
    // Integrations.
    case failing, silent, slow
    // Cron, its groups and jobs.
    case heartbeat, groups, jobFailed, jobMissed, jobRunning, jobDue, jobUnplanned
    // Indexers.
    case lag, growing, stuck, failingRuns, triggers, changelog, ahead, suspended, invalid
    // Flags.
    case flagState, flagFile, flagScope
    // Sources and whatever is read from them.
    case answers, answerTime, notice, clock, vanished, notRead
    // What is usual, learned: by detectors (`Monitoring/Detection`).
    case lessThanUsual, moreThanUsual, failsMore, retriedMore, slower, grows, disagrees
    // Written by a person (`OwnRule`).
    case custom

    /// Of a detector: it compares with what is usual, or over time.
    package var isLearned: Bool {
        switch self {
        case .lessThanUsual, .moreThanUsual, .failsMore, .retriedMore, .slower, .grows, .disagrees:
            true
        default: false
        }
    }

    /// It stands beside what the row's own rules say: another judges it.
    package var isAdded: Bool { isLearned || self == .custom }

    /// As the config names it: `nothing_taken`.
    package var key: String {
        rawValue.reduce(into: "") { key, letter in
            key += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
        }
    }

    /// Its figure beside its limit says all of it.
    var isOfOneFigure: Bool { [.depth, .oldest, .lag, .growing].contains(self) }

    /// The rule of the row's own that counts the same: where both speak, one stretch and one count is told, that of the
    /// figure which stands in the row.
    package var counterpart: Rule? {
        switch self {
        case .failsMore: .failing
        case .slower: .slow
        default: nil
        }
    }

    /// What the detail calls it.
    package var label: String { texts.label }

    /// What it looks at and when it speaks, one sentence for the help.
    package var explanation: String { texts.explanation }

    private var texts: (label: String, explanation: String) {
        switch self {
        case .noConsumer:
            ("no consumer", "messages wait, nothing has left and nobody is seen to take them")
        case .nothingTaken:
            ("nothing taken", "a consumer is there, messages wait or are in work, and nothing leaves")
        case .depth: ("depth", "messages waiting, in work and to be retried")
        case .oldest: ("oldest", "how long the oldest message has waited")
        case .abandoned: ("in work", "messages taken long ago by somebody who is gone")
        case .failedMessages: ("failed, 1 h", "messages given up within the last hour")
        case .brokerState: ("broker's word", "the broker itself says that the queue is not well")
        case .dropping: ("dropping", "the queue is at its max-length or -bytes and messages are lost")
        case .held: ("held", "messages neither ready nor in work, such as dead letters on their way")
        case .leftBehind: ("left behind", "rows in the database's queue of a name that the broker serves now")
        case .failing:
            ("failed", "the share of finished attempts that failed, or attempts that are only ever put off")
        case .silent: ("last success", "how long ago the last success was")
        case .slow: ("p95", "the time that 95 of 100 attempts keep below")
        case .heartbeat: ("heartbeat", "how long ago any job was executed")
        case .groups: ("groups", "a group of which no every-minute job has succeeded lately")
        case .jobFailed: ("newest run", "the newest ended run failed or was killed, and no success followed")
        case .jobMissed:
            ("missed", "runs that cron declared missed, with no success since or too many of them")
        case .jobRunning: ("running", "how long the present run takes, and whether its process lives")
        case .jobDue: ("due, not started", "a planned run whose time has passed while cron is alive")
        case .jobUnplanned: ("planned", "a job of each minute that is not planned any more")
        case .lag: ("lag", "how long the view has not moved while events wait")
        case .growing: ("growing", "minutes in a row with a larger backlog than the one before")
        case .stuck: ("working, no progress", "at work with no progress and no lock")
        case .failingRuns: ("runs and fails", "it runs again and again and its version does not move")
        case .triggers: ("triggers", "triggers that feed the changelog, against the most ever seen")
        case .changelog: ("changelog", "whether the table that holds the changes is there")
        case .ahead: ("version", "the view's version is ahead of its changelog, so that it indexes nothing")
        case .suspended: ("suspended", "how long the indexer has been suspended")
        case .invalid: ("invalid", "how long it has waited for a full reindex")
        case .flagState:
            (
                "change",
                "a change that was sent and whose end is not known, or that another program crossed in the last hour"
            )
        case .flagFile: ("flag file", "whether the application that reads the flags would accept them")
        case .flagScope: ("scopes", "values of narrower scopes that differ from the default")
        case .answers: ("answers", "whether the source answers")
        case .answerTime: ("answer time", "how long an answer takes, against the deadline")
        case .notice: ("its own word", "what the source itself says is wrong")
        case .clock: ("clock", "how far the server's clock is from this machine's")
        case .vanished: ("there", "a thing that was not well and is no longer listed")
        case .lessThanUsual:
            ("less than usual", "attempts that end, against the hour of the week and the other flows")
        case .moreThanUsual: ("more than usual", "attempts that end, against the hour of the week")
        case .failsMore: ("fails more", "the share of attempts that fail, against what is usual of the flow")
        case .retriedMore:
            ("retried more", "the share of attempts that are retried, against what is usual of the flow")
        case .slower: ("slower", "how long attempts take, against what is usual at this hour")
        case .grows: ("grows", "a level that should not grow, or not for so long")
        case .disagrees: ("disagrees", "records that one side lacks, has in excess, or has otherwise")
        case .custom: ("own rule", "a figure above or below what `rules` of the config says, for so long")
        case .notRead: ("read", "how old the figures are, against the interval")
        }
    }
}

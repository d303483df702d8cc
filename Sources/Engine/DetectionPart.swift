import EngineAPI
import Monitoring

/// What is not usual: detectors that learn what is, and the alerts that everything judged is told by.
struct DetectionPart: Sendable {
    /// Nil until it is known what there is to watch.
    var detection: Detection?
    var names = LiveNames()
    /// What detectors say of each entity, as rules: settled with what its own rules say.
    var found: [EntityID: [Assessment]] = [:]
    var book: AlertBook
    /// Detectors take attempts in steps of so many seconds, each step once.
    static let step = 10.0
    /// The source of all attempts, however many are read for them.
    static let flows = "flows"
    var steppedAt: Double?
    /// Up to where the attempts of each flow have been taken from each probe, by the clock they carry.
    var taken: [EntityID: [String: WallTime]] = [:]
    /// Of how long the history told what is usual, and when that was.
    var learned: (seconds: Double, at: Timestamp)?
    /// What is usual is that of the baseline, as nothing was learned yet.
    var comparesWithBaseline = false
    /// The queues that each probe has told detectors of.
    var told: [String: Set<EntityID>] = [:]
    /// By which the limits of all detectors are moved.
    var tuning = Tuning()
    /// Those of the config: what is no news at its time of day.
    var expected: [StoreShape.Expected] = []
    /// What was wrong and when, newest last: nothing is learned from it.
    var troubles: [Trouble] = []
    private static let mostTroubles = 500
    /// Those that are over.
    var ended = EndedBook()

    /// Where the clock of the detectors began: wall time then, and measured from there, so that no clock that is set
    /// moves it.
    private var epoch: (wall: Double, boot: Duration)?
    /// The newest moment that was asked for.
    private var last: Double?

    init() { book = AlertBook(CauseMap(StoreShape())) }

    mutating func seconds(at now: Timestamp) -> Double {
        let began = epoch ?? (Double(now.wall.milliseconds) / 1000, now.boot)
        epoch = began
        let moment = began.wall + (now.boot - began.boot).inSeconds
        last = moment
        return moment
    }

    /// The detectors' clock; nil before it began.
    func now(at now: Timestamp) -> Double? { epoch.map { $0.wall + (now.boot - $0.boot).inSeconds } }

    /// A moment of the detectors' clock, by the clock on the wall now.
    func wall(_ moment: Double, at now: Timestamp) -> WallTime {
        guard let epoch else { return now.wall }
        let age = epoch.wall + (now.boot - epoch.boot).inSeconds - moment
        return now.wall.advanced(bySeconds: -age)
    }

    mutating func add(_ ended: [Trouble]) {
        troubles += ended
        troubles.removeFirst(max(0, troubles.count - Self.mostTroubles))
    }

    mutating func bareName(of id: EntityID) -> String { names.bare(id).name }

    mutating func take(_ observation: Observation) { detection?.take(observation) }

    /// After a deploy consumers begin anew and cron pauses: that is no news.
    mutating func take(_ change: Change, at now: WallTime) {
        switch change.kind {
        case .deploy, .module, .patch, .release, .consumersRestarted, .maintenance:
            guard let moment = last else { return }
            let age = max(0, now.seconds(since: change.at))
            detection?.take(
                StoreEvent(at: max(moment - age, moment - 600), kind: .deploy, text: change.text, entity: nil)
            )
        case .config, .note, .flag: break
        }
    }

    mutating func map(_ causes: CauseMap) { book.map = causes }
}

extension Finding.Kind {
    /// The rule by which it stands in its row; nil of what the row's own rules judge, by evidence that recordings do not
    /// have.
    var rule: Rule? {
        switch self {
        case .silent: .lessThanUsual
        case .burst: .moreThanUsual
        case .failing: .failsMore
        case .retries: .retriedMore
        case .slow: .slower
        case .growing: .grows
        case .missing, .extra, .different, .drift: .disagrees
        case .unreachable, .frozen, .stopped, .noConsumer, .stuck, .died, .overdue, .running, .errors, .blind,
            .behind, .invalid, .unsettled, .word, .custom:
            nil
        }
    }

    /// The figure of the row that a detector's word is about.
    var figure: Judgement.Figure? {
        switch self {
        case .silent, .burst: .successes
        case .failing: .failureShare
        case .retries: .retries
        case .slow: .latency
        case .growing, .stuck: .depth
        case .unreachable, .frozen, .stopped, .noConsumer, .died, .overdue, .running, .errors, .blind,
            .behind, .invalid, .missing, .extra, .different, .drift, .unsettled, .word, .custom:
            nil
        }
    }

    /// What is found by `assessment`, among alerts.
    init(_ assessment: Assessment) {
        self = assessment.ownName.map { .custom($0) } ?? Self(assessment.rule)
    }

    /// What a rule's finding is called among alerts.
    private init(_ rule: Rule) {
        self =
            switch rule {
            case .noConsumer: .noConsumer
            case .nothingTaken, .abandoned, .held, .leftBehind: .stuck
            case .depth, .oldest, .grows: .growing
            case .failedMessages, .jobFailed: .errors
            case .brokerState, .dropping, .notice, .clock: .word
            case .failing, .failsMore: .failing
            case .silent, .lessThanUsual: .silent
            case .moreThanUsual: .burst
            case .retriedMore: .retries
            case .slow, .slower, .answerTime: .slow
            case .heartbeat, .groups: .stopped
            case .jobMissed, .jobDue, .jobUnplanned: .overdue
            case .jobRunning: .running
            case .lag, .growing, .stuck, .failingRuns: .behind
            case .triggers, .changelog, .ahead, .suspended: .blind
            case .invalid: .invalid
            case .flagState, .flagFile, .flagScope: .unsettled
            case .answers, .notRead: .unreachable
            case .vanished: .word
            case .disagrees: .different
            case .custom: .custom("")
            }
    }
}

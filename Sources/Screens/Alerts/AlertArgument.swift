import EngineAPI
import Monitoring
import Text

/// Why one alert is told, line by line: what is not known has none.
struct AlertArgument {
    let alert: AlertRow
    let detail: Detail?
    let now: WallTime
    let clock: Clock
    /// Of how long it is known what is usual.
    let learnedSeconds: Double?

    struct Point: Hashable {
        var label: String
        var text: String
    }

    /// Label and what it says, in the order in which one argues.
    var points: [Point] {
        let told: [(String, String?)] = [
            ("expected", expected), ("came", came), ("began", began),
            ("how fast", alert.outlook ?? detail?.outlook),
            ("how sure", sure), ("how bad", alert.weight),
            ("lasting", detail?.shift.map { BeforeFacts.words($0, now: now) }),
            ("at times", flapping), ("now", isOver ? "nothing of it is found now" : nil),
        ]
        return told.compactMap { label, text in text.map { Point(label: label, text: Sanitizer.line($0)) } }
    }

    /// The rule that speaks of what the alert is told as.
    private var evidence: Detail.Evidence? { detail?.evidence.first { $0.kind == alert.kind } }

    private var isOver: Bool { alert.severity == .ok }

    private var expected: String? {
        guard let evidence else { return nil }
        return evidence.basis?.expected ?? evidence.limit.map { "\(evidence.rule): \(Self.words(of: $0))" }
    }

    /// `500 / 2000` is a warning and critical; either may be `-`.
    private static func words(of limit: String) -> String {
        guard let place = limit.firstPlace(of: " / ") else {
            return limit.hasPrefix(">") || limit.hasPrefix("<") ? limit : "at most \(limit)"
        }
        let (warning, critical) = (limit[..<place.lowerBound], limit[place.upperBound...])
        return warning == "-"
            ? "at most \(critical)"
            : critical == "-"
                ? "at most \(warning)" : "at most \(warning), critical from \(critical)"
    }

    private var came: String? {
        guard let evidence else { return nil }
        return evidence.basis?.came ?? evidence.now.map { "\(evidence.rule): \($0)" }
    }

    private var began: String {
        let age = Age.text(seconds: max(0, now.seconds(since: alert.since)))
        let late = alert.openedAt.seconds(since: alert.since)
        let seen = late >= 1 ? "seen \(Age.text(seconds: late)) later" : "seen at once"
        return "\(clock.text(alert.since)), \(age) ago; \(seen)"
    }

    /// What it rests on: a deadline and evidence need no history, statistics say of how many they are.
    private var sure: String? {
        guard let evidence else { return nil }
        guard let basis = evidence.basis else {
            return "seen, not reckoned, by the rule \(evidence.rule): \(evidence.how)"
        }
        let learned =
            learnedSeconds.map { Learning.words($0) ?? "learned from \(Age.text(seconds: $0))" }
        let samples = "of \(Figures.counted(basis.samples, "attempt"))"
        return (["\(basis.test) · \(samples)"] + [learned].compactMap(\.self)).joined(separator: " · ")
    }

    private var flapping: String? {
        alert.isFlapping ? "it opened and ended again and again: one alert until it rests for an hour" : nil
    }
}

extension Finding.Kind {
    /// The series that shows it.
    var measure: SeriesID.Measure? {
        switch self {
        case .silent, .burst: .success
        case .failing: .failure
        case .retries: .retry
        case .slow: .latency
        case .growing, .noConsumer, .stuck: .depth
        case .behind: .lag
        case .stopped: .heartbeat
        case .unreachable: .readTime
        case .frozen, .died, .overdue, .running, .errors, .blind, .invalid, .missing, .extra, .different,
            .drift, .unsettled, .word, .custom:
            nil
        }
    }
}

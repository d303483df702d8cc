import Text

/// What the figures of one row mean, made here from limits and carried to the screens: a view never
/// compares a figure with a limit.
package struct Judgement: Hashable, Sendable, Codable {
    package var status: Status
    /// The sentence in its parts, most important first; screens join them with ` · ` and leave parts out
    /// from the end. Empty when there is nothing to say. Sanitised where it quotes text from outside.
    package var reason: [String]
    /// When this status began (the first time it was seen), nil for a status that was always so.
    package var since: WallTime?
    /// Other times that the sentence may tell, in UTC: `02:14`, `22 Nov 02:14`, `02:14:37`.
    package var told: [WallTime] = []
    /// Set while what it says was last so then and could not be read since; drawn as missing knowledge.
    package var asOf: WallTime?
    /// The one figure of the row that is at fault, the only one a screen colours; nil when it is none.
    package var figure: Figure?
    /// The others that something is said of, the worst first.
    package var marks: [Mark] = []
    /// Set while a person has set aside what it says: it counts neither as well nor as trouble.
    package var aside: Aside?

    /// The figures a row can be wrong by.
    package enum Figure: String, Sendable, Codable, CaseIterable {
        /// Queues.
        case depth, oldest, consumers, errors
        /// Integrations; `failureShare` is that of five minutes.
        case successes, failures, retries, failureShare, hourShare, latency
        /// Integrations and cron jobs.
        case lastSuccess
        /// Cron jobs.
        case running, missed, due, heartbeat
        /// Indexers.
        case backlog, lag, moved, indexStatus
        /// Flags.
        case value
    }

    package init(
        _ status: Status, _ reason: [String] = [], since: WallTime? = nil, figure: Figure? = nil
    ) {
        self.status = status
        self.reason = reason
        self.since = since
        self.figure = figure
    }

    package static let ok = Judgement(.ok)

    /// A figure that something is said of, and how bad that is.
    package struct Mark: Hashable, Sendable, Codable {
        package var figure: Figure
        package var status: Status

        package init(_ figure: Figure, _ status: Status) {
            self.figure = figure
            self.status = status
        }
    }

    /// How bad is what is said of one of these figures; nil where nothing is. Only what alerts are made of counts.
    package func mark(of figures: [Figure]) -> Status? {
        let own = figure.map { [Mark($0, status)] } ?? []
        return (own + marks).filter { figures.contains($0.figure) }.map(\.status)
            .filter { $0 == .critical || $0 == .warning }.min()
    }

    /// Anything a person should look at: what was set aside has been.
    package var isTrouble: Bool { status < .ok && aside == nil }

    /// By what it is sorted among others: what is aside stands after all trouble, before what is ok.
    package var urgency: Status { aside == nil ? status : .stale }

    /// What is to be said while `blind` stands between it and its server: critical stays critical, told as of
    /// when it was read; all else is no longer known, and what was wrong is still said.
    package func covered(by blind: Judgement, at now: WallTime) -> Judgement {
        guard let readAt = blind.asOf else { return blind }
        guard status == .critical else {
            var covered = blind
            if status < .ok { covered.reason += reason.prefix(2).map { "was: \($0)" } }
            return covered
        }
        var covered = self
        covered.asOf = readAt
        let civil = (readAt.civil, now.civil)
        let age = Age.text(seconds: max(0, now.seconds(since: readAt)))
        covered.reason.insert(
            "as of \(civil.0.short(asOf: civil.1)), not read for \(age)", at: min(1, reason.count))
        return covered
    }
}

package import EngineAPI
package import Monitoring

/// When one look is complete: every probe was read, and each rule that asked for a second read has had it, or
/// patience is over.
///
/// The second read is asked for where its source would be read again only much later. It comes some seconds
/// after the first, because a broker counts what left every five seconds: compared too early, a busy queue
/// looks as if nothing left it.
package struct LookPlan: Sendable {
    package enum Step: Hashable, Sendable {
        case wait
        /// Read these sources again, then come back.
        case readAgain([String])
        case done
    }

    /// A broker's statistics are five seconds apart (`collect_statistics_interval`).
    private static let longestPause = 6.0

    private let began: Timestamp
    /// Seconds.
    private let patience: Double
    private let hasMemory: Bool
    private let filter: EntityFilter?
    private var firstRead: Timestamp?
    /// Reads of the probes that were asked to read again, when they were asked.
    private var asked: [String: Int]?

    /// `hasMemory`: a hold that is not over goes on after this look.
    package init(
        began: Timestamp, patienceSeconds: Double, hasMemory: Bool, filter: EntityFilter? = nil
    ) {
        self.began = began
        patience = patienceSeconds
        self.hasMemory = hasMemory
        self.filter = filter
    }

    package var hasReadAgain: Bool { asked != nil }

    package mutating func next(after snapshot: Snapshot) -> Step {
        let now = snapshot.at
        if now.seconds(since: began) >= patience { return .done }
        guard snapshot.isRead else { return .wait }
        let first = firstRead ?? now
        firstRead = first
        let probes = snapshot.sources.flatMap(\.probes)
        if let asked {
            let isAnswered = probes.allSatisfy { probe in
                asked[probe.schedule.id].map { probe.reads > $0 } ?? true
            }
            return isAnswered ? .done : .wait
        }
        let sources = unsettledSources(of: filter.map(snapshot.narrowed) ?? snapshot)
        if sources.isEmpty { return .done }
        guard now.seconds(since: first) >= min(Self.longestPause, patience / 2) else { return .wait }
        let chosen = probes.filter { sources.contains($0.schedule.source) }
        guard !chosen.isEmpty else { return .done }
        asked = Dictionary(chosen.map { ($0.schedule.id, $0.reads) }) { first, _ in first }
        return .readAgain(Set(chosen.map(\.schedule.source)).sorted())
    }

    /// Where something could not be judged; without a memory also where something is pending, as what left
    /// meanwhile may end it.
    private func unsettledSources(of snapshot: Snapshot) -> Set<String> {
        let wanted = Set(
            snapshot.assessments.filter { $0.isNotJudged || ($0.isPending && !hasMemory) }.map(\.entity))
        guard !wanted.isEmpty else { return [] }
        return Set(snapshot.allRows.filter { wanted.contains($0.id) }.flatMap(\.sources))
    }
}

extension Snapshot {
    /// Every probe has been read or has failed once.
    fileprivate var isRead: Bool {
        !sources.isEmpty && sources.allSatisfy { $0.probes.allSatisfy { $0.reads > 0 } }
    }
}

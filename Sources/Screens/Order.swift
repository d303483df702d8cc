import FeatureFlags
import EngineAPI
package import Monitoring

/// What a pane can be sorted by; a figure puts the largest first and rows without it last.
package enum SortColumn: String, Sendable, CaseIterable {
    case severity, name
    case depth, arrivals, completions, oldest
    case failShare, lastSuccess, tier
    case nextDue
    case backlog, lag
    case changed
    case cost

    package var title: String {
        switch self {
        case .failShare: "fail %"
        case .lastSuccess: "last ok"
        case .arrivals: "in/s"
        case .completions: "out/s"
        case .nextDue: "next"
        case .changed: "last change"
        case .cost: "cost a minute"
        default: rawValue
        }
    }
}

extension SortColumn {
    /// The smallest, the first or the longest ago stands first by itself.
    var isRising: Bool { [.name, .lastSuccess, .nextDue, .tier].contains(self) }

    /// What stands first.
    fileprivate func first(_ isReversed: Bool) -> String {
        switch self {
        case .severity: isReversed ? "the best first" : "the worst first"
        case .name: isReversed ? "z first" : "a first"
        case .oldest, .lag: isReversed ? "the youngest first" : "the oldest first"
        case .lastSuccess: isReversed ? "the latest first" : "the longest ago first"
        case .nextDue: isReversed ? "the last first" : "the next first"
        case .changed: isReversed ? "the longest ago first" : "the latest first"
        case .tier: isReversed ? "the last tier first" : "tier 1 first"
        default: isReversed ? "the smallest first" : "the largest first"
        }
    }
}

extension Pane {
    /// In the order `<` and `>` go through them.
    package var sortColumns: [SortColumn] {
        switch self {
        case .sources: [.severity, .name, .cost]
        case .queues: [.severity, .name, .depth, .arrivals, .completions, .oldest]
        case .integrations: [.severity, .name, .failShare, .lastSuccess, .tier]
        case .cron: [.severity, .name, .lastSuccess, .nextDue]
        case .indexers: [.severity, .name, .backlog, .lag]
        case .flags: [.severity, .name, .changed]
        case .events, .alerts: []
        }
    }
}

/// The order of one pane's rows: it changes only when asked to, so that no row moves under the cursor.
package struct Order: Hashable, Sendable {
    package var column: SortColumn = .severity
    /// The other way round: the best, the last of the names, the smallest first.
    package var isReversed = false
    package private(set) var ids: [EntityID] = []
    private var places: [EntityID: Int] = [:]

    package init() {}

    /// `by depth, the largest first`; nil where the worst stand first, as they do by themselves.
    package var words: String? {
        guard column != .severity || isReversed else { return nil }
        return "by \(column.title), \(column.first(isReversed))"
    }

    /// The same in a heading: `by depth ↓`.
    var mark: String? {
        words == nil ? nil : "by \(column.title) " + (isReversed == column.isRising ? "↓" : "↑")
    }

    /// Where a row stands; nil for one that came since.
    func place(of id: EntityID) -> Int? { places[id] }

    private mutating func put(_ new: [EntityID]) {
        guard new != ids else { return }
        ids = new
        places = Dictionary(zip(ids, ids.indices)) { first, _ in first }
    }

    /// Sorts anew.
    mutating func sort<R: Row>(_ rows: [R]) {
        let new = rows.map(\.id)
        // A flag that is OFF is as well as one that is ON: turning it moves it nowhere.
        let isFlags = R.self == FlagRow.self
        let keys = rows.map { row in
            let status = row.judgement.urgency
            return (
                status: isFlags && status == .off ? .ok : status, figure: row.figure(column) ?? -.infinity
            )
        }
        let (isBySeverity, isByName, isReversed) = (column == .severity, column == .name, isReversed)
        let sorted = standing(new).sorted { left, right in
            let (one, other) = (keys[left], keys[right])
            if isBySeverity, one.status != other.status { return (one.status < other.status) != isReversed }
            // What is not known stands last either way.
            if one.figure != other.figure {
                return (one.figure > other.figure)
                    != (isReversed && min(one.figure, other.figure) > -.infinity)
            }
            return (new[left] < new[right]) != (isByName && isReversed)
        }
        put(sorted.map { new[$0] })
    }

    /// The places of `new` as they stand, which is nearly sorted already.
    private func standing(_ new: [EntityID]) -> [Int] {
        var standing = [Int](repeating: -1, count: ids.count)
        var rest: [Int] = []
        for (index, id) in new.enumerated() {
            if let place = places[id], standing[place] < 0 {
                standing[place] = index
            } else {
                rest.append(index)
            }
        }
        return standing.filter { $0 >= 0 } + rest
    }

    /// Keeps the order; rows that are gone leave, new ones stand at the end until the next sort.
    mutating func reconcile<R: Row>(_ rows: [R]) {
        guard rows.count != ids.count || rows.contains(where: { places[$0.id] == nil }) else { return }
        let present = Set(rows.map(\.id))
        put(ids.filter(present.contains) + rows.map(\.id).filter { places[$0] == nil }.sorted())
    }
}

extension Snapshot {
    /// Puts the rows of a pane in order.
    func put(_ pane: Pane, in order: inout Order, by work: Order.Work) {
        switch pane {
        case .sources: order.take(sources, work)
        case .queues: order.take(queues, work)
        case .integrations: order.take(integrations, work)
        case .cron: order.take(cron.jobs, work)
        case .indexers: order.take(indexers, work)
        case .flags: order.take(flags, work)
        case .events, .alerts: break
        }
    }
}

extension Order {
    enum Work { case sorting, keeping }

    fileprivate mutating func take(_ rows: [some Row], _ work: Work) {
        switch work {
        case .sorting: sort(rows)
        case .keeping: reconcile(rows)
        }
    }
}

extension Row {
    /// What `column` sorts by, the larger first; nil for a figure that is not known.
    fileprivate func figure(_ column: SortColumn) -> Double? {
        // As rows mostly stand: none is put into a box to be asked.
        guard column != .severity, column != .name else { return nil }
        return switch (column, self as any Row) {
        case (.depth, let row as QueueRow): row.depth.map { Double($0.value) }
        case (.arrivals, let row as QueueRow): row.inRate
        case (.completions, let row as QueueRow): row.outRate
        case (.oldest, let row as QueueRow): row.oldestSeconds
        case (.failShare, let row as IntegrationRow): row.fiveMinutes?.share
        // The longest silence first.
        case (.lastSuccess, let row as IntegrationRow): row.lastSuccess.map { -Double($0.milliseconds) }
        case (.tier, let row as IntegrationRow): -Double(row.integration.tier ?? 10)
        case (.lastSuccess, let row as CronRow): row.lastSuccess.map { -Double($0.milliseconds) }
        case (.nextDue, let row as CronRow): row.nextDue.map { -Double($0.milliseconds) }
        case (.backlog, let row as IndexerRow): row.backlog.map(Double.init)
        case (.lag, let row as IndexerRow): row.lagSeconds
        case (.changed, let row as FlagRow): row.flag.changedAt.map { Double($0.milliseconds) }
        case (.cost, let row as SourceRow): row.probes.map(\.costPerMinute.milliseconds).reduce(0, +)
        default: nil
        }
    }
}

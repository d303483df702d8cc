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
        case .events: []
        }
    }
}

/// The order of one pane's rows: it changes only when asked to, so that no row moves under the cursor.
package struct Order: Hashable, Sendable {
    package var column: SortColumn = .severity
    package private(set) var ids: [EntityID] = []
    private var places: [EntityID: Int] = [:]

    package init() {}

    /// Where a row stands; nil for one that came since.
    func place(of id: EntityID) -> Int? { places[id] }

    private mutating func put(_ new: [EntityID]) {
        guard new != ids else { return }
        ids = new
        places = Dictionary(zip(ids, ids.indices)) { first, _ in first }
    }

    /// Sorts anew.
    mutating func sort<R: Row>(_ rows: [R]) {
        // As they stand, which is nearly sorted already.
        let standing = rows.indices.sorted { place(of: rows[$0]) < place(of: rows[$1]) }
        let keyed = standing.map { index in
            let row = rows[index]
            let figure = column == .severity || column == .name ? nil : row.figure(column)
            return (index: index, status: row.judgement.urgency, figure: figure ?? -.infinity)
        }
        put(
            keyed.sorted { left, right in
                if column == .severity, left.status != right.status { return left.status < right.status }
                if left.figure != right.figure { return left.figure > right.figure }
                return rows[left.index].id < rows[right.index].id
            }.map { rows[$0.index].id })
    }

    private func place(of row: some Row) -> Int { places[row.id] ?? .max }

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
        case .events: break
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
        switch (column, self as any Row) {
        case (.depth, let row as QueueRow): row.depth.map { Double($0.value) }
        case (.arrivals, let row as QueueRow): row.inRate
        case (.completions, let row as QueueRow): row.outRate
        case (.oldest, let row as QueueRow): row.oldestSeconds
        case (.failShare, let row as IntegrationRow): row.fiveMinutes?.share
        // The longest silence first.
        case (.lastSuccess, let row as IntegrationRow): row.lastSuccess.map { -Double($0.milliseconds) }
        case (.tier, let row as IntegrationRow): -Double(row.integration.tier)
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

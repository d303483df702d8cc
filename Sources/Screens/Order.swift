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
    package private(set) var ids: [EntityID] = [] {
        didSet {
            places = Dictionary(zip(ids, ids.indices)) { first, _ in first }
        }
    }
    /// Where each stands: rows are arranged several times a frame.
    private var places: [EntityID: Int] = [:]

    package init() {}

    /// Sorts anew.
    mutating func sort(_ rows: [any Row]) {
        let keyed = rows.map { (id: $0.id, status: $0.judgement.urgency, figure: $0.figure(column)) }
        ids = keyed.sorted { left, right in
            if column == .severity, left.status != right.status { return left.status < right.status }
            if left.figure != right.figure {
                return (left.figure ?? -.infinity) > (right.figure ?? -.infinity)
            }
            return left.id < right.id
        }.map(\.id)
    }

    /// Keeps the order; rows that are gone leave, new ones stand at the end until the next sort.
    mutating func reconcile(_ rows: [any Row]) {
        guard rows.count != ids.count || rows.contains(where: { places[$0.id] == nil }) else { return }
        let present = Set(rows.map(\.id))
        ids = ids.filter(present.contains) + rows.map(\.id).filter { places[$0] == nil }.sorted()
    }

    /// `rows` in this order, those without a place in it at the end.
    func arrange<R: Row>(_ rows: [R]) -> [R] {
        var indices = [Int?](repeating: nil, count: ids.count)
        var rest: [Int] = []
        for (index, row) in rows.enumerated() {
            if let place = places[row.id], indices[place] == nil {
                indices[place] = index
            } else {
                rest.append(index)
            }
        }
        return (indices.compactMap { $0 } + rest).map { rows[$0] }
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

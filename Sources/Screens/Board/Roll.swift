import EngineAPI
import Monitoring

/// What is decided of the rows of one pane, and no text: how they stand, which ones the filter leaves, how much each
/// of them matters. The text of a row is written when it is drawn.
struct Roll: Sendable {
    /// Their places among the rows of the picture, of those that the filter leaves, in the order they stand in.
    let rows: [Int]
    let heads: [RowHead]
    let ranks: RowRanks
    /// Of all rows of the picture, in its order.
    let names: RowNames
    let causes: [Cause]
    /// Of all rows of the picture, and of those among them that the filter hides.
    let all: StatusCounts
    let hidden: StatusCounts
    /// The row that was read longest ago, whether it is hidden or not.
    let oldest: (readAt: Timestamp, status: Status)?

    /// By the place in the order: the place among the rows of the picture, and here; -1 for none.
    private let known: [(row: Int, place: Int)]
    /// Rows that have no place in the order.
    private let strays: [EntityID: (row: Int, place: Int)]
    private let order: Order

    /// What a pane has to say of its rows.
    struct Rules<R: Row> {
        var head: (R, _ isExplained: Bool) -> RowHead = {
            RowHead($0.judgement, readAt: $0.readAt, isExplained: $1)
        }
        var labels: ([R]) -> [RowNames.Label] = { $0.map { .plain($0.label) } }
        /// The same rows are always called the same: their labels are dear.
        var areNamedByID = false
    }

    /// Nothing.
    init() { self.init([QueueRow](), Rules(), Order(), Filter(""), [], after: nil) }

    /// `sources` are those in trouble. Of `old` is kept what has not changed; `isSamePicture`: it is of the same rows.
    init<R: Row>(
        _ all: [R], _ rules: Rules<R>, _ order: Order, _ filter: Filter, _ sources: [SourceRow],
        after old: Roll?, isSamePicture: Bool = false
    ) {
        self.order = order
        causes = Cause.find(all, sources)
        if let old, isSamePicture {
            names = old.names
        } else {
            let ids = rules.areNamedByID ? all.map(\.id) : []
            if let old, !ids.isEmpty, old.names.ids == ids {
                names = old.names
            } else {
                let labels = rules.labels(all)
                names =
                    old.flatMap { $0.names.labels == labels && ids.isEmpty ? $0.names : nil }
                    ?? RowNames(labels, ids: ids)
            }
        }

        var known = [(row: Int, place: Int)](repeating: (-1, -1), count: order.ids.count)
        var rest: [Int] = []
        var oldest: (readAt: Timestamp, status: Status)?
        // By index: a row is large, and is not to be copied for two of its fields.
        for index in all.indices {
            if let place = order.place(of: all[index].id), known[place].row < 0 {
                known[place].row = index
            } else {
                rest.append(index)
            }
            if let readAt = all[index].readAt, oldest.map({ $0.readAt.seconds(since: readAt) > 0 }) ?? true {
                oldest = (readAt, all[index].judgement.status)
            }
        }
        self.oldest = oldest

        var rows: [Int] = []
        var heads: [RowHead] = []
        var hidden: [RowHead] = []
        rows.reserveCapacity(all.count)
        heads.reserveCapacity(all.count)
        let causes = causes
        func take(_ index: Int) -> Int {
            let row = all[index]
            let head = rules.head(row, causes.contains { $0.explains(row) })
            guard filter.matches(row) else {
                hidden.append(head)
                return -1
            }
            rows.append(index)
            heads.append(head)
            return rows.count - 1
        }
        for place in known.indices where known[place].row >= 0 {
            known[place].place = take(known[place].row)
        }
        strays = Dictionary(
            rest.map { (all[$0].id, ($0, take($0))) }, uniquingKeysWith: { first, _ in first })
        self.known = known
        self.rows = rows
        self.heads = heads
        ranks = RowRanks(heads)
        self.hidden = StatusCounts(hidden)
        self.all = self.hidden + StatusCounts(heads)
    }

    var hasTrouble: Bool { !ranks.trouble.isEmpty || !ranks.explained.isEmpty }

    /// Those of a status that nobody has set aside: their places among the rows of the picture.
    func rows(in status: Status) -> [Int] {
        guard hasTrouble else { return [] }
        return heads.indices.filter { heads[$0].status == status && !heads[$0].isAside }.map { rows[$0] }
    }

    /// Where a row stands among those of the picture.
    func row(_ id: EntityID) -> Int? { find(id)?.row }

    /// Where it stands here; nil when it is hidden.
    func place(of id: EntityID) -> Int? { find(id).flatMap { $0.place < 0 ? nil : $0.place } }

    private func find(_ id: EntityID) -> (row: Int, place: Int)? {
        if let place = order.place(of: id), known[place].row >= 0 { return known[place] }
        return strays[id]
    }
}

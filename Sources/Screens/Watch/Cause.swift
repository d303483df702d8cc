import Display
import EngineAPI
import Monitoring
import Text

/// A source that gives nothing, and so takes the knowledge from many rows of one pane: said once, at the
/// top, instead of in every row.
struct Cause: Hashable {
    var source: String
    /// The worst status among the rows it explains.
    var status: Status
    /// Rows it explains, and rows there are.
    var rows: Int
    var of: Int
    /// When the oldest of them was read.
    var readAt: Timestamp?

    /// The causes among `rows`; one row alone keeps its own sentence.
    static func find(_ rows: [any Row], in snapshot: Snapshot) -> [Cause] {
        snapshot.sources.filter(\.judgement.status.isTrouble).compactMap { source in
            let lost = rows.filter { isLost($0) && $0.sources.contains(source.id.name) }
            guard lost.count > 1, let worst = lost.map(\.judgement.status).min() else { return nil }
            let reads = lost.compactMap(\.readAt)
            let oldest = reads.min { $0.wall < $1.wall }
            return Cause(
                source: source.id.name, status: worst, rows: lost.count, of: rows.count, readAt: oldest)
        }
    }

    func explains(_ row: some Row) -> Bool { Self.isLost(row) && row.sources.contains(source) }

    private static func isLost(_ row: any Row) -> Bool {
        row.judgement.status == .unknown || row.judgement.status == .stale
    }

    /// `14 of 23 read magento-db: not read for 76 s`.
    func banner(_ things: String, now: Timestamp) -> PaneContent.Banner {
        var line = Line(rows == of ? source + " " : "\(rows) \(things) come from \(source): ", .text)
        if let readAt {
            line.append("not read for ", .text)
            line.append(Age.text(seconds: now.seconds(since: readAt)), status.role)
        } else {
            line.append("never read", .text)
        }
        return PaneContent.Banner(status: status, line: line)
    }
}

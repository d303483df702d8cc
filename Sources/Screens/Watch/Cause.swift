import Display
import EngineAPI
import Monitoring
import Text

/// A source that gives nothing, and so takes the knowledge from many rows of one pane: said once, at the
/// top, instead of in every row.
struct Cause: Hashable, Sendable {
    var source: String
    /// The worst status among the rows it explains.
    var status: Status
    /// Rows it explains, and rows there are.
    var rows: Int
    var of: Int
    /// When the oldest of them was read.
    var readAt: Timestamp?
    /// What that one says itself.
    var reason: [String]

    /// The causes among `rows`; one row alone keeps its own sentence.
    /// `sources` are those in trouble.
    static func find<R: Row>(_ rows: [R], _ sources: [SourceRow]) -> [Cause] {
        let lost = sources.isEmpty ? [] : rows.filter(isLost)
        return sources.compactMap { source in
            let lost = lost.filter { $0.sources.contains(source.id.name) }
            guard lost.count > 1, let worst = lost.map(\.judgement.status).min() else { return nil }
            let oldest = lost.filter { $0.readAt != nil }.min { age($0) < age($1) }
            return Cause(
                source: source.id.name, status: worst, rows: lost.count, of: rows.count,
                readAt: oldest?.readAt, reason: oldest?.judgement.reason ?? [])
        }
    }

    func explains(_ row: some Row) -> Bool { Self.isLost(row) && row.sources.contains(source) }

    private static func isLost(_ row: some Row) -> Bool {
        row.judgement.aside == nil && (row.judgement.status == .unknown || row.judgement.status == .stale)
    }

    private static func age(_ row: some Row) -> WallTime { row.readAt?.wall ?? WallTime(milliseconds: 0) }

    /// `14 queues need magento-db: not read for 76 s`; while stale, how long the last values still count.
    func banner(_ things: String, now: Timestamp) -> PaneContent.Banner {
        var said = Line("never read", .text)
        var rest = Line()
        if let readAt {
            let age = Line(Age.text(seconds: now.seconds(since: readAt)), status.role)
            if status == .stale {
                said = Line("read ", .text) + age + Line(" ago", .text)
                for part in reason.dropFirst() { rest.append(" · " + part, .text) }
            } else {
                said = Line("not read for ", .text) + age
            }
        }
        let short = Line(source + ": ", .text) + said
        let long = Line("\(rows) \(things) need \(source): ", .text) + said + rest
        return PaneContent.Banner(
            status: status,
            forms: (rows == of ? [] : [long]) + [short + rest, short] + (rows == of ? [said] : []))
    }
}

import Display
import EngineAPI
import Monitoring
import Text

/// What was changed shortly before something went wrong, nearest first, and what was changed of the thing itself.
struct ChangedBlock {
    let detail: Detail?
    /// When what the page is about began; nil: when the row's own trouble did.
    var since: WallTime?
    let clock: Clock

    /// More would push the figures off the page.
    private static let most = 8

    /// Nil where nothing is known to have changed.
    func block(width: Int, _ glyphs: GlyphSet) -> Block? {
        guard let detail else { return nil }
        let near = detail.changedBefore
        let known = Set(near.map(\.change.id))
        let own = detail.changesOfIt.filter { !known.contains($0.id) }
        let rows =
            near.map { ($0.change, Self.distance(since?.seconds(since: $0.change.at) ?? $0.seconds)) }
            + own.map { ($0, "") }
        guard !rows.isEmpty else { return nil }
        let shown = rows.prefix(Self.most)
        let distance = shown.map(\.1.count).max() ?? 0
        let kind = shown.map { Self.word($0.0.kind).count }.max() ?? 0
        var lines = shown.flatMap { change, before in
            let who = change.by.map { $0 + ": " } ?? ""
            let told = change.kind == .flag ? change.text : who + change.text
            let head = Line([
                Span("  " + clock.text(change.at), .dim),
                Span("  " + before.padded(to: distance), .strong),
                Span((distance > 0 ? "  " : "") + Self.word(change.kind).padded(to: kind) + "  ", .dim),
            ])
            return Line.told(head, Sanitizer.line(told), width: width, limit: 3, glyphs)
        }
        if rows.count > shown.count {
            lines.append(Line("  and \(Figures.counted(rows.count - shown.count, "more change"))", .dim))
        }
        return Block(rows: lines.count + 1) { painter, area in
            TitleRule("What changed").draw(
                on: &painter, row: area.row, columns: area.column..<area.endColumn)
            for (index, line) in lines.enumerated() {
                painter.put(line, row: area.row + 1 + index, column: area.column, width: area.columns)
            }
        }
    }

    private static func distance(_ seconds: Double) -> String {
        if seconds <= -1 { return Age.text(seconds: -seconds) + " after" }
        return seconds < 1 ? "just before" : Age.text(seconds: seconds) + " before"
    }

    static func word(_ kind: Change.Kind) -> String {
        switch kind {
        case .config: "setting"
        case .module: "module"
        case .patch: "patch"
        case .consumersRestarted: "consumers"
        case .maintenance: "maintenance"
        case .release: "release"
        case .deploy: "deploy"
        case .note: "note"
        case .flag: "flag"
        }
    }
}

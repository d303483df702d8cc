import Display
import EngineAPI
import Monitoring
import Text

/// The first row: which store, what may be done, how it is, how old the worst figure is, what time it is.
struct IdentityRow {
    let model: Model

    private var snapshot: Snapshot? { model.shown }

    /// Pieces in the order they stand; what has a rank goes when there is no room, the highest first.
    private struct Piece {
        var line: Line
        var rank: Int
        var gap = 3
    }

    func draw(on painter: inout Painter, width: Int) {
        let clock = Line(
            Clock.textWithSeconds(model.now.wall) + (width >= 100 ? " UTC" : ""), .strong)
        let clockWidth = clock.width(painter.glyphs)
        var left = pieces(width)
        var right = oldest.map { [Piece(line: $0, rank: 3)] } ?? []
        func total() -> Int {
            (left + right).reduce(1) { $0 + $1.line.width(painter.glyphs) + $1.gap } + clockWidth + 1
        }
        while total() > width {
            let highest = (left + right).map(\.rank).max() ?? 0
            guard highest > 0 else { break }
            left.removeAll { $0.rank == highest }
            right.removeAll { $0.rank == highest }
        }
        var column = snapshot?.environment.isProduction == true ? 0 : 1
        for piece in left {
            column += painter.put(piece.line, row: 0, column: column, width: width - column) + piece.gap
        }
        let end = width - 1
        guard column + clockWidth <= end + 1 else { return }
        painter.putRight(clock, row: 0, endColumn: end)
        guard let oldest = right.first else { return }
        painter.putRight(oldest.line, row: 0, endColumn: end - clockWidth - 3)
    }

    private func pieces(_ width: Int) -> [Piece] {
        guard let snapshot else {
            return [Piece(line: Line("waiting for the first values", .unknown), rank: 0)]
        }
        var pieces = [Piece(line: place(snapshot.environment), rank: 0)]
        pieces.append(Piece(line: Self.access(snapshot.environment), rank: 1))
        if let window = snapshot.window {
            pieces.append(Piece(line: clock(window, isLong: width >= 160), rank: 4))
        }
        pieces.append(Piece(line: Self.verdict(snapshot, isLong: width >= 160), rank: 0))
        return pieces
    }

    private func place(_ environment: EnvironmentFacts) -> Line {
        var line = Line()
        if environment.isProduction {
            line.append(" PRODUCTION ", .production)
            line.append(" ", .text)
        }
        if environment.isDemo { line.append("DEMO ", .strong) }
        line.append(Name.cut(Sanitizer.line(environment.name, maxBytes: 256), to: 24), .strong)
        if environment.isDemo { line.append(" simulated", .dim) }
        return line
    }

    /// Reading is the rule and dim; that changes can be made is said aloud.
    static func access(_ environment: EnvironmentFacts) -> Line {
        Line(environment.access.rawValue, environment.access == .operate ? .strong : .dim)
    }

    private func clock(_ window: WindowClock, isLong: Bool) -> Line {
        let seconds = model.now.wall.seconds(since: window.start)
        if seconds < 0 { return Line("window starts in \(Age.text(seconds: -seconds))", .dim) }
        let hours = Int(exactly: (min(seconds, 1e9) / 3600).rounded(.down)) ?? 0
        var text = "day \(hours / 24 + 1)/\(window.days) · \(hours) h"
        if isLong, let title = window.title { text += " since the upgrade \(title)" }
        return Line(text, .dim)
    }

    static func verdict(_ snapshot: Snapshot, isLong: Bool = false, short: Bool = false) -> Line {
        let verdict = snapshot.verdict
        guard verdict.checks > 0 else { return Line("no checks yet", .unknown) }
        let statuses = verdict.counts.flatMap { Array(repeating: $0.key, count: $0.value) }
        let counts = StatusCounts(statuses)
        var line = counts.trouble(separator: short ? " " : "  ", short: short)
        if line.isEmpty {
            line = Line("\(Status.ok.glyph) ", .ok)
            line.append("all \(verdict.checks - counts[.off]) checks ok", .strong)
            if counts[.off] > 0, !short { line.append(", \(counts[.off]) off", .dim) }
        } else if isLong {
            line.append("  of \(verdict.checks) checks", .dim)
        }
        return line
    }

    /// The age of the oldest figure on the screen, in the colour of its state.
    var oldest: Line? {
        guard let snapshot else { return nil }
        var worst: (age: Double, role: Role)?
        func look(_ readAt: Timestamp?, _ status: Status, isSource: Bool = false) {
            guard let readAt else { return }
            let age = model.now.seconds(since: readAt)
            guard age > worst?.age ?? -1 else { return }
            let role: Role =
                switch status {
                case .unknown: .unknown
                case .stale: .stale
                case .critical: isSource ? .unknown : .dim
                default: .dim
                }
            worst = (age, role)
        }
        for pane in Pane.allCases {
            for row in snapshot.rows(of: pane) {
                look(row.readAt, row.judgement.status, isSource: pane == .sources)
            }
        }
        look(snapshot.cron.readAt, snapshot.cron.judgement.status)
        return worst.map { Line("oldest ", .dim) + Line(Age.text(seconds: $0.age), $0.role) }
    }
}

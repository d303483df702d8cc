import Display
import EngineAPI
import Monitoring
import Text

/// The first row: which store, what may be done, how it is, how old the worst figure is, what time it is.
struct IdentityRow {
    let model: Model

    private var snapshot: Snapshot? { model.shown }

    /// How much goes when there is no room, each step with all before it. The store's name is cut, never dropped.
    private enum Cut: Int, CaseIterable {
        case nothing, versions, window, oldest, utc, store, words, name, signs

        var storeCells: Int {
            switch self {
            case .store, .words: 16
            case .name, .signs: EnvironmentFacts.leastLabel
            default: 24
            }
        }
    }

    func draw(on painter: inout Painter, width: Int) {
        let glyphs = painter.glyphs
        let rows = Cut.allCases.lazy.map { (left: left($0, glyphs), right: right($0)) }
        let row = rows.first { $0.left.width(glyphs) + 3 + $0.right.width(glyphs) + 1 <= width } ?? rows.last
        guard let row else { return }
        let end = width - 1
        painter.putRight(row.right, row: 0, endColumn: end)
        let room = end - row.right.width(glyphs) - 1
        painter.put(row.left.cut(to: room, glyphs), row: 0, column: 0, width: room)
    }

    private func left(_ cut: Cut, _ glyphs: GlyphSet) -> Line {
        guard let snapshot else { return Line(" waiting for the first values", .unknown) }
        let gap = Line("   ")
        var line =
            snapshot.replay.map { $0.badge(at: model.now, model.clock) } ?? Self.badge(snapshot.environment)
        line.append(snapshot.environment.label(cut.storeCells, glyphs), .strong)
        line += gap + Self.access(snapshot.environment)
        if let window = snapshot.window, cut.rawValue < Cut.window.rawValue {
            line += gap + clock(window, withTitle: cut.rawValue < Cut.versions.rawValue)
        }
        let isRoomy = cut.rawValue < Cut.window.rawValue
        let words: Words = cut == .signs ? .least : cut.rawValue >= Cut.words.rawValue ? .short : .all
        return line + gap + verdict(snapshot, withTotal: isRoomy && model.size.columns >= 160, words)
    }

    private func right(_ cut: Cut) -> Line {
        var line = Line()
        if let oldest, cut.rawValue < Cut.oldest.rawValue { line = oldest + Line("   ") }
        line.append(model.clock.withSeconds(model.now.wall), .strong)
        // Which clock it is goes last of all where it is not the usual one.
        let clock = model.clock
        if cut.rawValue < Cut.utc.rawValue || clock.zone != .utc {
            line.append(" " + clock.zone.words, .strong)
        }
        if let mark = clock.mark { line.append(" m " + clock.ofDay(mark), .strong) }
        return line
    }

    /// Production is unmistakable, and a demo says so.
    static func badge(_ environment: EnvironmentFacts, short: Bool = false) -> Line {
        var line = Line()
        if environment.isProduction {
            line = Line(short ? " PROD " : " PRODUCTION ", .production) + Line(" ")
        } else {
            line = Line(" ")
        }
        if environment.isDemo {
            line.append("DEMO ", .strong)
            if !short { line.append("simulated ", .dim) }
        }
        return line
    }

    /// Reading is the rule and dim; that changes can be made is said aloud.
    static func access(_ environment: EnvironmentFacts) -> Line {
        environment.mayChange
            ? Line(EnvironmentFacts.Access.operate.rawValue, .strong)
            : Line(EnvironmentFacts.Access.readOnly.rawValue, .dim)
    }

    private func clock(_ window: WindowClock, withTitle: Bool) -> Line {
        let seconds = model.now.wall.seconds(since: window.start)
        if seconds < 0 { return Line("window starts in \(Age.text(seconds: -seconds))", .dim) }
        let hours = Int(exactly: (min(seconds, 1e9) / 3600).rounded(.down)) ?? 0
        var text = "day \(hours / 24 + 1)/\(window.days) · \(hours) h"
        if withTitle, let title = window.title { text += " since the upgrade \(title)" }
        return Line(text, .dim)
    }

    /// How much is said of how all is; that every count stands there matters more than the words.
    enum Words: CaseIterable { case all, short, least }

    /// How all is. While anything cannot be kept that stands here first, where nothing else takes its place, and
    /// not everything is called ok.
    func verdict(_ snapshot: Snapshot, withTotal: Bool = false, _ words: Words = .all) -> Line {
        let isKept = snapshot.storage.status != .critical
        let checks = checks(withTotal: withTotal, words, isKept: isKept)
        guard !isKept else { return checks }
        return Line("\(Status.critical.glyph) not kept", .critical) + Line(words == .all ? "  " : " ")
            + checks
    }

    private func checks(withTotal: Bool, _ words: Words, isKept: Bool) -> Line {
        let verdict = model.board.verdict
        guard verdict.checks > 0 else { return Line("no checks yet", .unknown) }
        let counts = StatusCounts(verdict)
        let isShort = words != .all
        let aside = verdict.setAside > 0 ? isShort ? "\(verdict.setAside) aside" : counts.asideWords : ""
        var line =
            words == .least ? counts.signs : counts.trouble(separator: isShort ? " " : "  ", short: isShort)
        if line.isEmpty {
            let good = verdict.checks - counts[.off] - verdict.setAside
            // Nothing is judged but what is aside.
            if good == 0, counts[.off] == 0 { return Line(aside, .unknown) }
            line = Line("\(Status.ok.glyph) ", .ok)
            let told = words == .least ? Figures.count(good) : Figures.counted(good, "check")
            line.append(good == 0 ? "all off" : (good > 1 && isKept ? "all " : "") + told + " ok", .strong)
            if counts[.off] > 0, !isShort { line.append(", \(counts[.off]) off", .dim) }
            if !aside.isEmpty { line.append(", " + aside, .dim) }
            return line
        }
        if !aside.isEmpty { line.append((isShort ? " " : "  ") + aside, .dim) }
        if withTotal {
            line.append("  of " + Figures.counted(verdict.checks, "check"), .dim)
        }
        return line
    }

    /// The age of the oldest figure on the screen, in the colour of its state.
    var oldest: Line? {
        guard let snapshot else { return nil }
        var worst: (age: Double, role: Role)?
        func look(_ readAt: Timestamp?, _ status: Status?, isSource: Bool = false) {
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
            let oldest = model.board[pane].oldest
            look(oldest?.readAt, oldest?.status, isSource: pane == .sources)
        }
        look(snapshot.cron.readAt, snapshot.cron.judgement.status)
        return worst.map { Line("oldest ", .dim) + Line(Age.text(seconds: $0.age), $0.role) }
    }
}

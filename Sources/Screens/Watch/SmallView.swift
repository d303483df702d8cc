import Display
import EngineAPI
import Monitoring
import Text

/// No panes, from 30 x 6 on: the verdict, the worst rows of all panes with their reasons, a fold, the mode.
struct SmallView {
    let model: Model

    func draw(on painter: inout Painter) {
        let area = Rect(painter.frame.size)
        let hasClock = drawHead(on: &painter, width: area.columns)
        drawFoot(on: &painter, row: area.endRow - 1, width: area.columns, withClock: !hasClock)
        let body = area.rows(1, area.rows - 1)
        guard let snapshot = model.shown else { return }
        let contents = PaneContents(model: model, snapshot: snapshot)
        if model.isZoomed {
            ZoomedView(contents: contents).draw(on: &painter, in: body)
        } else {
            drawRows(contents, on: &painter, in: body)
        }
    }

    private func drawRows(_ contents: PaneContents, on painter: inout Painter, in area: Rect) {
        // Among equals as the keys go through them: no row moves when another pane gets the cursor.
        let panes: [Pane] = [.sources, .queues, .integrations, .cron, .indexers, .flags]
        let rows = Worst(panes.map { contents.content($0) })
        let focused = model.cursor(in: model.focus).flatMap { rows.firstIndex(of: $0) }
        var reasons: [Int: [String]] = [:]
        let plan = RowBudget.plan(RowRanks(rows.heads), height: area.rows, cursor: focused) { index in
            let lines = Sentence.lines(
                rows[index].reason, width: area.columns - 2, limit: 1, painter.glyphs)
            reasons[index] = lines
            return lines.count
        }
        var line = area.row
        for item in plan {
            switch item {
            case .row(let index, let lines):
                draw(rows[index], on: &painter, row: line, in: area)
                for (offset, reason) in (reasons[index] ?? []).prefix(lines).enumerated() {
                    painter.put(reason, rows[index].reasonRole, row: line + 1 + offset, column: 2)
                }
                let place = Rect(row: line, column: 0, rows: 1 + lines, columns: area.columns)
                if let id = rows[index].id { painter.offer(Hit.row(id), on: place) }
                if index == focused { painter.cursorBar(place) }
                line += 1 + lines
            case .fold(let range):
                let counts = StatusCounts(rows.heads[range])
                painter.put(counts.fold(area.columns - 2, painter.glyphs), row: line, column: 2)
                line += 1
            }
        }
    }

    /// So much of a name stays before its figure is named.
    private static let leastName = 18

    private func draw(_ row: PaneRow, on painter: inout Painter, row line: Int, in area: Rect) {
        painter.put(row.sign.glyph, row.signRole, row: line, column: 0)
        if row.id.map(model.marked.contains) == true { painter.put("*", .strong, row: line, column: 1) }
        let bare = Line(row.markedFigure.text, row.isTrouble ? row.figure.role : row.isAside ? .dim : .quiet)
        // A number alone is nothing that one can read; but the name of the row is worth more.
        let named = Line(String(row.namedFigure.text.dropLast(row.markedFigure.text.count)), .dim) + bare
        let least = min(painter.glyphs.width(row.name(area.columns, painter.glyphs)), Self.leastName)
        let figure = area.columns - 3 - named.width(painter.glyphs) >= least ? named : bare
        let width = figure.width(painter.glyphs)
        let name = row.name(area.columns - 3 - width, painter.glyphs)
        painter.put(name, row.nameRole, row: line, column: 2)
        painter.putRight(figure, row: line, endColumn: area.columns)
    }

    /// Answers whether there was room for the clock.
    @discardableResult
    func drawHead(on painter: inout Painter, width: Int) -> Bool {
        var column = 0
        if let snapshot = model.shown {
            let badge =
                snapshot.replay.map { $0.badge(at: model.now, model.clock, short: true) }
                ?? IdentityRow.badge(snapshot.environment, short: true)
            column += painter.put(badge, row: 0, column: 0)
            let glyphs = painter.glyphs
            let identity = IdentityRow(model: model)
            let verdicts = [.short, .least].map { identity.verdict(snapshot, $0) }
            func room(_ verdict: Line) -> Int { width - column - verdict.width(glyphs) - 2 }
            let least = min(glyphs.width(snapshot.environment.label(24, glyphs)), EnvironmentFacts.leastLabel)
            let verdict = verdicts.first { room($0) >= least } ?? verdicts.last ?? Line()
            let name = snapshot.environment.label(max(least, min(24, room(verdict))), glyphs)
            column += painter.put(name, .strong, row: 0, column: column, width: width - column) + 1
            column += painter.put(verdict, row: 0, column: column, width: max(0, width - column)) + 1
        } else {
            column += painter.put("no values yet", .unknown, row: 0, column: 1) + 1
        }
        let clocks = [model.clock.withSeconds(model.now.wall), model.clock.ofDay(model.now.wall)]
        guard let clock = clocks.first(where: { column + $0.utf8.count < width }) else { return false }
        painter.putRight(Line(clock, .strong), row: 0, endColumn: width - 1)
        return true
    }

    private func drawFoot(on painter: inout Painter, row: Int, width: Int, withClock: Bool) {
        let isFiltered =
            model.filterField != nil || !model.filter.isEmpty || model.commandLine != nil
            || model.themeBefore != nil
        if isFiltered || model.notice != nil || model.frozen != nil {
            FootRows(model: model).drawNews(on: &painter, row: row, width: width)
            return
        }
        var line = Line(" ")
        if let snapshot = model.shown {
            line += IdentityRow.access(snapshot.environment)
            if let why = snapshot.environment.watchesOnly {
                // Each row says its age; why nothing can be changed is said here alone.
                line.append(": " + Sanitizer.line(why, maxBytes: 200), .dim)
                line = line.cut(to: width - 8, painter.glyphs)
            } else if let oldest = IdentityRow(model: model).oldest {
                line += Line("  ") + oldest
            }
        }
        let clock = Line("  ") + Line(model.clock.ofDay(model.now.wall), .strong)
        if withClock, line.width(painter.glyphs) + 7 + 7 < width { line += clock }
        let used = painter.put(line, row: row, column: 0, width: width)
        let help = Line("? ", .strong) + Line("help", .dim)
        if used + 7 < width { painter.putRight(help, row: row, endColumn: width - 1) }
    }
}

/// The rows of all panes, the worst first; among equals as the panes stand.
private struct Worst {
    private let contents: [PaneContent]
    private let places: [(content: Int, row: Int?)]
    let heads: [RowHead]

    /// A row is nil where a pane is summed up in one.
    init(_ contents: [PaneContent]) {
        self.contents = contents
        var ranked: [Status: [(place: (content: Int, row: Int?), head: RowHead)]] = [:]
        for (number, content) in contents.enumerated() {
            if let head = content.whole?.head {
                ranked[head.urgency, default: []].append(((number, nil), head))
            }
            for (row, head) in content.rows.heads.enumerated() where !head.isPart {
                ranked[head.urgency, default: []].append(((number, row), head))
            }
        }
        let all = Status.allCases.flatMap { ranked[$0] ?? [] }
        places = all.map(\.place)
        heads = all.map(\.head)
    }

    subscript(index: Int) -> PaneRow {
        let (content, row) = places[index]
        if let row { return contents[content].rows[row] }
        return contents[content].whole ?? contents[content].rows[0]
    }

    func firstIndex(of id: EntityID) -> Int? {
        for (number, content) in contents.enumerated() {
            let row = content.rows.firstIndex(of: id)
            if row == nil, content.whole?.id != id { continue }
            return places.firstIndex { $0.content == number && $0.row == row }
        }
        return nil
    }
}

import Display
import EngineAPI
import Monitoring
import Text

/// All keys by task, made from the key map, narrowed by what is typed; grey where a key would do nothing.
struct HelpView {
    let model: Model

    func draw(on painter: inout Painter, in area: Rect) {
        guard !area.isEmpty else { return }
        let count = KeyMap.bindings.reduce(0) { $0 + $1.strokes.count }
        let (found, all) = (model.helpLines.count, KeyMap.bindings.count)
        let counts = model.help.query.isEmpty ? "\(count) keys" : "\(found) of \(all) lines"
        TitleRule("Help", counts: [Line(counts, .dim)], isFocused: true)
            .draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
        let isRoomy = area.rows >= 26
        let findRow = area.row + (isRoomy ? 2 : 1)
        drawField(on: &painter, row: findRow, area)
        let top = findRow - area.row + (isRoomy ? 2 : 1)
        let foot = isRoomy ? 2 : 0
        drawColumns(on: &painter, in: area.rows(top, area.rows - foot))
        if isRoomy {
            painter.put(
                "Grey: not possible here and now. No single key changes production.", .dim,
                row: area.endRow - 1, column: area.column + 2, width: area.columns - 2)
        }
    }

    private func drawField(on painter: inout Painter, row: Int, _ area: Rect) {
        let left = area.column + 8
        let width = min(40, area.columns - 10)
        guard width > 4 else { return }
        painter.put("find", .dim, row: row, column: area.column + 2)
        painter.fill(" ", .field, row: row, columns: left..<left + width)
        let used = painter.put(model.help.query.text, .field, row: row, column: left + 1, width: width - 2)
        if model.help.isTyping { painter.textCursor = Frame.Position(row: row, column: left + 1 + used) }
        let room = area.endColumn - left - width - 2
        let examples = ["a word: zoom, stale, pace, pending", "a word: zoom, pace", "a word"].map {
            (model.help.isTyping ? "" : "/ and ") + $0
        }
        let shown = examples.first { painter.glyphs.width($0) <= room } ?? ""
        painter.put(shown, .dim, row: row, column: left + width + 2)
    }

    // MARK: Lines

    private enum Item {
        case heading(String)
        /// The index among the lines found.
        case binding(KeyMap.Binding, Int)
        case sign(Sign)
    }

    private struct Sign {
        var glyph: String
        var role: Role
        var words: String

        init(_ status: Status, _ words: String) {
            (glyph, role, self.words) = (status.glyph, status.role, words)
        }

        /// One that stands at a figure.
        init(_ mark: String, _ words: String) { (glyph, role, self.words) = (mark, .text, words) }
    }

    private static let signs = [
        Sign(.critical, "critical"), Sign(.unknown, "unknown: never counts as ok"), Sign(.warning, "warning"),
        Sign(.stale, "stale: over 2 intervals old"), Sign(.ok, "ok"), Sign(.off, "off on purpose"),
        Sign("~", "reckoned, or of a part only"), Sign("5000+", "at least so many"),
        Sign("4/9", "4 of 9: too few for per cent"),
        Sign("·", "in a chart: the highest"),
    ]

    /// The sections that have something to show, each with its lines.
    private var groups: [[Item]] {
        let lines = Array(model.helpLines.enumerated())
        var groups: [[Item]] = KeyMap.Section.allCases.compactMap { section in
            let own = lines.filter { $0.element.section == section }
            return own.isEmpty
                ? nil : [.heading(section.rawValue)] + own.map { .binding($0.element, $0.offset) }
        }
        let query = model.help.query.text.lowercased()
        let signs = Self.signs.filter { query.isEmpty || "signs \($0.words)".mentions(query) }
        let words = model.help.foundWords
        if !words.isEmpty { groups.append([.heading("Words")] + words.map { .sign(Sign($0.word, $0.text)) }) }
        if !signs.isEmpty { groups.append([.heading("Signs")] + signs.map { .sign($0) }) }
        return groups
    }

    private func drawColumns(on painter: inout Painter, in area: Rect) {
        let groups = groups
        guard !groups.isEmpty else {
            painter.put(
                "nothing is called so; Esc shows all keys", .text, row: area.row, column: area.column + 2)
            return
        }
        // A word is explained in a sentence, which takes the whole width.
        let hasWords = groups.contains { if case .heading("Words") = $0.first { true } else { false } }
        var columns = Self.columns(groups, count: hasWords ? 1 : max(1, min(3, area.columns / 38)))
        // Where one has to scroll, a page down never goes up to the next column.
        if columns.contains(where: { $0.count > area.rows }) { columns = Self.columns(groups, count: 1) }
        let height = columns.map(\.count).max() ?? 0
        let width = area.columns / columns.count
        var page = Painter(
            Canvas(size: Size(rows: max(height, area.rows), columns: area.columns), glyphs: painter.glyphs))
        var chosenRow = 0
        for (index, column) in columns.enumerated() {
            for (row, item) in column.enumerated() {
                let rect = Rect(row: row, column: index * width + 2, rows: 1, columns: width - 2)
                draw(item, on: &page, in: rect)
                if case .binding(_, model.help.chosen) = item { chosenRow = row }
            }
        }
        // The chosen line stays in sight.
        let isLast = model.help.chosen == model.helpLines.count - 1
        let end = max(0, height - area.rows)
        // Below the last line stand the signs.
        let offset = isLast ? end : min(max(0, chosenRow - area.rows / 2), end)
        painter.copy(page.frame, rows: offset..<offset + area.rows, row: area.row, column: area.column)
        for (index, column) in columns.enumerated() {
            for case (let row, .binding(_, let line)) in column.enumerated() {
                let left = area.column + index * width + 2
                let place = Rect(row: area.row + row - offset, column: left, rows: 1, columns: width - 2)
                if place.row < area.endRow { painter.offer(Hit.helpLine(line), on: place) }
            }
        }
        let below = height - offset - area.rows
        guard below > 0, !area.isEmpty else { return }
        // Words are not cut into: the line below them is one more.
        let more = Line("… \(below + 1) more below", .strong)
        let left = area.columns - more.width(painter.glyphs) - 4
        let isFree = columns.allSatisfy { column in
            let row = offset + area.rows - 1
            guard column.indices.contains(row), let item = column[row] else { return true }
            return Self.width(of: item, painter.glyphs) < left
        }
        if isFree {
            painter.putRight(
                Line("… \(below) more below", .strong), row: area.endRow - 1, endColumn: area.endColumn)
        } else {
            painter.fill(" ", .dim, row: area.endRow - 1, columns: area.column..<area.endColumn)
            painter.putRight(more, row: area.endRow - 1, endColumn: area.endColumn)
        }
    }

    /// Whole sections, one below the other, in columns of about the same height; nil is a blank line.
    private static func columns(_ groups: [[Item]], count: Int) -> [[Item?]] {
        let total = groups.reduce(0) { $0 + $1.count + 1 }
        let target = (total + count - 1) / count
        var columns: [[Item?]] = [[]]
        for group in groups {
            let used = columns[columns.count - 1].count
            if used > 0, used + group.count > target + 1, columns.count < count { columns.append([]) }
            let last = columns.count - 1
            if !columns[last].isEmpty { columns[last].append(nil) }
            columns[last] += group.map(Optional.some)
        }
        return columns
    }

    private static func width(of item: Item?, _ glyphs: GlyphSet) -> Int {
        switch item {
        case nil: 0
        case .heading(let title): glyphs.width(title)
        case .sign(let sign): 10 + glyphs.width(sign.words)
        case .binding(let binding, _): 10 + glyphs.width(binding.help)
        }
    }

    private func draw(_ item: Item?, on painter: inout Painter, in area: Rect) {
        let text = area.column + 10
        let room = area.endColumn - text
        switch item {
        case nil: break
        case .heading(let title): painter.put(title, .strong, row: area.row, column: area.column)
        case .sign(let sign):
            painter.put(sign.glyph, sign.role, row: area.row, column: area.column)
            painter.put(sign.words, .dim, row: area.row, column: text, width: room)
        case .binding(let binding, let index):
            let isPossible = isPossible(binding)
            painter.put(
                binding.keys, isPossible ? .strong : .faint, row: area.row, column: area.column, width: 9)
            let help = Line(binding.help, isPossible ? .dim : .faint).cut(to: room, painter.glyphs)
            painter.put(help, row: area.row, column: text)
            if index == model.help.chosen { painter.cursorBar(area) }
        }
    }

    /// On the screen under the help.
    private func isPossible(_ binding: KeyMap.Binding) -> Bool { model.whyNotUnderHelp(binding) == nil }
}

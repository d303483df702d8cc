import Display
import Monitoring

/// A full box over a receding screen: in this console it always means a question.
struct DialogBox {
    /// Below this a question could not be read, so it is not asked.
    static let least = Size(rows: 9, columns: 34)

    /// From here on the first and the last row stay in sight.
    static let rowsForMore = 20

    private static let most = 98
    private static let margin = 3

    /// The cells of a line on a screen so wide.
    static func room(in columns: Int) -> Int { min(most, columns) - margin - 2 }

    enum Item {
        case line(Line)
        /// The same in fewer and fewer words: the first that fits is told.
        case forms([Line])
        /// A label and what is typed beside it.
        case field(String, TextField, isFocused: Bool)
        case buttons([Button])
        case gap
    }

    struct Button {
        var title: String
        var isChosen: Bool
        /// Why it cannot be pressed yet, and the same in as few words as there are.
        var whyNot: String?
        var whyNotShort: String?
        /// The same where its title has no room.
        var short: String?
    }

    var title: String
    /// The badge before the title, and the colour of the frame.
    var isProduction: Bool
    /// From top to bottom, with how dearly each would be missed: 0 always stays, the highest goes first.
    var items: [(Item, rank: Int)]

    /// Answers where it stands.
    func draw(on painter: inout Painter) -> Rect {
        painter.fade(keeping: [.production])
        let screen = painter.frame.size
        // Header and hints stay in sight where there is room.
        let room = screen.rows >= Self.rowsForMore ? screen.rows - 4 : screen.rows
        var kept = items
        while kept.count > room - 2, let last = kept.map(\.rank).max(), last > 0,
            let index = kept.lastIndex(where: { $0.rank == last })
        {
            kept.remove(at: index)
        }
        let rows = min(kept.count + 2, room)
        let columns = min(Self.most, screen.columns)
        let area = Rect(
            row: max(0, (screen.rows - rows) / 2), column: (screen.columns - columns) / 2, rows: rows,
            columns: columns)
        painter.clear(area)
        painter.box(area, isProduction ? .productionFrame : .focus)
        drawTitle(on: &painter, area)
        let inner = area.rows(1, area.rows - 1).columns(Self.margin, area.columns - 2)
        for (index, item) in kept.prefix(inner.rows).enumerated() {
            draw(item.0, on: &painter, in: inner.rows(index, index + 1))
        }
        return area
    }

    private func drawTitle(on painter: inout Painter, _ area: Rect) {
        let forms = (isProduction ? [" PRODUCTION ", " PROD "] : [""]).map { badge in
            let mark = badge.isEmpty ? Line() : Line([Span(badge, .production), Span(" ", .text)])
            return Line(" ", .text) + mark + Line(title + " ", .strong)
        }
        let line = forms.first { $0.width(painter.glyphs) <= area.columns - 4 } ?? forms[forms.count - 1]
        painter.put(
            line.cut(to: area.columns - 4, painter.glyphs), row: area.row, column: area.column + 2,
            width: area.columns - 4)
    }

    private func draw(_ item: Item, on painter: inout Painter, in area: Rect) {
        switch item {
        case .gap: break
        case .line(let line): draw(.forms([line]), on: &painter, in: area)
        case .forms(let forms):
            let line = forms.first { $0.width(painter.glyphs) <= area.columns } ?? forms.last ?? Line()
            painter.put(line.cut(to: area.columns, painter.glyphs), row: area.row, column: area.column)
        case .field(let label, let field, let isFocused):
            painter.put(label, isFocused ? .strong : .dim, row: area.row, column: area.column, width: 10)
            let left = area.column + 11
            let width = max(0, min(60, area.endColumn - left))
            painter.fill(" ", .field, row: area.row, columns: left..<left + width)
            let room = max(0, width - 2)
            let shown = Self.shown(field.text, isFocused, room: room, painter.glyphs)
            let used = painter.put(shown, .field, row: area.row, column: left + 1, width: room)
            if isFocused { painter.textCursor = Frame.Position(row: area.row, column: left + 1 + used) }
        case .buttons(let buttons):
            var column = area.column
            for button in buttons {
                // Brackets say what is chosen where there is no colour.
                let why = button.whyNot.map { [$0, button.whyNotShort ?? $0] } ?? []
                let forms = why.map { "\(button.title): \($0)" }
                let plain = [button.title, button.short].compactMap(\.self)
                let titles = (forms.isEmpty ? plain : forms).map {
                    button.isChosen ? "[ \($0) ]" : "  \($0)  "
                }
                let room = area.endColumn - column
                let text = titles.first { painter.glyphs.width($0) <= room } ?? titles.last ?? ""
                let line = Line(text, button.whyNot != nil ? .faint : button.isChosen ? .focusTitle : .text)
                let used = painter.put(line.cut(to: room, painter.glyphs), row: area.row, column: column)
                if button.isChosen {
                    painter.cursorBar(Rect(row: area.row, column: column, rows: 1, columns: used))
                }
                column += used + 2
            }
        }
    }

    /// What is seen of a field: the end of what is being typed, the beginning of what is not; either says that there is
    /// more.
    private static func shown(_ text: String, _ isFocused: Bool, room: Int, _ glyphs: GlyphSet) -> String {
        guard glyphs.width(text) > (isFocused ? room - 1 : room) else { return text }
        let sign = glyphs.render("…")
        var (kept, left) = ("", room - glyphs.width(sign) - (isFocused ? 1 : 0))
        for character in isFocused ? Array(text.reversed()) : Array(text) {
            left -= glyphs.width(String(character))
            guard left >= 0 else { break }
            kept.append(character)
        }
        return isFocused ? sign + String(kept.reversed()) : kept + sign
    }
}

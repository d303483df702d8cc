/// A zoomed pane read back from the screen: its rows by the first word of their name, each cell by the title
/// over it.
package struct PaneTable {
    private struct Cell {
        var text: String
        var start: Int
        var end: Int
    }

    private var head: [Unicode.Scalar] = []
    private var rows: [String: [Cell]] = [:]
    /// The sign of its status, by name.
    package private(set) var signs: [String: Unicode.Scalar] = [:]

    /// `title` is the head over the names. Words apart by one blank are one cell.
    package init(_ screen: Screen, title: String) {
        let lines = (0..<screen.rows).map(screen.row)
        guard let place = lines.firstIndex(where: { Self.cells($0).first?.text == title }) else { return }
        head = Array(lines[place].unicodeScalars)
        for line in lines[(place + 1)...] {
            let cells = Self.cells(line)
            // A sentence under a row is no row, and neither is what begins without a sign.
            guard let sign = line.unicodeScalars.first, sign != " ", let name = cells.first else { continue }
            let key = String(name.text.dropFirst(2).prefix { $0 != " " })
            rows[key] = Array(cells.dropFirst())
            signs[key] = sign
        }
    }

    package var names: [String] { rows.keys.sorted() }

    /// The cell that shares its first or its last column with the title, without the sign of an alert; empty when there
    /// is none.
    package subscript(name: String, column: String) -> String {
        let title = Array(column.unicodeScalars)
        let start = head.indices.first { place in
            head[place...].starts(with: title) && (place == 0 || head[place - 1] == " ")
                && (place + title.count == head.count || head[place + title.count] == " ")
        }
        guard let start, let cells = rows[name] else { return "" }
        let end = start + title.count - 1
        let text = (cells.first { $0.end == end } ?? cells.first { $0.start == start })?.text ?? ""
        guard let first = text.unicodeScalars.first, first == "✘" || first == "▲" else { return text }
        return String(text.unicodeScalars.dropFirst())
    }

    private static func cells(_ line: String) -> [Cell] {
        var cells: [Cell] = []
        var blanks = 2
        for (column, scalar) in line.unicodeScalars.enumerated() {
            if scalar == " " {
                blanks += 1
                continue
            }
            if blanks >= 2 || cells.isEmpty {
                cells.append(Cell(text: String(scalar), start: column, end: column))
            } else {
                let last = cells.count - 1
                cells[last].text += (blanks == 1 ? " " : "") + String(scalar)
                cells[last].end = column
            }
            blanks = 0
        }
        return cells
    }
}

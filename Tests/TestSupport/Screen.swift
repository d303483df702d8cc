import Text

/// What a terminal shows after the bytes it got: as much of a VT as ncurses and shells use.
///
/// What it does not know it keeps in `unknown`, so that a test can say there was none.
package struct Screen: Sendable {
    package struct Look: Hashable, Sendable {
        /// -1 the terminal's own, 0...255 of the palette, 0x1RRGGBB.
        package var foreground = -1
        package var background = -1
        package var isBold = false
        package var isReverse = false
        package var isUnderlined = false
    }

    package struct Cell: Hashable, Sendable {
        /// 0 is the second cell of a wide character.
        package var scalar: Unicode.Scalar = " "
        package var look = Look()
    }

    package private(set) var rows: Int
    package private(set) var columns: Int
    package private(set) var cells: [Cell]
    package private(set) var cursorRow = 0
    package private(set) var cursorColumn = 0
    package private(set) var isCursorVisible = true
    package private(set) var isAlternate = false
    package private(set) var isPasteBracketed = false
    /// The payload of each OSC 52, still in base64.
    package private(set) var clipboard: [String] = []
    /// Sequences without a meaning here, the first 20.
    package private(set) var unknown: [String] = []

    private var pen = Look()
    private var saved: (row: Int, column: Int, pen: Look) = (0, 0, Look())
    private var primary: [Cell] = []
    private var top = 0
    private var bottom: Int
    /// The cursor is beyond the last column: the next character wraps.
    private var isPastEdge = false
    private var isInserting = false
    private var isDrawingLines = false
    private var last: Unicode.Scalar = " "
    private var parser = VTParser()

    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        bottom = rows - 1
        cells = Array(repeating: Cell(), count: rows * columns)
    }

    /// The text of a row, blanks at its end cut.
    package func row(_ row: Int) -> String {
        guard row >= 0 && row < rows else { return "" }
        var line = String.UnicodeScalarView()
        for cell in cells[row * columns..<(row + 1) * columns] where cell.scalar != "\0" {
            line.append(cell.scalar)
        }
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    package var text: String { (0..<rows).map(row).joined(separator: "\n") }

    package subscript(row: Int, column: Int) -> Cell { cells[row * columns + column] }

    package mutating func resize(rows newRows: Int, columns newColumns: Int) {
        func fit(_ old: [Cell]) -> [Cell] {
            guard old.count == rows * columns else {
                return Array(repeating: Cell(), count: newRows * newColumns)
            }
            return (0..<newRows).flatMap { row in
                (0..<newColumns).map { row < rows && $0 < columns ? old[row * columns + $0] : Cell() }
            }
        }
        cells = fit(cells)
        primary = primary.isEmpty ? [] : fit(primary)
        rows = newRows
        columns = newColumns
        top = 0
        bottom = rows - 1
        move(cursorRow, cursorColumn)
    }

    package mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            for action in parser.feed(byte) { perform(action) }
        }
    }

    private mutating func perform(_ action: VTParser.Action) {
        switch action {
        case .print(let scalar): put(isDrawingLines ? Self.line(scalar) : scalar)
        case .control(let byte): control(byte)
        case .escape(let intermediates, let final): escape(intermediates, final)
        case .sequence(let sequence): perform(sequence)
        case .string(let text):
            if text.hasPrefix("]52;"), clipboard.count < 20 {
                clipboard.append(String(text.split(separator: ";").last ?? ""))
            }
        }
    }

    private mutating func control(_ byte: UInt8) {
        switch byte {
        case 0x08: move(cursorRow, cursorColumn - 1)
        case 0x09: move(cursorRow, (cursorColumn / 8 + 1) * 8)
        case 0x0a, 0x0b, 0x0c: lineFeed()
        case 0x0d: move(cursorRow, 0)
        case 0x0e: isDrawingLines = true
        case 0x0f: isDrawingLines = false
        default: break
        }
    }

    private mutating func escape(_ intermediates: String, _ final: Character) {
        switch (intermediates, final) {
        case ("", "7"): saved = (cursorRow, cursorColumn, pen)
        case ("", "8"):
            pen = saved.pen
            move(saved.row, saved.column)
        case ("", "D"): lineFeed()
        case ("", "E"):
            lineFeed()
            move(cursorRow, 0)
        case ("", "M"): if cursorRow == top { scroll(-1) } else { move(cursorRow - 1, cursorColumn) }
        case ("", "c"): self = Screen(rows: rows, columns: columns)
        case ("(", "0"): isDrawingLines = true
        case ("(", _): isDrawingLines = false
        case (")", _), ("", "="), ("", ">"), ("", "\\"): break
        default: note("ESC \(intermediates)\(final)")
        }
    }

    private mutating func perform(_ sequence: VTParser.Sequence) {
        func number(_ index: Int, _ fallback: Int = 1) -> Int {
            guard index < sequence.parameters.count else { return fallback }
            return min(sequence.parameters[index].first.flatMap { $0 } ?? fallback, 10_000)
        }
        let count = max(1, number(0))
        switch (sequence.mark, sequence.final) {
        case ("", "A"): move(cursorRow - count, cursorColumn)
        case ("", "B"), ("", "e"): move(cursorRow + count, cursorColumn)
        case ("", "C"), ("", "a"): move(cursorRow, cursorColumn + count)
        case ("", "D"): move(cursorRow, cursorColumn - count)
        case ("", "E"): move(cursorRow + count, 0)
        case ("", "F"): move(cursorRow - count, 0)
        case ("", "G"), ("", "`"): move(cursorRow, count - 1)
        case ("", "d"): move(count - 1, cursorColumn)
        case ("", "H"), ("", "f"): move(count - 1, max(1, number(1)) - 1)
        case ("", "J"): eraseScreen(number(0, 0))
        case ("", "K"): eraseLine(number(0, 0))
        case ("", "X"): erase(cursorColumn, cursorColumn + count)
        case ("", "@"): shift(count)
        case ("", "P"): shift(-count)
        case ("", "L"): if (top...bottom).contains(cursorRow) { scroll(-count, from: cursorRow) }
        case ("", "M"): if (top...bottom).contains(cursorRow) { scroll(count, from: cursorRow) }
        case ("", "S"): scroll(count)
        case ("", "T"): scroll(-count)
        case ("", "b"): for _ in 0..<min(count, columns * rows) { put(last) }
        case ("", "r"):
            top = min(max(0, number(0) - 1), rows - 1)
            bottom = min(max(top, number(1, rows) - 1), rows - 1)
            move(0, 0)
        case ("", "m"): setLook(sequence.parameters)
        case ("", "h"), ("", "l"): if number(0) == 4 { isInserting = sequence.final == "h" }
        case ("?", "h"), ("?", "l"):
            for index in sequence.parameters.indices { setMode(number(index), sequence.final == "h") }
        case ("", "t"), ("", "n"), ("", "c"), (">", _), ("", "g"), ("!", "p"), ("?", "c"): break
        default: note("CSI \(sequence.mark)\(sequence.final)")
        }
    }

    private mutating func setMode(_ mode: Int, _ isOn: Bool) {
        switch mode {
        case 25: isCursorVisible = isOn
        case 47, 1047, 1049: switchScreen(isOn)
        case 2004: isPasteBracketed = isOn
        default: break
        }
    }

    private mutating func switchScreen(_ toAlternate: Bool) {
        guard toAlternate != isAlternate else { return }
        isAlternate = toAlternate
        if toAlternate {
            saved = (cursorRow, cursorColumn, pen)
            primary = cells
            cells = Array(repeating: Cell(), count: rows * columns)
        } else {
            cells = primary
            primary = []
            pen = saved.pen
            move(saved.row, saved.column)
        }
    }

    private mutating func setLook(_ parameters: [[Int?]]) {
        var rest = parameters[...]
        if rest.isEmpty { pen = Look() }
        while let parameter = rest.popFirst() {
            let code = parameter.first.flatMap { $0 } ?? 0
            switch code {
            case 0: pen = Look()
            case 1: pen.isBold = true
            case 4: pen.isUnderlined = true
            case 7: pen.isReverse = true
            case 22: pen.isBold = false
            case 24: pen.isUnderlined = false
            case 27: pen.isReverse = false
            case 30...37: pen.foreground = code - 30
            case 38: pen.foreground = Self.color(parameter, &rest)
            case 39: pen.foreground = -1
            case 40...47: pen.background = code - 40
            case 48: pen.background = Self.color(parameter, &rest)
            case 49: pen.background = -1
            case 90...97: pen.foreground = code - 82
            case 100...107: pen.background = code - 92
            case 10, 11: isDrawingLines = code == 11
            default: note("SGR \(code)")
            }
        }
    }

    /// `38;5;n`, `38;2;r;g;b`, `38:5:n`, `38:2::r:g:b`.
    private static func color(_ parameter: [Int?], _ rest: inout ArraySlice<[Int?]>) -> Int {
        var values = parameter.dropFirst().map { $0 ?? 0 }
        if values.isEmpty {
            let kind = rest.popFirst()?.first.flatMap { $0 } ?? 0
            values = [kind]
            for _ in 0..<(kind == 2 ? 3 : 1) { values.append(rest.popFirst()?.first.flatMap { $0 } ?? 0) }
        }
        if values.first == 5 { return values.last ?? -1 }
        let rgb = values.suffix(3)
        return rgb.reduce(1) { $0 << 8 | ($1 & 255) }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = CellWidth.of(scalar)
        guard width > 0 else { return }
        if isPastEdge || cursorColumn + width > columns {
            lineFeed()
            cursorColumn = 0
            isPastEdge = false
        }
        if isInserting { shift(width) }
        unpair(cursorColumn)
        unpair(cursorColumn + width - 1)
        set(cursorRow, cursorColumn, Cell(scalar: scalar, look: pen))
        if width == 2 { set(cursorRow, cursorColumn + 1, Cell(scalar: "\0", look: pen)) }
        last = scalar
        if cursorColumn + width >= columns {
            cursorColumn = columns - 1
            isPastEdge = true
        } else {
            cursorColumn += width
        }
    }

    /// Half a wide character that is written over leaves a blank in place of the other half.
    private mutating func unpair(_ column: Int) {
        guard column < columns else { return }
        let index = cursorRow * columns + column
        if cells[index].scalar == "\0", column > 0 { cells[index - 1].scalar = " " }
        if column + 1 < columns, cells[index + 1].scalar == "\0" { cells[index + 1].scalar = " " }
    }

    private mutating func set(_ row: Int, _ column: Int, _ cell: Cell) {
        if row < rows && column < columns { cells[row * columns + column] = cell }
    }

    private mutating func move(_ row: Int, _ column: Int) {
        cursorRow = min(max(0, row), rows - 1)
        cursorColumn = min(max(0, column), columns - 1)
        isPastEdge = false
    }

    private mutating func lineFeed() {
        if cursorRow == bottom { scroll(1) } else if cursorRow + 1 < rows { cursorRow += 1 }
    }

    private mutating func scroll(_ count: Int, from start: Int? = nil) {
        let start = start ?? top
        let height = bottom - start + 1
        let old = cells
        for row in start...bottom {
            let source = row + count
            for column in 0..<columns {
                cells[row * columns + column] =
                    abs(count) < height && source >= start && source <= bottom
                    ? old[source * columns + column] : blank
            }
        }
    }

    private mutating func shift(_ count: Int) {
        let range = cursorRow * columns..<(cursorRow + 1) * columns
        var line = Array(cells[range])
        let blanks = Array(repeating: blank, count: min(abs(count), columns - cursorColumn))
        if count > 0 {
            line.insert(contentsOf: blanks, at: cursorColumn)
            line.removeLast(blanks.count)
        } else {
            line.removeSubrange(cursorColumn..<cursorColumn + blanks.count)
            line += blanks
        }
        cells.replaceSubrange(range, with: line)
    }

    /// Erased cells take the background of the pen.
    private var blank: Cell { Cell(scalar: " ", look: Look(background: pen.background)) }

    private mutating func erase(_ from: Int, _ to: Int) {
        for column in max(0, from)..<max(max(0, from), min(to, columns)) { set(cursorRow, column, blank) }
    }

    private mutating func eraseLine(_ kind: Int) {
        erase(kind == 0 ? cursorColumn : 0, kind == 1 ? cursorColumn + 1 : columns)
    }

    private mutating func eraseScreen(_ kind: Int) {
        eraseLine(kind)
        for row in 0..<rows where kind >= 2 || (kind == 0 ? row > cursorRow : row < cursorRow) {
            for column in 0..<columns { set(row, column, blank) }
        }
    }

    private mutating func note(_ text: String) {
        if unknown.count < 20 { unknown.append(text) }
    }

    /// The line drawing set of the VT100.
    private static func line(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "q": "─"
        case "x": "│"
        case "l": "┌"
        case "k": "┐"
        case "m": "└"
        case "j": "┘"
        case "t": "├"
        case "u": "┤"
        case "v": "┴"
        case "w": "┬"
        case "n": "┼"
        case "~": "·"
        default: scalar
        }
    }
}

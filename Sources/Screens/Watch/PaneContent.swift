import Display
import Monitoring

/// What one pane has to say, before it is known how much room there is.
struct PaneContent {
    var pane: Pane
    /// What it is sorted by, where that is not the worst first.
    var order: String?
    /// The rows that were marked for copying.
    var marked: Set<EntityID> = []
    /// What stands at the right of the title, the longest first.
    var counts: [Line] = []
    /// Lines that concern the whole pane: one cause of many rows, the heartbeat.
    var banners: [Banner] = []
    /// The same as a row, for a screen without panes.
    var whole: PaneRow?
    /// The head over the names.
    var nameTitle = ""
    var columns: [Column] = []
    var rows = PaneRows()
    /// Stands where the rows would, when there are none.
    var vacancy: [String] = []
    /// Their sign, when they are missing for want of knowledge.
    var vacancySign: Status?

    /// `3 Cron by next ↑`
    var title: String { "\(pane.rawValue) \(pane.title)" + (order.map { " " + $0 } ?? "") }

    func isMarked(_ row: PaneRow) -> Bool { row.id.map(marked.contains) ?? false }

    struct Banner: Hashable {
        var status: Status
        /// What Enter opens; nil when it cannot be chosen.
        var id: EntityID?
        /// The same in fewer and fewer words.
        var forms: [Line]
        /// A person has set it aside.
        var isAside = false

        var role: Role { isAside ? .dim : status.role }
        var isTrouble: Bool { status.isTrouble && !isAside }

        func line(_ width: Int, _ glyphs: GlyphSet) -> Line {
            forms.first { $0.width(glyphs) <= width } ?? forms.last?.cut(to: width, glyphs) ?? Line()
        }
    }
}

/// One row of a pane.
struct PaneRow: Ranked {
    /// Nil for a line that belongs to the row above it and cannot be chosen.
    var id: EntityID?
    var status: Status
    /// The sign in front, where it says more than the status.
    var sign: Status
    var name: RowNames.Label
    var nameRole: Role
    /// By the column's id.
    var cells: [String: Span] = Dictionary(minimumCapacity: 12)
    /// Stands at the right in place of the figures.
    var instead: Line?
    var reason: [String] = []
    /// What a pane of a line a row says of a good row that is worth its line.
    var news: Line?
    var isExplained = false
    /// A person has set it aside: it keeps its sign, without its colour.
    var isAside = false
    /// The figure at fault, where there is room for one alone.
    var figure = Span("", .text)
    /// What that figure is, where it does not say so itself: `depth`.
    var figureName = ""
    /// The sign of what an alert says of that figure; empty where none does.
    var mark = ""
    /// A 0 may be what is wrong.
    var isWrongAtZero = true
}

extension PaneRow {
    /// A row as its judgement has it: the name strong in a bad one, quiet in a good one.
    init(_ row: RowStyle, id: EntityID?, name: RowNames.Label) {
        self.id = id
        status = row.judgement.status
        sign = status
        self.name = name
        nameRole = row.name
        reason = row.reason
        isExplained = row.isExplained
        isAside = row.judgement.aside != nil
        mark = row.judgement.figure.flatMap { row.mark(of: [$0]) }?.glyph ?? ""
        isWrongAtZero = row.judgement.figure?.isWrongAtZero ?? true
    }

    /// The text of a cell without the sign of an alert.
    func bare(_ column: String) -> String {
        let text = cells[column]?.text ?? ""
        return hasMark(column) ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// An alert speaks of this figure.
    func hasMark(_ column: String) -> Bool {
        guard let first = cells[column]?.text.unicodeScalars.first else { return false }
        return first == "✘" || first == "▲"
    }

    var head: RowHead {
        var head = RowHead(status, parts: reason.count, isExplained: isExplained)
        head.isAside = isAside
        head.isPart = id == nil
        return head
    }

    /// `depth 841`
    var namedFigure: Line {
        let unnamed = figure.text.isEmpty || figure.text == "-" || figureName.isEmpty
        return Line(unnamed ? "" : figureName + " ", .dim) + Line([markedFigure])
    }

    /// `✘841`
    var markedFigure: Span {
        let isUnsaid = figure.text.isEmpty || figure.text == "-" || !isWrongAtZero && figure.isNothing
        return isUnsaid ? figure : Span(mark + figure.text, figure.role)
    }

    var signRole: Role { isAside ? .dim : sign.role }
    var reasonRole: Role { isAside ? .dim : .text }
}

extension Span {
    /// `0`, `0.0 %`, `0 errors`: its digits are all 0.
    fileprivate var isNothing: Bool {
        let digits = text.utf8.prefix { $0 != 0x20 && $0 != 0x2F }.filter { 0x30...0x39 ~= $0 }
        return !digits.isEmpty && digits.allSatisfy { $0 == 0x30 }
    }
}

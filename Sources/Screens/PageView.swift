import Display
import EngineAPI
import Monitoring

/// A page over the watch screen, the detail or the help, between the rows that always stand.
struct PageView {
    let model: Model

    init(_ model: Model) { self.model = model }

    /// Where the page stands on a screen of this size.
    static func body(_ size: Size) -> Rect {
        let area = Rect(size)
        guard hasTwoFootRows(size) else { return area.rows(1, size.rows - 1) }
        return size.rows >= 30 ? area.rows(2, size.rows - 3) : area.rows(1, size.rows - 2)
    }

    private static func hasTwoFootRows(_ size: Size) -> Bool { Layout(size).hasPanes }

    func draw(on painter: inout Painter) {
        let size = painter.frame.size
        guard Layout(size) != .word else { return WordView(model: model).draw(on: &painter) }
        if Self.hasTwoFootRows(size) {
            IdentityRow(model: model).draw(on: &painter, width: size.columns)
        } else {
            SmallView(model: model).drawHead(on: &painter, width: size.columns)
        }
        let body = Self.body(size)
        switch model.screen {
        case .detail(let id): DetailView(model: model, id: id).draw(on: &painter, in: body)
        case .alert(let key): AlertView(model: model, key: key).draw(on: &painter, in: body)
        case .timeline(let id): TimelineView(model: model, subject: id).draw(on: &painter, in: body)
        case .silences: SilencesView(model: model).draw(on: &painter, in: body)
        case .lines(let id): LinesView(model: model, id: id).draw(on: &painter, in: body)
        case .help: HelpView(model: model).draw(on: &painter, in: body)
        case .output: OutputView(model: model).draw(on: &painter, in: body)
        case .watch: break
        }
        let foot = FootRows(model: model)
        if Self.hasTwoFootRows(size) { foot.drawNews(on: &painter, row: size.rows - 2, width: size.columns) }
        if Self.hasTwoFootRows(size)
            || model.notice == nil && model.commandLine == nil && model.themeBefore == nil
        {
            foot.drawKeys(on: &painter, row: size.rows - 1, width: size.columns)
        } else {
            // One row for both: the answer to the last key, then the keys again.
            foot.drawNews(on: &painter, row: size.rows - 1, width: size.columns)
        }
    }
}

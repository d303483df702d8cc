import Display
import EngineAPI
import Monitoring

/// The screen that is watched: everything about the store that has room, the worst first.
struct WatchView {
    let model: Model

    init(_ model: Model) { self.model = model }

    func draw(on painter: inout Painter) {
        let size = painter.frame.size
        let layout = Layout(size)
        switch layout {
        case .word: return WordView(model: model).draw(on: &painter)
        case .small: return SmallView(model: model).draw(on: &painter)
        case .stacked, .bands, .large: break
        }
        IdentityRow(model: model).draw(on: &painter, width: size.columns)
        if size.rows >= 30 { FirstAlert(model: model).draw(on: &painter, row: 1, width: size.columns) }
        let body = Rect(size).rows(size.rows >= 30 ? 2 : 1, size.rows - 2)
        if let snapshot = model.shown {
            let contents = PaneContents(model: model, snapshot: snapshot)
            if model.isZoomed {
                ZoomedView(contents: contents).draw(on: &painter, in: body)
            } else if layout == .stacked {
                StackedView(contents: contents).draw(on: &painter, in: body)
            } else {
                BandsView(contents: contents, isLarge: layout == .large).draw(on: &painter, in: body)
            }
        }
        let foot = FootRows(model: model)
        foot.drawNews(on: &painter, row: size.rows - 2, width: size.columns)
        foot.drawKeys(on: &painter, row: size.rows - 1, width: size.columns)
    }
}

/// One pane alone, with every column there is room for.
struct ZoomedView {
    let contents: PaneContents

    func draw(on painter: inout Painter, in area: Rect) {
        let model = contents.model
        switch model.focus {
        case .events: return EventsPane(model: model).draw(on: &painter, in: area, isFocused: true)
        case .alerts: return AlertsPane(model: model).draw(on: &painter, in: area, isFocused: true)
        default: break
        }
        let content = contents.content(model.focus, probes: true)
        PaneView(content: content, cursor: model.cursor(in: model.focus), isFocused: true)
            .draw(on: &painter, in: area)
    }
}

package import Display
import EngineAPI

/// What the terminal shows for a model: the same model and canvas give the same frame, always.
package func view(_ model: Model, _ canvas: Canvas) -> Frame {
    var painter = Painter(canvas)
    draw(model, on: &painter)
    return painter.frame
}

func draw(_ model: Model, on painter: inout Painter) {
    switch model.screen {
    case .watch: WatchView(model).draw(on: &painter)
    case .detail, .alert, .timeline, .silences, .lines, .help, .output: PageView(model).draw(on: &painter)
    }
    drawDialog(model, on: &painter)
}

/// The question over what was drawn; its keys stand where keys always stand.
private func drawDialog(_ model: Model, on painter: inout Painter) {
    let isProduction = model.snapshot?.environment.isProduction ?? false
    let area: Rect
    switch model.dialog {
    case .flag(let question):
        area = FlagDialogView(
            question: question, snapshot: model.snapshot, now: model.now, clock: model.clock,
            width: painter.frame.size.columns, glyphs: painter.glyphs
        ).box.draw(on: &painter)
    case .aside(let question):
        area = AsideDialogView(question: question, isProduction: isProduction, clock: model.clock).box.draw(
            on: &painter)
    case .takeBack(let question):
        area = question.box(isProduction: isProduction, at: model.clock).draw(on: &painter)
    case .silence(let question):
        area = SilenceDialogView(
            question: question, snapshot: model.snapshot, isProduction: isProduction, clock: model.clock
        ).box.draw(on: &painter)
    case .endSilence(let question):
        area = question.box(model.snapshot, isProduction: isProduction, at: model.clock).draw(on: &painter)
    case .end(let question):
        area = question.box(isProduction: isProduction, at: model.now).draw(on: &painter)
    case .finish(let question):
        area = question.box(
            isProduction: isProduction, at: model.clock, width: painter.frame.size.columns, painter.glyphs
        ).draw(on: &painter)
    case .run(let question):
        area = question.box(
            model.snapshot, at: model.now, width: painter.frame.size.columns, painter.glyphs
        ).draw(on: &painter)
    case .quit(let question): area = question.box.draw(on: &painter)
    case nil: return
    }
    painter.offer(Hit.question, on: Rect(painter.frame.size))
    let size = painter.frame.size
    // The row of keys, where there is one and the box leaves it: they stand there once.
    guard Layout(size).hasPanes, area.endRow < size.rows else {
        // There is no row to spare but the lower edge of the box.
        let hints = model.hintLine(width: area.columns - 6, painter.glyphs)
        painter.put(hints + Line(" "), row: area.endRow - 1, column: area.column + 2)
        return
    }
    painter.clear(Rect(size).rows(size.rows - 1, size.rows))
    FootRows(model: model).drawKeys(on: &painter, row: size.rows - 1, width: size.columns)
}

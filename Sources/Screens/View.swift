package import Display

/// What the terminal shows for a model: the same model and canvas give the same frame, always.
package func view(_ model: Model, _ canvas: Canvas) -> Frame {
    var painter = Painter(canvas)
    switch model.screen {
    case .watch: WatchView(model).draw(on: &painter)
    case .detail, .help: WatchView(model).draw(on: &painter)
    }
    return painter.frame
}

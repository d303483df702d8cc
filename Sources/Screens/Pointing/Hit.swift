package import Display
package import EngineAPI
package import Monitoring

/// What stands under the mouse.
package enum Hit: Target, Hashable {
    case pane(Pane)
    case row(EntityID)
    case event(Event)
    case alert(AlertKey)
    /// Something on the timeline.
    case moment(TimelineEntry.ID)
    /// One of the silences, by its id.
    case silence(String)
    /// A line of the help, counted among those found.
    case helpLine(Int)
    /// A hint in the last row: as good as its key.
    case key(Key)
    /// A question lies over all else.
    case question
}

/// What stands at a place of the frame that `view` draws for the same model and canvas; nil where nothing does.
package func hit(_ model: Model, _ canvas: Canvas, at position: Frame.Position) -> Hit? {
    var painter = Painter(canvas, pointed: position)
    draw(model, on: &painter)
    return painter.target as? Hit
}

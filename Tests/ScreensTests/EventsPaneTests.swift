import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// The journal: a line an event, and the one under the cursor whole.
@Suite struct EventsPaneTests {
    private static let snapshots = FrameSnapshots(beside: #filePath)
    private static let sizes = [
        Size(rows: 60, columns: 200), Size(rows: 40, columns: 120), Size(rows: 24, columns: 80),
        Size(rows: 19, columns: 120), Size(rows: 10, columns: 40),
    ]
    private static let text =
        "the flag file cannot be read: cannot open "
        + "/srv/shop/releases/20261130021400/app/etc/flags/production.flagd.json: Permission denied"

    private static func model(_ size: Size, _ keys: Key...) -> Model {
        var snapshot = StoreNight.snapshot(.incident)
        let event = Event(
            at: snapshot.at.wall, status: .critical, entity: nil, subject: "source", text: Self.text)
        snapshot.events.append(event)
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        for key in [.character("6")] + keys { _ = update(&model, .key(key)) }
        return model
    }

    @Test(arguments: sizes) func `is drawn as kept`(size: Size) {
        let frame = view(Self.model(size), Canvas(size: size, glyphs: .braille))
        let name = "events-\(size.columns)x\(size.rows)"
        if let difference = Self.snapshots.difference(frame, name) { Issue.record("\(difference)") }
    }

    @Test(arguments: sizes) func `tells the end of what is under the cursor, and of the others what fits`(
        size: Size
    ) {
        func text(_ keys: Key...) -> String {
            var model = Self.model(size)
            for key in keys { _ = update(&model, .key(key)) }
            return view(model, Canvas(size: size, glyphs: .braille)).glyphText
        }
        #expect(text().contains("denied"))
        // The line above it is chosen then, and nothing stands below the pane's last line.
        #expect(text(.up).contains("the flag file") || size.rows <= 10)
    }
}

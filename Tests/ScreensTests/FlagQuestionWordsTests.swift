import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import TestSupport
import Testing

/// What the question before a change says of the flag and of what it touches.
struct FlagQuestionWordsTests {
    @Test func `when the flag was read is a moment, not an age that each read sets back`() {
        var model = ConsoleStore.model()
        model.press(.character("5"), .down, .character("t"))
        func text() -> String { view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText }
        #expect(text().contains("now ON, read at 02:14:37"), "\(text())")
        model.wait(until: 9)
        #expect(text().contains("now ON, read at 02:14:37") && !text().contains("37, "))
        model.wait(until: 12)
        #expect(text().contains("read at 02:14:37, 12 s ago"), "\(text())")
    }

    @Test(arguments: [Size(rows: 24, columns: 80), Size(rows: 24, columns: 50)])
    func `that a flow is of the safe zone is not what is cut`(size: Size) {
        var snapshot = ConsoleStore.snapshot()
        snapshot.integrations[0].integration.flags = ["erp.v2"]
        snapshot.integrations[0].integration.isSafeZone = true
        snapshot.integrations[0].judgement.reason = [String(repeating: "silent and so ", count: 9)]
        var model = ConsoleStore.model(snapshot, size: size)
        (model.focus, model.cursors[.flags]) = (.flags, FlagKey(backend: "flagd", name: "erp.v2").id)
        model.press(.character("t"))
        let text = view(model, Canvas(size: size, glyphs: .blocks)).glyphText
        #expect(text.contains("orders → ERP  safe zone"), "\(text)")
    }
}

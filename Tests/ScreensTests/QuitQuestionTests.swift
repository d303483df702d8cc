import Display
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

@testable import Screens

/// What is said before the console is left.
@Suite struct QuitQuestionTests {
    private func text(_ model: Model) -> String {
        view(model, Canvas(size: Size(rows: 40, columns: 120), glyphs: .blocks)).glyphText
    }

    private static func atWork() -> Snapshot {
        var snapshot = ConsoleStore.snapshot(at: 0)
        snapshot.flags[1].progress = .running(
            to: .off, opID: "op-1", since: ConsoleStore.wall.advanced(bySeconds: -95), pid: 4242)
        return snapshot
    }

    @Test func `with nothing on the way q leaves at once`() {
        var model = ConsoleStore.model(ConsoleStore.snapshot(at: 0))
        #expect(model.press(.character("q")) == [.quit])
    }

    @Test func `a program that is at work goes on, and the next console waits for it`() {
        var model = ConsoleStore.model(Self.atWork())
        #expect(model.press(.character("q")) == [] && model.dialog != nil)
        let text = text(model)
        #expect(text.contains("1 change is on the way."), "\(text)")
        #expect(text.contains("Its program goes on, and the next console waits for it."), "\(text)")
    }

    @Test func `who only watches leaves nothing on the way`() {
        var snapshot = Self.atWork()
        snapshot.environment.access = .readOnly
        var model = ConsoleStore.model(snapshot)
        #expect(model.press(.character("q")) == [.quit])
    }

    @Test func `an answer is newer than the picture that shows its change at work`() throws {
        var model = ConsoleStore.model(ConsoleStore.snapshot(at: 0))
        let row = try #require(model.snapshot?.flags[1])
        let change = FlagChange(
            opID: "op-1", flag: row.flag.name, backend: row.flag.backend, from: .on, to: .off,
            expectedRevision: row.flag.revision)
        guard case .submit(_, let number) = model.submit(.change(change)) else { return }
        _ = update(&model, .snapshot(Self.atWork()))
        _ = update(&model, .reply(number, .changed(.confirmed(row.flag))))
        #expect(model.progress(of: Self.atWork().flags[1]) == .seen)
        #expect(model.press(.character("q")) == [.quit])
    }

    @Test func `what completes a change ends with the console, and the question says so`() throws {
        var model = ConsoleStore.model(ConsoleStore.snapshot(at: 0))
        let row = try #require(model.snapshot?.flags[1])
        _ = model.submit(.finish(row.id, opID: "op-1"))
        #expect(model.press(.character("q")) == [])
        let text = text(model)
        #expect(
            text.contains("The change of erp.v2 is being completed: that ends with this console."), "\(text)")
    }
}

import Display
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

@testable import Screens

/// The question before the program of a change is ended.
@Suite struct EndQuestionTests {
    private static let id = FlagKey(backend: "flagd", name: "erp.v2").id

    static func atWork(at seconds: Double = 0, mayEnd: Bool = true) -> Snapshot {
        var snapshot = ConsoleStore.snapshot(at: seconds)
        snapshot.flags[1].progress = .running(
            to: .off, opID: "op-1", since: ConsoleStore.wall.advanced(bySeconds: -95), pid: 4242)
        snapshot.flags[1].next = nil
        snapshot.flags[1].refusal = "it is being turned OFF"
        snapshot.flags[1].mayEnd = mayEnd
        return snapshot
    }

    private func asked(_ snapshot: Snapshot = atWork()) -> Model {
        var model = ConsoleStore.model(snapshot)
        model.press(.character("5"), .down, .character("t"))
        return model
    }

    @Test func `says how long it is at work and what may be half done, and leaving it is chosen`() throws {
        var model = asked()
        let text = view(model, Canvas(size: Size(rows: 40, columns: 120), glyphs: .blocks)).glyphText
        for words in [
            "End its program?", "erp.v2 is being turned OFF", "at work for 95 s", "pid 4242",
            "Ended now, it may be saved and half done", "[ Leave it at work ]",
        ] { #expect(text.contains(words), "\(words)\n\(text)") }
        model.wait(until: 1)
        #expect(model.press(.enter) == [] && model.dialog == nil)
        #expect(model.notice?.text == "erp.v2: its program is left at work")
    }

    @Test func `it is told to end once that is chosen, and not by keys typed ahead`() {
        var model = asked()
        #expect(model.press(.tab, .enter) == [] && model.dialog != nil)
        model.wait(until: 1)
        let effects = model.press(.tab, .enter)
        #expect(effects.count == 1)
        guard case .submit(.endProgram(Self.id, "op-1"), _) = effects.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(model.whyNot(.toggleFlag) == "its program is told to end")
    }

    @Test func `that it was ended does not hide what became of the change`() throws {
        var model = asked()
        model.wait(until: 1)
        guard case .submit(_, let number) = model.press(.tab, .enter).first else {
            Issue.record("not submitted")
            return
        }
        model.say("erp.v2 is OFF; the config cache is perhaps not cleaned", status: .warning, seconds: 60)
        _ = update(&model, .reply(number, .done))
        #expect(model.notice?.text == "erp.v2 is OFF; the config cache is perhaps not cleaned")
        #expect(model.whyNot(.toggleFlag) == nil)
    }

    @Test func `the question falls when the program has ended by itself`() {
        var model = asked()
        _ = update(&model, .snapshot(ConsoleStore.snapshot(at: 1)))
        #expect(model.dialog == nil && model.notice?.text == "erp.v2: its program has ended by itself")
    }

    @Test func `where it may not be ended the reason is told, and nothing is asked`() {
        let model = asked(Self.atWork(mayEnd: false))
        #expect(model.dialog == nil)
        #expect(model.notice?.text == "erp.v2 cannot be switched: it is being turned OFF")
    }
}

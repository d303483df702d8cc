import Display
import EngineAPI
import FeatureFlags
import Monitoring
import TestSupport
import Testing

@testable import Screens

/// The question before what a saved change may have left undone is done.
@Suite struct FinishQuestionTests {
    private static let id = FlagKey(backend: "flagd", name: "erp.v2").id
    private static let step = FinishingStep(
        command: "bin/magento cache:clean config", title: "Clean the config cache",
        effect: "The shop reads all its settings anew, which costs it a moment.")

    static func saved(at seconds: Double = 0, _ step: FinishingStep? = step) -> Snapshot {
        var snapshot = ConsoleStore.snapshot(at: seconds)
        var undone = FlagRow.Undone(
            opID: "op-1", why: "the config cache is perhaps not cleaned",
            at: ConsoleStore.wall.advanced(bySeconds: -95))
        undone.step = step
        snapshot.flags[1].undone = undone
        return snapshot
    }

    private func asked(_ snapshot: Snapshot = saved()) -> Model {
        var model = ConsoleStore.model(snapshot)
        model.press(.character("5"), .down, .character("c"))
        return model
    }

    @Test func `says what runs and what the shop feels of it, and leaving it is chosen`() throws {
        var model = asked()
        let text = view(model, Canvas(size: Size(rows: 40, columns: 120), glyphs: .blocks)).glyphText
        for words in [
            "Clean the config cache?", "the config cache is perhaps not cleaned",
            "runs bin/magento cache:clean config", "The shop reads all its settings anew", "[ Leave it ]",
        ] { #expect(text.contains(words), "\(words)\n\(text)") }
        model.wait(until: 1)
        #expect(model.press(.enter) == [] && model.dialog == nil)
        #expect(model.notice?.text == "erp.v2 is left as it is")
    }

    @Test func `it is done once that is chosen, and not by keys typed ahead`() {
        var model = asked()
        #expect(model.press(.tab, .enter) == [] && model.dialog != nil)
        model.wait(until: 1)
        guard case .submit(.finish(Self.id, "op-1"), let number) = model.press(.tab, .enter).first else {
            Issue.record("not submitted")
            return
        }
        #expect(model.whyNot(.finishChange) == "it is being done")
        _ = update(&model, .reply(number, .done))
        #expect(model.notice?.text == "erp.v2: done, nothing of its change is left to do")
    }

    @Test func `the question falls when somebody else has done it, or the flag was changed again`() {
        var model = asked()
        _ = update(&model, .snapshot(ConsoleStore.snapshot(at: 1)))
        #expect(model.dialog == nil)
        #expect(model.notice?.text == "erp.v2: nothing of that change is left to do")
    }

    @Test func `it is offered where it can be done, and told why where not`() {
        var model = ConsoleStore.model(Self.saved())
        model.press(.character("5"), .down)
        #expect(model.hints.contains { $0.label == "clean the config cache…" && $0.whyNot == nil })
        #expect(asked(Self.saved(nil)).notice?.text == "nothing can be done about it from here")
        #expect(asked(ConsoleStore.snapshot(at: 0)).notice?.text == "no change of erp.v2 is half done")
    }
}

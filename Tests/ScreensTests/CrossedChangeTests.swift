import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import Testing

struct CrossedChangeTests {
    @Test
    func
        `a change that another program crossed is told as a conflict, with what is so and what became of it`()
    {
        var model = ConsoleStore.model(ConsoleStore.snapshot(access: .operate, production: true))
        model.press(.character("5"), .down)
        model.press(.character("t"))
        model.wait(until: 1)
        model.type("erp.v2")
        #expect(model.press(.tab, .tab, .enter).count == 1)
        var flag = ConsoleStore.snapshot().flags[1].flag
        flag.value = .off
        _ = update(&model, .reply(1, .changed(.crossed(flag, "its text is kept in /srv/flags.yaml.kept-1"))))
        #expect(
            model.notice?.text
                == "conflict: erp.v2 is OFF after it was turned OFF; its text is kept in /srv/flags.yaml.kept-1"
        )
        #expect(model.notice?.status == .warning && model.pending.isEmpty)
    }

    @Test func `what was said of a flag is taken back as soon as a reading says otherwise, and not before`()
        throws
    {
        for isOther in [true, false] {
            var snapshot = ConsoleStore.snapshot(access: .operate, production: true)
            let before = snapshot
            var model = ConsoleStore.model(snapshot)
            model.press(.character("5"), .down)
            model.press(.character("t"))
            model.wait(until: 1)
            model.type("erp.v2")
            #expect(model.press(.tab, .tab, .enter).count == 1)
            snapshot.flags[1].flag.value = .off
            _ = update(&model, .reply(1, .changed(.confirmed(snapshot.flags[1].flag))))
            _ = update(&model, .snapshot(before))
            #expect(model.notice?.text == "erp.v2 is OFF: sent and read back", "one from before says nothing")
            _ = update(&model, .snapshot(snapshot))
            #expect(model.notice?.text == "erp.v2 is OFF: sent and read back")
            if isOther {
                _ = update(&model, .snapshot(before))
            } else {
                snapshot.flags[1].judgement = Judgement(.warning, ["conflict: it was written too"])
                _ = update(&model, .snapshot(snapshot))
            }
            let now =
                isOther
                ? "erp.v2 is ON now; it was turned elsewhere"
                : "erp.v2 is OFF now; conflict: it was written too"
            #expect(model.notice?.text == now && model.notice?.status == .warning)
        }
    }
}

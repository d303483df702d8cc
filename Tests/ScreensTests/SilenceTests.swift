import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// Silencing alerts, from the key to what is sent, with what it hides before it is asked for.
@Suite struct SilenceTests {
    private static let snapshots = FrameSnapshots(beside: #filePath)
    private static let sizes = [
        Size(rows: 60, columns: 200), Size(rows: 40, columns: 120), Size(rows: 24, columns: 80),
        Size(rows: 19, columns: 120), Size(rows: 10, columns: 40),
    ]

    /// With the flow's alert silenced.
    static func silenced() -> Snapshot {
        var snapshot = TimelineTests.night()
        let alert = snapshot.alerts[2]
        let silence = Silence(
            id: "s1", SilenceMatcher(AlertKey(entity: alert.entity, kind: alert.kind), .warning), by: "mira",
            why: "the WMS imports late tonight, they know", at: snapshot.at.wall.advanced(bySeconds: -300),
            until: snapshot.at.wall.advanced(bySeconds: 6900))
        snapshot.alerts[2].silence = silence
        snapshot.silences = [silence]
        return snapshot
    }

    private static func model(_ size: Size = Size(rows: 40, columns: 120), _ snapshot: Snapshot = silenced())
        -> Model
    {
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        model.press(.character("7"))
        return model
    }

    private static func wait(_ model: inout Model, _ seconds: Double) {
        let now = model.now
        _ = update(
            &model,
            .tick(
                Timestamp(
                    boot: now.boot + .seconds(seconds), wall: now.wall.advanced(bySeconds: seconds),
                    bootID: now.bootID)))
    }

    private static func asked(_ size: Size = Size(rows: 40, columns: 120)) -> Model {
        var model = model(size)
        model.press(.character("s"))
        wait(&model, 1)
        return model
    }

    private func text(_ model: Model) -> String {
        view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText
    }

    @Test(arguments: sizes) func `is drawn as kept`(size: Size) {
        var list = Self.model(size)
        list.press(.character("9"))
        var end = Self.model(size)
        end.press(.down, .down, .character("s"))
        for (name, model) in [
            ("ask", Self.asked(size)), ("list", list), ("end", end), ("pane", Self.model(size)),
        ] {
            let frame = view(model, Canvas(size: size, glyphs: .braille))
            let name = "silence-\(name)-\(size.columns)x\(size.rows)"
            if let difference = Self.snapshots.difference(frame, name) { Issue.record("\(difference)") }
        }
    }

    @Test func `asks which, why and how long, says what it hides, and sends that`() {
        var model = Self.asked()
        let page = text(model)
        for words in [
            "queue:erp.order.export kind=no-consumer", "hides now  1 alert, 1 critical", "2 h",
            "in 24 h    0 alerts",
        ] {
            #expect(page.contains(words), "\(words) is not in\n\(page)")
        }
        #expect(model.press(.enter) == [] && model.dialog != nil, "not without a reason")
        model.type("ERP is closed")
        model.press(.right)
        guard case .submit(.silence(let order), let number)? = model.press(.enter).first else {
            Issue.record("nothing is sent")
            return
        }
        #expect(order.why == "ERP is closed" && order.seconds == 8 * 3600)
        #expect(order.matcher.matches(AlertKey(entity: model.alerts[0].entity, kind: .noConsumer), .critical))
        _ = update(&model, .reply(number, .done))
        #expect(model.notice?.text.hasPrefix("silenced until 10:14: queue:erp.order.export") == true)
    }

    @Test func `a field without room shows its beginning, while it is typed its end, and a sign of more`() {
        var model = Self.asked(Size(rows: 10, columns: 40))
        func field() -> String {
            let text = text(model)
            return text.split(separator: "\n").first { $0.contains("what  ") }.map(String.init) ?? text
        }
        #expect(field().contains("  queue:erp.order") && field().contains("… "), "\(field())")
        model.press(.backTab)
        #expect(field().contains(" …") && field().contains("kind=no-consumer "), "\(field())")
    }

    @Test func `the preview follows what is typed, and what cannot be read is said there`() {
        var model = Self.asked()
        model.press(.backTab)
        model.press(.control("u"))
        #expect(text(model).contains("say which alerts: queue:erp.* kind=growing, or * for all"))
        model.type("*")
        #expect(text(model).contains("hides now  3 alerts, 2 critical"))
        #expect(text(model).contains("in 24 h    2 alerts that ended: inventory ← WMS, media.resize"))
        model.type(" kind=bad")
        #expect(text(model).contains("no kind is called bad"))
    }

    @Test func `the line takes all of it, and still asks`() {
        var model = Self.model()
        model.type(":silence queue:erp.* severity=critical 3h the ERP is closed")
        model.press(.enter)
        Self.wait(&model, 1)
        guard case .submit(.silence(let order), _)? = model.press(.enter).first else {
            Issue.record("nothing is sent: \(text(model))")
            return
        }
        #expect(order.matcher.text == "queue:erp.* severity=critical" && order.seconds == 3 * 3600)
        #expect(order.why == "the ERP is closed")
    }

    @Test func `keys that were typed ahead do not count, and no answer for a minute ends it`() {
        var model = Self.model()
        model.press(.character("s"), .character("x"), .enter)
        #expect(model.dialog != nil)
        Self.wait(&model, 61)
        #expect(model.dialog == nil && model.notice?.text == "no answer for 60 s: nothing was silenced")
    }

    @Test func `a silenced alert is counted, told last of by no key, and its row is as bad as it was`() {
        let model = Self.model()
        let page = text(model)
        #expect(page.contains("1 silenced"))
        #expect(page.contains("silenced by mira until 04:09: the WMS imports late tonight, they know"))
        #expect(!model.causes.prefix(1).contains(model.alerts[2].entity))
        let row = model.shown?.integrations.first { $0.id == model.alerts[2].entity }
        #expect(row?.judgement.aside == nil)
        #expect(text(Self.model(Size(rows: 40, columns: 120), TimelineTests.night())) != page)
    }

    @Test func `it is listed with what it hides, and ended from there and from its alert`() {
        var model = Self.model()
        model.press(.character("9"))
        let page = text(model)
        for words in [
            "9 Silences", "1 silence · 1 open alert told to nobody", "until 04:09, 1 h 55 left",
            "hides 1 alert",
        ] {
            #expect(page.contains(words), "\(words) is not in\n\(page)")
        }
        model.press(.enter)
        #expect(text(model).contains("1 alert will be told"))
        #expect(model.press(.enter) == [.submit(.endSilence("s1"), 1)])
        var other = Self.model()
        other.press(.down, .down, .character("s"))
        #expect(other.press(.tab, .enter) == [] && other.notice?.text == "it stays silenced until 04:09")
    }

    @Test func `a question about one that is over falls silent`() {
        var model = Self.model()
        model.press(.down, .down, .character("s"))
        var snapshot = Self.silenced()
        snapshot.silences = []
        snapshot.generation += 1
        _ = update(&model, .snapshot(snapshot))
        #expect(model.dialog == nil && model.notice?.text.hasPrefix("this silence is over") == true)
    }

    @Test func `with none it says how one is made, and a row is silenced by its name`() {
        var model = Self.model(Size(rows: 40, columns: 120), TimelineTests.night())
        model.press(.character("9"))
        #expect(text(model).contains("nothing is silenced: each alert is told"))
        model.press(.escape, .character("1"), .character("s"))
        #expect(text(model).contains("queue:erp.order.export"))
        #expect(!text(model).contains("kind="))
    }

    @Test func `nothing is silenced where nothing is kept`() {
        var snapshot = Self.silenced()
        snapshot.environment.watchesOnly = "another console keeps"
        var model = Self.model(Size(rows: 40, columns: 120), snapshot)
        model.press(.character("s"))
        #expect(model.dialog == nil && model.notice?.text == "another console keeps")
        model.type(":silence * 1h quiet")
        model.press(.enter)
        #expect(model.dialog == nil && model.notice?.text == "another console keeps")
    }

    @Test func `a queue that is told as part of another alert is said to go on with that`() {
        var snapshot = TimelineTests.night()
        let part = EntityID(.queue, "export", in: "magento-db")
        snapshot.alerts[0].folded = [AlertKey(entity: part, kind: .growing)]
        snapshot.alerts[0].foldedCount = 1
        var model = Self.model(Size(rows: 40, columns: 120), snapshot)
        model.type(":silence queue:export 2h it is known")
        model.press(.enter)
        let page = text(model)
        #expect(page.contains("hides now  0 alerts"), "\(page)")
        #expect(page.contains("not hidden ✘ erp.order.export nobody takes from it"), "\(page)")
        #expect(page.contains("which it is told as part of: silence that"), "\(page)")
    }

    @Test func `the title of the silences is a whole sentence, with none hidden too`() {
        var model = Self.model()
        model.press(.character("9"))
        #expect(text(model).contains("1 silence · 1 open alert told to nobody"), "\(text(model))")
        var snapshot = Self.silenced()
        snapshot.alerts = []
        model = Self.model(Size(rows: 40, columns: 120), snapshot)
        model.press(.character("9"))
        #expect(text(model).contains("1 silence · no alert is hidden now"), "\(text(model))")
    }
}

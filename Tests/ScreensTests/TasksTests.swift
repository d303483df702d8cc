import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import TestSupport
import Testing

/// What an on-call engineer does by keys alone, at the sizes a terminal has: each task with the keys it takes.
struct TasksTests {
    private static let sizes = [
        Size(rows: 60, columns: 200), Size(rows: 40, columns: 120), Size(rows: 24, columns: 80),
    ]
    private static let all = sizes + [Size(rows: 19, columns: 120), Size(rows: 10, columns: 40)]

    private static func screen(_ model: Model) -> String {
        view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText
    }

    /// The line of the screen under the cursor bar.
    private static func chosen(_ model: Model) -> String {
        let frame = view(model, Canvas(size: model.size, glyphs: .blocks))
        let roles = frame.roleText.split(separator: "\n", omittingEmptySubsequences: false)
        guard let row = roles.firstIndex(where: { $0.contains { $0.isUppercase } }) else { return "" }
        return frame.row(row)
    }

    @Test(arguments: all)
    func `what is worst now, and since when: no key`(size: Size) {
        let model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        let text = Self.screen(model)
        #expect(text.contains("erp.order.export") && text.contains("nobody takes messages since 01:47"))
        #expect(Self.chosen(model).contains("erp.order.export"))
    }

    @Test(arguments: all)
    func `why: one key`(size: Size) {
        var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        model.press(.enter)
        #expect(model.openDetail?.name == "erp.order.export")
        #expect(Self.screen(model).contains("nobody takes messages since 01:47"))
    }

    @Test(arguments: sizes)
    func `runbook, owner and flag of a flow and of what belongs to it: one look at the page`(size: Size) {
        for pane in ["1", "2", "3"] as [Unicode.Scalar] {
            var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
            model.press(.character(pane), .enter)
            let text = Self.screen(model)
            #expect(text.contains("owner mira · runbook RB-12 · erp.v2 ON"), "\(pane)")
        }
    }

    @Test(arguments: all)
    func `the last hour of a queue: asked for with its page`(size: Size) {
        var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        let id = EntityID(.queue, "erp.order.export")
        #expect(model.press(.enter) == [.fetchDetail(id)])
        var detail = Detail(entity: id)
        detail.series = [SeriesID(id, .depth)]
        guard case .fetchHistory(SeriesID(id, .depth), _) = update(&model, .detail(id, detail)).first else {
            Issue.record("not asked for")
            return
        }
        model.press(.character("-"), .character("-"), .character("-"))
        #expect(model.detailView.minutes <= 60)
    }

    @Test(arguments: all)
    func `a job by its name: a slash and a part of it`(size: Size) {
        var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        model.type("/reconcile")
        model.press(.enter)
        #expect(Self.screen(model).contains("erp_reconcile"))
        model.press(.enter)
        #expect(model.openDetail?.name == "acme_erp_reconcile")
        var other = ConsoleStore.model(ConsoleStore.whole(), size: size)
        other.type(":open acme_erp")
        other.press(.enter)
        #expect(other.openDetail?.name == "acme_erp_reconcile")
    }

    @Test(arguments: sizes)
    func `a flag OFF, from its row, its flow and by its name`(size: Size) {
        for way in ["/erp.v2\rt", ":turn erp.v2\r", "2t"] {
            var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
            for scalar in way.unicodeScalars { model.press(scalar == "\r" ? .enter : .character(scalar)) }
            guard case .flag(let question) = model.dialog else {
                Issue.record("not asked by \(way) at \(size)")
                continue
            }
            #expect(question.row.flag.name == "erp.v2" && question.target == .off)
            #expect(Self.screen(model).contains("Turn OFF erp.v2"))
            model.press(.escape)
            #expect(model.dialog == nil)
        }
    }

    @Test(arguments: all)
    func `filter, copy a name, take the filter away: as many keys as the word has, and three`(size: Size) {
        var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        model.type("/export")
        model.press(.enter)
        #expect(model.press(.character("y")) == [.copy("erp.order.export")])
        model.press(.escape)
        #expect(model.filter.isEmpty)
    }

    @Test(arguments: all)
    func `another theme: two keys, and help on a key: two`(size: Size) {
        var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        #expect(model.press(.function(2)) == [.setTheme("light")])
        #expect(Self.screen(model).contains("light"))
        model.press(.enter)
        model.type("?/zoom")
        #expect(Self.screen(model).contains("zoom the pane"))
        model.press(.enter)
        #expect(model.screen == .help && Self.screen(model).contains("zoom the pane"))
        model.press(.escape, .escape, .character("f"))
        #expect(model.screen == .watch && model.isZoomed)
    }

    @Test(arguments: all)
    func `an event from another pane: one key`(size: Size) {
        var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        model.press(.character("3"), .character("6"))
        #expect(Self.screen(model).contains("deniz turns erp.v2 ON"))
        model.press(.escape)
        if (19..<60).contains(size.rows) { #expect(model.focus == .cron, "one is back where one was") }
    }

    @Test(arguments: all)
    func `quits from wherever one is: a word, or q as often as one went in`(size: Size) {
        var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        model.press(.character("3"), .enter, .character("?"))
        #expect((model.type(":q") + model.press(.enter)) == [.quit])
        var effects: [Effect] = []
        for _ in 0..<5 where effects.isEmpty { effects = model.type("q") }
        #expect(effects == [.quit])
    }
}

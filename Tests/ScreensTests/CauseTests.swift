import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// `e` goes from cause to cause, and what an alert speaks of carries its sign.
@Suite struct CauseTests {
    private func model(_ change: (inout Snapshot) -> Void) -> Model {
        var snapshot = ConsoleStore.snapshot()
        change(&snapshot)
        return ConsoleStore.model(snapshot)
    }

    private func alert(_ row: any Row, _ kind: Finding.Kind, _ severity: Status = .critical) -> AlertRow {
        AlertRow(
            row.id, label: row.label, kind, severity, since: ConsoleStore.wall,
            openedAt: ConsoleStore.wall, sentence: "it is so")
    }

    @Test func `what follows from an alert is not gone to, what none speaks of is`() {
        // The queue is the cause, the first flow and the job follow from it; the second flow has an alert of its own.
        var model = model { snapshot in
            var queue = alert(snapshot.queues[2], .noConsumer)
            queue.folded = [
                AlertKey(entity: snapshot.integrations[0].id, kind: .silent),
                AlertKey(entity: snapshot.cron.jobs[1].id, kind: .running),
            ]
            queue.foldedCount = 2
            snapshot.indexers[0].judgement = Judgement(.unknown, ["not read"])
            snapshot.alerts = [queue, alert(snapshot.integrations[1], .slow, .warning)]
        }
        #expect(model.causes.map(\.name) == ["erp.order.export", "stock-erp", "catalog_product_price"])
        #expect(model.problems.count == 5)
        for name in ["erp.order.export", "stock-erp", "catalog_product_price", "erp.order.export"] {
            model.press(.character("e"))
            #expect(model.selected?.id.name == name)
        }
        #expect(model.notice?.text == "problem 1 of 3, the worst")
        model.press(.character("E"))
        #expect(model.selected?.id.name == "catalog_product_price")
    }

    @Test func `a source that is lost is one cause, not every row that is read from it`() {
        let model = model { snapshot in
            snapshot.sources[1].judgement = Judgement(.critical, ["no answer"])
            for place in snapshot.queues.indices {
                snapshot.queues[place].judgement = Judgement(.unknown, ["rabbitmq, not read"])
            }
            snapshot.integrations[0].judgement = .ok
            snapshot.integrations[1].judgement = .ok
            snapshot.cron.jobs[1].judgement = .ok
            snapshot.alerts = [alert(snapshot.sources[1], .unreachable)]
        }
        #expect(model.problems.count == 4 && model.causes.map(\.name) == ["rabbitmq"])
    }

    @Test func `the shop as a whole is gone to among the alerts, and past it`() {
        var model = model { snapshot in
            var shop = alert(snapshot.integrations[0], .silent)
            shop.entity = CauseMap.shop
            shop.folded = [AlertKey(entity: snapshot.integrations[0].id, kind: .silent)]
            shop.foldedCount = 1
            snapshot.alerts = [shop, alert(snapshot.queues[2], .noConsumer)]
        }
        model.press(.character("e"))
        #expect(model.focus == .alerts && model.alertCursor?.entity == CauseMap.shop)
        model.press(.character("e"))
        #expect(model.selected?.id.name == "erp.order.export" && model.focus == .queues)
        model.press(.character("E"))
        #expect(model.alertCursor?.entity == CauseMap.shop)
    }

    @Test(arguments: [(60, 200), (40, 120), (24, 80), (10, 40)])
    func `every figure that an alert speaks of carries its sign, at every size`(rows: Int, columns: Int) {
        let size = Size(rows: rows, columns: columns)
        var model = model { snapshot in
            snapshot.queues[2].judgement.figure = .depth
            snapshot.queues[2].oldestSeconds = 5400
            snapshot.queues[2].judgement.marks = [.init(.oldest, .warning)]
            snapshot.integrations[1].p95 = 4.8
            snapshot.integrations[1].judgement.figure = .latency
        }
        model.size = size
        let text = view(model, Canvas(size: size, glyphs: .blocks)).glyphText
        #expect(text.contains("✘841"), "\(text)")
        // Two of one row, where there is a table.
        if rows >= 40 { #expect(text.contains("▲90 min")) }
        if rows >= 24 { #expect(text.contains("▲4.8"), "\(text)") }
        var aside = model
        aside.snapshot?.queues[2].judgement.aside = Aside(
            by: "mira", why: "known", at: ConsoleStore.wall, .shift)
        #expect(!view(aside, Canvas(size: size, glyphs: .blocks)).glyphText.contains("✘841"))
    }

    @Test func `a figure that is 0 again has no sign of an alert that waits for its end, a wrong 0 keeps it`()
    {
        var snapshot = ConsoleStore.whole()
        snapshot.integrations[1].readAt = snapshot.at
        snapshot.integrations[1].judgement = Judgement(
            .warning, ["15 of 337 attempts were retried in 3 min, 4.5 %"], figure: .retries)
        snapshot.integrations[1].judgement.marks = [.init(.retries, .warning)]
        func row(_ retries: Double, _ size: Size) -> String {
            snapshot.integrations[1].retries = retries
            snapshot.integrations[1].successes = 50
            let model = ConsoleStore.model(snapshot, size: size)
            let text = view(model, Canvas(size: size, glyphs: .blocks)).glyphText
            return text.split(separator: "\n").first { $0.contains("stock") }.map(String.init) ?? ""
        }
        for size in [Size(rows: 60, columns: 200), Size(rows: 24, columns: 80), Size(rows: 10, columns: 40)] {
            #expect(row(6, size).contains("▲6.0"), "\(row(6, size))")
            #expect(!row(0, size).contains("▲0"), "\(row(0, size))")
        }
        snapshot.queues[2].consumers = .nobody
        snapshot.queues[2].judgement.figure = .consumers
        let model = ConsoleStore.model(snapshot)
        #expect(view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText.contains("✘0"))
    }

    @Test func `a judgement marks the figures of all rules that speak, the worst of each`() {
        func said(_ rule: Rule, _ status: Status, _ figure: Judgement.Figure?) -> Assessment {
            Assessment(rule, of: EntityID(.queue, "q"), status, "it is so", figure: figure)
        }
        var waiting = said(.nothingTaken, .ok, .consumers)
        waiting.standing = .pending(.critical, seconds: 3)
        let judgement = Judgement(
            [
                said(.depth, .warning, .depth), said(.noConsumer, .critical, .depth),
                said(.oldest, .warning, .oldest), waiting,
            ],
            at: Moment(ConsoleStore.at(0)))
        #expect(judgement.marks == [.init(.depth, .critical), .init(.oldest, .warning)])
        #expect(judgement.mark(of: [.oldest]) == .warning && judgement.mark(of: [.consumers]) == nil)
        #expect(Judgement(.unknown, figure: .depth).mark(of: [.depth]) == nil)
    }
}

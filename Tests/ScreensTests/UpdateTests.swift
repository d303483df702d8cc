import Display
import EngineAPI
import Monitoring
import Screens
import Testing

struct UpdateTests {
    @Test func `puts the worst row first and the cursor on it`() {
        let model = ConsoleStore.model()
        #expect(model.queues.map(\.id.name) == ["erp.order.export", "async.operations.all", "export"])
        #expect(model.cursor(in: .queues) == EntityID(.queue, "erp.order.export"))
    }

    @Test func `digits and Tab go to panes`() {
        var model = ConsoleStore.model()
        model.press(.character("3"))
        #expect(model.focus == .cron)
        model.press(.tab, .tab, .tab)
        #expect(model.focus == .queues)
        model.press(.backTab)
        #expect(model.focus == .flags)
    }

    @Test func `a pane that has no place on the screen is shown alone until Esc`() {
        var model = ConsoleStore.model()
        model.press(.character("6"))
        #expect(model.focus == .events && model.isZoomed)
        model.press(.escape)
        #expect(model.focus == .queues && !model.isZoomed)
    }

    /// A picture in which `export` has become critical, and the worst one less bad.
    private static func worse(at seconds: Double) -> Snapshot {
        var changed = ConsoleStore.snapshot(at: seconds)
        changed.queues[1].judgement = Judgement(.critical, ["nobody takes messages"])
        changed.queues[2].judgement = Judgement(.warning, ["841 wait"])
        return changed
    }

    @Test func `a cursor that nobody moved stays on the worst row, also after other keys`() {
        var model = ConsoleStore.model()
        model.press(.character("2"), .character("1"), .character("?"), .escape)
        #expect(model.cursor(in: .queues)?.name == "erp.order.export")
        _ = update(&model, .snapshot(Self.worse(at: 2)))
        #expect(model.queues.first?.judgement.status == .critical)
        #expect(model.cursor(in: .queues) == model.queues.first?.id)
    }

    @Test(arguments: [Key.escape, .character("g"), .tab])
    func `a moved one stays on its row and no row moves until it is let go, and what got worse is announced`(
        key: Key
    ) {
        var model = ConsoleStore.model()
        model.press(.down)
        let (standing, chosen) = (model.queues.map(\.id), model.cursor(in: .queues))
        for second in [2.0, 8, 20] {
            model.wait(until: second)
            _ = update(&model, .snapshot(Self.worse(at: second)))
            #expect(model.queues.map(\.id) == standing && model.cursor(in: .queues) == chosen)
        }
        #expect(model.hints.contains { $0.key == "e" && $0.label == "1 new critical" })
        model.press(key)
        #expect(model.queues.first?.judgement.status == .critical)
        #expect(model.cursor(in: .queues) == (key == .tab ? chosen : model.queues.first?.id))
        #expect(model.hints.contains { $0.key == "e" && $0.label == "next problem" })
    }

    @Test func `a key that acts does not act on what came under the cursor the moment before`() {
        var model = ConsoleStore.model()
        model.wait(until: 2)
        _ = update(&model, .snapshot(Self.worse(at: 2)))
        let worst = model.cursor(in: .queues)
        #expect(model.press(.enter) == [] && model.openDetail == nil)
        #expect(
            model.notice?.text.hasSuffix("has just come under the cursor: press again if it is meant") == true
        )
        model.press(.enter)
        #expect(model.openDetail == worst)

        model = ConsoleStore.model()
        model.wait(until: 2)
        _ = update(&model, .snapshot(Self.worse(at: 2)))
        model.wait(until: 2.4)
        model.press(.enter)
        #expect(model.openDetail == worst)
    }

    @Test func `e begins with the worst wherever the cursor is`() {
        var model = ConsoleStore.model()
        model.press(.character("3"), .down, .character("e"))
        #expect(model.selected?.id.description == "queue:erp.order.export")
    }

    @Test func `a cursor whose row is gone stands on the row that took its place`() {
        var model = ConsoleStore.model()
        model.press(.down)
        var changed = ConsoleStore.snapshot(at: 1)
        changed.queues.removeAll { $0.id.name == "async.operations.all" }
        _ = update(&model, .snapshot(changed))
        #expect(model.cursor(in: .queues)?.name == "export")
    }

    @Test func `the heartbeat can be chosen and opened, and is a problem when cron has stopped`() {
        var snapshot = ConsoleStore.snapshot()
        snapshot.cron.readAt = snapshot.at
        snapshot.cron.judgement = .ok
        var model = ConsoleStore.model()
        _ = update(&model, .snapshot(snapshot))
        model.press(.character("3"))
        #expect(model.selected is CronRow, "the jobs come first")
        model.press(.home)
        #expect(model.selected?.id == CronHeartbeat.id)
        #expect(model.press(.enter) == [.fetchDetail(CronHeartbeat.id)])
        #expect(model.openDetail == CronHeartbeat.id)

        snapshot.cron.judgement = Judgement(.critical, ["no job has run since 02:03", "nothing planned"])
        model = ConsoleStore.model()
        _ = update(&model, .snapshot(snapshot))
        #expect(model.problems.contains(CronHeartbeat.id))
        model.press(.character("/"))
        model.type("acme")
        model.press(.enter)
        #expect(model.rows(of: .cron).map(\.id.name) == ["heartbeat", "acme_erp_reconcile"])
        #expect(model.hidden(in: .cron).map(\.id.name) == ["indexer_reindex_all_invalid"])
    }

    @Test func `the picture freezes and the data goes on`() {
        var model = ConsoleStore.model()
        model.press(.character("Z"))
        var changed = ConsoleStore.snapshot(at: 1)
        changed.queues.removeAll()
        _ = update(&model, .snapshot(changed))
        #expect(model.queues.count == 3)
        #expect(model.snapshot?.queues.isEmpty == true)
        model.press(.character("Z"))
        #expect(model.queues.isEmpty)
    }

    @Test func `an older snapshot of the same engine is not taken`() {
        var model = ConsoleStore.model(ConsoleStore.snapshot(at: 10))
        _ = update(&model, .snapshot(ConsoleStore.snapshot(at: 3)))
        #expect(model.snapshot?.at == ConsoleStore.at(10))
    }

    @Test func `e goes through the problems of all panes, the worst first`() {
        var model = ConsoleStore.model()
        var seen: [String] = []
        for _ in 0..<4 {
            model.press(.character("e"))
            seen.append(model.selected?.id.description ?? "-")
        }
        // It begins with the worst one, also where the cursor stands on it: the first key is never past it.
        #expect(
            seen == [
                "queue:erp.order.export", "integration:orders-erp", "integration:stock-erp",
                "cron:acme_erp_reconcile",
            ])
        #expect(model.notice?.text == "problem 4 of 4")
        model.press(.character("E"))
        #expect(model.selected?.id.description == "integration:stock-erp")
    }

    @Test func `sorts by another column with the largest first`() {
        var model = ConsoleStore.model()
        model.press(.down, .character(">"), .character(">"))
        #expect(model.queues.map(\.id.name) == ["erp.order.export", "async.operations.all", "export"])
        #expect(model.notice?.text == "Queues by depth, the largest first")
        model.press(.character("<"))
        #expect(model.queues.map(\.id.name) == ["async.operations.all", "erp.order.export", "export"])
        #expect(model.cursor(in: .queues)?.name == "async.operations.all")
    }

    @Test func `reads all sources, or the one under the cursor`() {
        var model = ConsoleStore.model()
        #expect(model.press(.character("R")) == [.submit(.readNow(source: nil), 1)])
        model.press(.character("0"), .down)
        #expect(model.press(.character("R")) == [.submit(.readNow(source: "rabbitmq"), 2)])
    }

    @Test func `goes through the themes`() {
        var model = ConsoleStore.model()
        #expect(model.press(.function(2)) == [.setTheme("light")])
        #expect(model.press(.function(2)) == [.setTheme("dark")])
    }

    @Test(arguments: [
        (Copying.sent, "sent to your terminal's clipboard"), (.sentToTmux, "set-clipboard on"),
        (.sentToTmuxOrScreen, "set-clipboard on"), (.tooLong, "too long"), (.noClipboard, "no clipboard"),
        (.stuck, "not sent"),
    ])
    func `claims no copy that it cannot know of`(copying: Copying, words: String) {
        var model = ConsoleStore.model()
        _ = update(&model, .copied(copying))
        let line = model.statusLine(width: 80, .ascii).text
        #expect(line.contains(words) && !line.contains("copied") && !line.contains("..."), "\(line)")
    }

    @Test func `opens the detail, asks for it and for its series`() {
        var model = ConsoleStore.model()
        let id = EntityID(.queue, "erp.order.export")
        #expect(model.press(.enter) == [.fetchDetail(id)])
        var detail = Detail(entity: id)
        detail.series = [SeriesID(id, .depth)]
        let range = HistoryRange(seconds: 21_600, points: 240)
        #expect(update(&model, .detail(id, detail)) == [.fetchHistory(SeriesID(id, .depth), range)])
        let longer = HistoryRange(seconds: 43_200, points: 240)
        #expect(model.press(.character("+")) == [.fetchHistory(SeriesID(id, .depth), longer)])
        // An answer to the question before is not drawn as one to this.
        let late = History(end: ConsoleStore.wall, stepSeconds: 90, values: [1])
        _ = update(&model, .history(SeriesID(id, .depth), range, late))
        #expect(model.histories.isEmpty)
        model.press(.escape)
        #expect(update(&model, .detail(id, detail)) == [], "nobody looks any more")
    }

    @Test func `asks for what is open again every 10 s, not for a frozen picture`() {
        var model = ConsoleStore.model()
        let id = EntityID(.queue, "erp.order.export")
        model.press(.enter)
        #expect(update(&model, .tick(ConsoleStore.at(9))) == [])
        #expect(update(&model, .tick(ConsoleStore.at(10))) == [.fetchDetail(id)])
        #expect(update(&model, .tick(ConsoleStore.at(11))) == [])
        model.press(.character("Z"))
        #expect(update(&model, .tick(ConsoleStore.at(30))) == [])
    }
}

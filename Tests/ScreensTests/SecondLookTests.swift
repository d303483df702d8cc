import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// What somebody stumbled over who saw the screens for the first time.
struct SecondLookTests {
    private static let small = Size(rows: 10, columns: 40)

    @Test(arguments: ["6", "0"])
    func `where there are no panes, Enter opens the row that is marked after one looked elsewhere`(
        key: String
    ) {
        var model = ConsoleStore.model(size: Self.small)
        let worst = model.selected?.id
        model.type(key)
        #expect(model.isZoomed)
        model.press(.escape)
        #expect(!model.isZoomed && model.selected?.id == worst)
        let frame = view(model, Canvas(size: Self.small, glyphs: .braille))
        #expect(frame.cells.contains { $0.isUnderCursor }, "no row is marked")
        model.press(.enter)
        #expect(worst.map { model.screen == .detail($0) } == true)
    }

    @Test func `where there are no panes, each row is reached by moving, sources as well`() {
        var model = StoreNight.model(.calm, rows: 10, columns: 40)
        let wanted = Set(Pane.allCases.flatMap { model.rows(of: $0).map(\.id) })
        var seen: Set<EntityID> = []
        model.press(.home)
        for _ in 0...wanted.count {
            if let id = model.selected?.id { seen.insert(id) }
            model.press(.down)
        }
        #expect(wanted.subtracting(seen).isEmpty, "\(wanted.subtracting(seen).map(\.name))")
    }

    @Test func `a page asks for its figures once at a time, when its row was read anew`() {
        var snapshot = ConsoleStore.snapshot()
        var model = ConsoleStore.model(snapshot)
        let id = snapshot.queues[0].id
        model.type(":open \(id.name)")
        #expect(model.press(.enter) == [.fetchDetail(id)])
        func read(at seconds: Double) -> [Effect] {
            snapshot.at = ConsoleStore.at(seconds)
            snapshot.queues[0].readAt = ConsoleStore.at(seconds)
            return update(&model, .snapshot(snapshot))
        }
        #expect(read(at: 1) == [], "the first answer has not come")
        _ = update(&model, .detail(id, Detail(entity: id)))
        #expect(read(at: 2) == [.fetchDetail(id)])
        #expect(update(&model, .snapshot(snapshot)) == [])
        #expect(read(at: 3) == [])
    }

    @Test func `the key of a pane works on a page`() {
        var model = ConsoleStore.model()
        model.press(.enter)
        model.type("4")
        #expect(model.screen == .watch && model.focus == .indexers)
        model.press(.enter)
        model.type("6")
        #expect(model.screen == .watch && model.focus == .events)
    }

    @Test func `a row's name after the colon is that row`() {
        var model = ConsoleStore.model()
        model.type(":acme_erp_reconcile")
        model.press(.enter)
        #expect(model.focus == .cron && model.selected?.id.name == "acme_erp_reconcile")
        model.type(":acme_erp")
        model.press(.enter)
        #expect(model.notice?.text == "no command is called acme_erp: Tab shows them all")
    }

    @Test func `what was typed ahead of a question is said not to count`() {
        var model = ConsoleStore.model()
        func isTold() -> Bool { model.hints.contains { $0.key == "typed ahead:" } }
        model.type("5j")
        model.wait(until: 5)
        model.type("t")
        #expect(model.dialog != nil && !isTold())
        model.press(.tab)
        #expect(isTold())
        model.wait(until: 6)
        model.press(.tab)
        #expect(!isTold())
    }

    @Test func `what was said before does not stand under a question`() {
        var model = ConsoleStore.model()
        model.type("%")
        #expect(model.notice != nil)
        model.press(.control("c"))
        #expect(model.dialog != nil && model.notice == nil)
    }

    @Test func `the help can be read to its end`() {
        var model = ConsoleStore.model(size: Size(rows: 24, columns: 80))
        model.type("?")
        model.press(.end)
        let frame = view(model, Canvas(size: model.size, glyphs: .braille))
        var text = ""
        for cell in frame.cells { Unicode.Scalar(cell.scalar).map { text.unicodeScalars.append($0) } }
        #expect(!text.contains("more below") && text.contains("too few for per cent"))
    }
}

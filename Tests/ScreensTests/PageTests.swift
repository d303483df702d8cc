import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import TestSupport
import Testing

/// The pages and the questions over the watch screen, as they are drawn.
struct PageTests {
    static let snapshots = FrameSnapshots(beside: #filePath)

    enum Page: String, CaseIterable {
        case queue, flow, cron, heartbeat, source, turned, loading, help, found, flag, quit, run, output
    }

    struct Case: CustomStringConvertible {
        var page: Page
        var size: Size
        var glyphs: GlyphSet
        var description: String { "page-\(page.rawValue)-\(size.columns)x\(size.rows)-\(glyphs.rawValue)" }
    }

    static let cases: [Case] =
        [(60, 200), (40, 120), (24, 80), (19, 120), (10, 40)].flatMap { rows, columns in
            Page.allCases.map { Case(page: $0, size: Size(rows: rows, columns: columns), glyphs: .braille) }
        }
        + [Page.queue, .source, .help, .flag].map {
            Case(page: $0, size: Size(rows: 24, columns: 80), glyphs: .ascii)
        } + [Case(page: .queue, size: Size(rows: 40, columns: 120), glyphs: .blocks)]

    @Test(arguments: cases)
    func `is drawn as kept`(example: Case) {
        let frame = view(
            Self.model(example.page, example.size), Canvas(size: example.size, glyphs: example.glyphs))
        if let difference = Self.snapshots.difference(frame, "\(example)") { Issue.record("\(difference)") }
    }

    @Test func `no kept page is without its test`() {
        #expect(Self.snapshots.kept(prefix: "page-") == Set(Self.cases.map(\.description)))
    }

    @Test(arguments: cases.filter { $0.glyphs == .ascii })
    func `is ASCII where nothing else can be shown`(example: Case) {
        let frame = view(Self.model(example.page, example.size), Canvas(size: example.size, glyphs: .ascii))
        #expect(frame.glyphText.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `every situation can be drawn at every size`() {
        for (name, model) in KeyMapTests.situations {
            for glyphs in GlyphSet.allCases {
                let frame = view(model, Canvas(size: model.size, glyphs: glyphs))
                #expect(frame.size == model.size, "\(name)")
            }
        }
    }

    @Test func `the page scrolls to its end and not beyond`() {
        var model = Self.model(.queue, Size(rows: 24, columns: 80))
        model.press(.end)
        let end = model.detailView.offset
        #expect(end > 0)
        model.press(.pageDown)
        #expect(model.detailView.offset == end)
        let frame = view(model, Canvas(size: model.size, glyphs: .blocks))
        #expect(frame.row(21).hasSuffix("now"), "the axis of the last chart is the last line")
        model.press(.up)
        #expect(model.detailView.offset == end - 1)
    }

    @Test func `asks nothing where the question cannot be read`() {
        var model = Self.model(.flag, Size(rows: 24, columns: 80))
        _ = update(&model, .resized(Size(rows: 6, columns: 40)))
        #expect(model.dialog == nil)
        // Esc: what is typed next is not meant for the question.
        model.press(.escape, .character("t"))
        #expect(
            model.dialog == nil && model.notice?.text.hasSuffix("this screen is too small to ask") == true)
    }

    // MARK: Models

    static func model(_ page: Page, _ size: Size) -> Model {
        var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        switch page {
        case .queue:
            open("queue:erp.order.export", &model)
            answer(&model, [.depth, .inRate, .outRate])
        case .flow:
            open("integration:orders-erp", &model)
            answer(&model, [.success, .failure, .latency])
        case .cron:
            var snapshot = ConsoleStore.whole()
            snapshot.environment.clock = ConsoleStore.berlin
            model = ConsoleStore.model(snapshot, size: size)
            open("cron:acme_erp_reconcile", &model)
            answer(&model, [])
        case .heartbeat:
            var snapshot = ConsoleStore.whole()
            snapshot.cron.readAt = snapshot.at
            snapshot.environment.clock = ConsoleStore.berlin
            snapshot.cron.judgement = Judgement(
                .critical, ["no job has run since 02:03", "only group index", "default alive"])
            snapshot.cron.lastBeat = ConsoleStore.wall.advanced(bySeconds: -11)
            (snapshot.cron.missedLastHour, snapshot.cron.errorsLastHour) = (12, 0)
            (snapshot.cron.aliveGroups, snapshot.cron.silentGroups) = (["default"], ["index"])
            model = ConsoleStore.model(snapshot, size: size)
            open("cron:heartbeat", &model)
            answer(&model, [.heartbeat])
        case .source:
            open("source:magento-db", &model)
            answer(&model, [.readTime])
        case .turned:
            open(EntityID(.flag, "erp.v2", in: "flagd").key, &model)
            answer(&model, [])
        case .loading: open("indexer:catalog_product_price", &model)
        case .help: model.press(.character("?"), .down, .down)
        case .found:
            model.press(.character("?"))
            model.type("/cop")
        case .flag:
            model.press(.character("5"), .down, .character("t"))
            model.wait(until: 8)
            model.type("erp.")
        case .quit: model.press(.control("c"))
        case .run, .output:
            model = ConsoleStore.model(CommandTests.snapshot(), size: size)
            open("queue:erp.order.export", &model)
            answer(&model, [.depth])
            model.press(.character("!"))
            model.wait(until: 8)
            model.type("pur")
            guard page == .output else { break }
            model.type("ge")
            model.press(.tab, .right)
            for case .run(let run) in model.press(.enter) {
                let text = "Purged 841 messages.\n\tvhost\t/\n\u{1B}[31mred\u{1B}[0m\r\n"
                let output = RunOutput(
                    output: Array(text.utf8), error: Array("a warning\n".utf8), dropped: 9000)
                _ = update(&model, .ran(run, .ended(RunEnd(.exited(1), seconds: 1.24), output)))
            }
        }
        return model
    }

    @Test func `a chart of six hours that are a gap shrinks to what there is, unless a span was chosen`() {
        var model = ConsoleStore.model()
        Self.open("queue:erp.order.export", &model)
        guard let id = model.openDetail else { return #expect(Bool(false), "no detail is open") }
        var detail = Detail(entity: id)
        detail.series = [SeriesID(id, .depth)]
        var asked = update(&model, .detail(id, detail))
        func answer(_ known: Int) {
            guard case .fetchHistory(let series, let range)? = asked.first else { return asked = [] }
            let values = (0..<range.points).map { $0 < range.points - known ? nil : 1.0 }
            asked = update(
                &model,
                .history(series, range, History(end: ConsoleStore.wall, stepSeconds: 1, values: values)))
        }
        answer(2)
        #expect(model.detailView.minutes == 60)
        answer(2)
        #expect(model.detailView.minutes == 5)
        answer(2)
        #expect(asked.isEmpty)
        model.press(.character("+"))
        #expect(model.detailView.minutes == 60)
        asked = update(&model, .detail(id, detail))
        answer(2)
        #expect(model.detailView.minutes == 60)
    }

    private static func open(_ text: String, _ model: inout Model) {
        guard let id = EntityID(text), let pane = Pane(id.kind) else { return }
        model.cursors[pane] = id
        model.focus = pane
        model.isZoomed = pane == .sources && !model.panes.contains(.sources)
        model.press(.enter)
    }

    /// What the engine would send: six hours in which the queue begins to grow at the end.
    private static func answer(_ model: inout Model, _ measures: [SeriesID.Measure]) {
        guard let id = model.openDetail else { return }
        var detail = Detail(entity: id)
        detail.rules = [
            .init(
                rule: "no consumer", limit: "2 min", now: "27 min", status: .critical,
                since: ConsoleStore.wall.advanced(bySeconds: -1500)),
            .init(
                rule: "depth", limit: "500 / 2000", now: "841", status: .warning,
                since: ConsoleStore.wall.advanced(bySeconds: -660)),
            .init(rule: "failed, 1 h", limit: "1", now: "0", status: .ok),
        ]
        detail.events = [
            Event(
                at: ConsoleStore.wall.advanced(bySeconds: -1837), status: nil, entity: id, subject: "flag",
                text: "deniz turns erp.v2 ON"),
            Event(
                at: ConsoleStore.wall.advanced(bySeconds: -1657), status: .critical, entity: id,
                subject: id.kind == .integration ? "integration" : "queue",
                text: "erp.order.export: last consumer gone"),
        ]
        detail.facts = [.init("host", "db1:3306")]
        detail.limits = [.init(.depth, 500, .warning), .init(.depth, 2000, .critical)]
        detail.series = measures.map { SeriesID(id, $0) }
        for case .fetchHistory(let series, let range) in update(&model, .detail(id, detail)) {
            let values: [Double?] = (0..<range.points).map { index in
                let place = Double(index) / Double(range.points)
                if place > 0.3, place < 0.34 { return nil }
                let depth = place < 0.92 ? 20 + Double(index % 7) : (place - 0.92) * 10_500
                return series.measure == .depth ? depth : depth / 1000
            }
            let step = Double(range.seconds) / Double(range.points)
            _ = update(
                &model,
                .history(series, range, History(end: ConsoleStore.wall, stepSeconds: step, values: values)))
        }
    }
}

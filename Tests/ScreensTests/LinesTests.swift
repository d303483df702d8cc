import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// The lines behind a row: on its page, and on a screen of their own.
struct LinesTests {
    static let snapshots = FrameSnapshots(beside: #filePath)
    static let sizes = [(60, 200), (40, 120), (19, 120), (24, 80), (10, 40)].map {
        Size(rows: $0.0, columns: $0.1)
    }
    static let pages = ["page", "all", "failed", "found", "held", "job", "silent", "topics"]

    static let cases = sizes.flatMap { size in pages.map { ($0, size) } }

    private static func name(_ page: String, _ size: Size) -> String {
        "lines-\(page)-\(size.columns)x\(size.rows)"
    }

    @Test(arguments: cases) func `is drawn as kept`(page: String, size: Size) {
        let frame = view(Self.model(page, size), Canvas(size: size, glyphs: .braille))
        if let difference = Self.snapshots.difference(frame, Self.name(page, size)) {
            Issue.record("\(difference)")
        }
    }

    @Test func `no kept page is without its test`() {
        #expect(Self.snapshots.kept(prefix: "lines-") == Set(Self.cases.map(Self.name)))
    }

    @Test func `l opens the lines from a page, Esc goes back to it`() {
        var model = Self.flow(Size(rows: 40, columns: 120))
        #expect(model.hintLine(width: 120, .blocks).text.contains("l lines"))
        #expect(model.press(.character("l")) == [.fetchDetail(EntityID(.integration, "orders-erp"))])
        #expect(model.screen == .lines(EntityID(.integration, "orders-erp")))
        model.press(.escape)
        #expect(model.screen == .detail(EntityID(.integration, "orders-erp")))
        model.type(":lines")
        model.press(.enter)
        #expect(model.screen == .lines(EntityID(.integration, "orders-erp")))
    }

    @Test func `says why there is nothing to open`() {
        var model = ConsoleStore.model(ConsoleStore.whole())
        model.type(":lines")
        model.press(.enter)
        #expect(model.notice?.text == "open a flow or a job first: its page has them")
        model = Self.model("silent", Size(rows: 40, columns: 120))
        #expect(model.notice?.text == "magento-db: this source gives no lines")
    }

    @Test func `follows the newest while it stands there, holds still elsewhere and counts what came`() {
        let size = Size(rows: 24, columns: 80)
        var model = Self.flow(size)
        model.press(.character("l"))
        Self.answer(&model, Self.lines(60))
        #expect(Self.chosen(model) == "line 60")
        Self.answer(&model, Self.lines(62))
        #expect(Self.chosen(model) == "line 62")
        model.press(.up, .up)
        let held = view(model, Canvas(size: size, glyphs: .blocks))
        #expect(Self.chosen(model) == "line 60" && held.glyphText.contains("holds still"))
        Self.answer(&model, Self.lines(74))
        let later = view(model, Canvas(size: size, glyphs: .blocks))
        #expect(Self.chosen(model) == "line 60" && later.glyphText.contains("12 new"))
        for row in 5..<14 { #expect(later.row(row) == held.row(row), "the list has not moved") }
        model.press(.character("G"))
        #expect(Self.chosen(model) == "line 74")
        Self.answer(&model, Self.lines(75))
        #expect(Self.chosen(model) == "line 75")
    }

    @Test func `a line that comes late takes its place and moves the chosen one nowhere`() {
        var model = Self.flow(Size(rows: 24, columns: 80))
        model.press(.character("l"))
        var lines = Self.lines(30)
        let late = lines.remove(at: 10)
        Self.answer(&model, lines)
        model.press(.up, .up, .up)
        #expect(Self.chosen(model) == "line 27")
        Self.answer(&model, (lines + [late]).sorted())
        #expect(Self.chosen(model) == "line 27")
        #expect(model.shownLines.map(\.line.text) == (1...30).map { "line \($0)" })
    }

    @Test func `Tab shows one outcome after the other, a slash finds words`() {
        var model = Self.flow(Size(rows: 40, columns: 120))
        model.press(.character("l"))
        Self.answer(&model, Self.lines(30))
        var counts: [Int] = []
        for _ in 0..<4 {
            model.press(.tab)
            counts.append(model.shownLines.count)
        }
        #expect(counts == [10, 10, 10, 30])
        model.type("/line 2")
        #expect(model.shownLines.count == 12)
        model.press(.enter)
        model.press(.backTab)
        #expect(model.shownLines.map(\.line.outcome) == [.success, .success, .success, .success])
        model.press(.tab)
        model.press(.escape)
        #expect(model.shownLines.count == 30, "Esc first takes the word away")
        model.type("/!line 7")
        #expect(model.shownLines.isEmpty)
    }

    @Test func `y copies the line, Y what is known of it`() {
        var model = Self.flow(Size(rows: 40, columns: 120))
        model.press(.character("l"))
        Self.answer(&model, Self.lines(3))
        model.press(.up)
        #expect(model.press(.character("y")) == [.copy("line 2")])
        #expect(
            model.press(.character("Y")) == [.copy("25 Nov 02:13:39 UTC retried WARNING app1-log: line 2")])
    }

    @Test func `the last error stands in full on the page, however long`() {
        let words =
            (1...60).map { "word\($0)" }.joined(separator: " ") + " " + String(repeating: "x", count: 300)
        for size in Self.sizes.filter({ $0.columns >= 80 }) {
            var model = Self.flow(size)
            Self.answer(&model, [Self.line(1, .failure, words)])
            var seen = ""
            for _ in 0..<40 {
                seen += view(model, Canvas(size: size, glyphs: .blocks)).glyphText
                model.press(.down)
            }
            #expect((1...60).allSatisfy { seen.contains("word\($0)") })
        }
    }

    // MARK: Models

    private static func chosen(_ model: Model) -> String? {
        var copy = model
        for case .copy(let text) in copy.press(.character("y")) { return text }
        return nil
    }

    private static func line(
        _ number: Int, _ outcome: Outcome, _ text: String, source: String = "app1-log"
    ) -> Detail.Lines.Line {
        let level = [Outcome.success: "INFO", .failure: "ERROR", .retry: "WARNING"][outcome]
        return Detail.Lines.Line(
            OutcomeLine(
                at: ConsoleStore.wall.advanced(bySeconds: Double(number) - 60), number: UInt64(number),
                outcome,
                level: level, text: text), from: source)
    }

    private static func lines(_ count: Int) -> [Detail.Lines.Line] {
        (1...count).map { line($0, [Outcome.success, .failure, .retry][$0 % 3], "line \($0)") }
    }

    private static func answer(_ model: inout Model, _ lines: [Detail.Lines.Line]) {
        guard let id = model.openDetail else { return }
        var detail = Detail(entity: id)
        detail.lines = Detail.Lines(lines)
        _ = update(&model, .detail(id, detail))
    }

    static func flow(_ size: Size) -> Model {
        var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        open(EntityID(.integration, "orders-erp"), .integrations, &model)
        answer(&model, lines(30))
        return model
    }

    private static func open(_ id: EntityID, _ pane: Pane, _ model: inout Model) {
        model.cursors[pane] = id
        model.focus = pane
        model.isZoomed = !model.panes.contains(pane)
        model.press(.enter)
    }

    /// As a bad night has them: two servers, one of them talkative, a trace, a hostile text.
    private static var night: Detail.Lines {
        var lines = (1...24).map { number in
            number % 5 == 0
                ? line(
                    number, .failure,
                    "POST /api/v2/orders timed out after 5000 ms with 0 bytes received (cURL error 28); order "
                        + "10000471\(number) was not taken over by ERP",
                    source: number % 2 == 0 ? "app1-log" : "app2-log")
                : line(
                    number, number % 7 == 0 ? .retry : .success, "order 10000471\(number): ERP answered 200")
        }
        lines[19].line.more = 14
        lines[9].line.isTimeRead = true
        lines[9].line.text = "HTTP 401 from erp␛[31m " + String(repeating: "a-very-long-word", count: 12)
        return Detail.Lines(lines, isCut: [.success], without: ["erp-check"])
    }

    static func model(_ page: String, _ size: Size) -> Model {
        var model = ConsoleStore.model(ConsoleStore.whole(), size: size)
        var detail: Detail
        switch page {
        case "job":
            open(EntityID(.cron, "acme_erp_reconcile"), .cron, &model)
            detail = Detail(entity: EntityID(.cron, "acme_erp_reconcile"))
            detail.lines = Detail.Lines(
                [
                    (
                        1,
                        "SQLSTATE[HY000]: General error: 1205 Lock wait timeout exceeded; try restarting transaction"
                    ),
                    (2, "none written: the process died"),
                ].map { number, text in
                    var error = line(number, .failure, text, source: "magento-db")
                    error.line.level = nil
                    return error
                })
        case "topics":
            open(EntityID(.queue, "export"), .queues, &model)
            detail = Detail(entity: EntityID(.queue, "export"))
            detail.topics = QueueTopics(
                [("async.V1.orders.POST", 150, 5400.0), ("async.V1.products.PUT", 50, 90)].map {
                    name, count, age in
                    QueueTopics.Topic(name, count: count, oldest: ConsoleStore.wall.advanced(bySeconds: -age))
                }, readAt: ConsoleStore.wall.advanced(bySeconds: -12), looked: 200, isPart: true)
        default:
            open(EntityID(.integration, "orders-erp"), .integrations, &model)
            detail = Detail(entity: EntityID(.integration, "orders-erp"))
            detail.lines = page == "silent" ? Detail.Lines(without: ["magento-db"]) : night
        }
        _ = update(&model, .detail(detail.entity, detail))
        if ["all", "failed", "found", "held", "silent"].contains(page) { model.press(.character("l")) }
        switch page {
        case "failed": model.press(.tab)
        case "found": model.type("/timed !app2")
        case "held":
            model.press(.up, .up, .up, .up)
            detail.lines?.lines += (25...27).map {
                line($0, .success, "order 10000471\($0): ERP answered 200")
            }
            _ = update(&model, .detail(detail.entity, detail))
        default: break
        }
        return model
    }
}

import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

@Suite struct DetailChartTests {
    /// The page of the queue, its history ending in 796 messages, the row saying what `change` says.
    private func page(
        _ figure: Judgement.Figure?, limits: [Detail.Limit] = [],
        size: Size = Size(rows: 40, columns: 120), _ change: (inout QueueRow) -> Void = { _ in },
        history more: (inout History) -> Void = { _ in }
    ) -> Frame {
        var snapshot = ConsoleStore.whole()
        snapshot.queues[2].judgement.figure = figure
        change(&snapshot.queues[2])
        var model = ConsoleStore.model(snapshot, size: size)
        let id = snapshot.queues[2].id
        (model.cursors[.queues], model.focus) = (id, .queues)
        _ = update(&model, .key(.enter))
        var detail = Detail(entity: id)
        detail.series = [.depth, .inRate, .outRate, .oldest].map { SeriesID(id, $0) }
        detail.limits = limits
        for effect in update(&model, .detail(id, detail)) {
            guard case .fetchHistory(let series, let range) = effect else { continue }
            var history = History(
                end: ConsoleStore.wall, stepSeconds: 30, values: Array(repeating: 796, count: range.points))
            more(&history)
            _ = update(&model, .history(series, range, history))
        }
        return view(model, Canvas(size: model.size, glyphs: .blocks))
    }

    private func head(_ frame: Frame) -> String { frame.row(6) }

    @Test func `the head of a chart is the figure of the row, in the colour of its trouble`() throws {
        let frame = page(.depth)
        #expect(head(frame).hasPrefix("depth   6 h back") && head(frame).contains(" 841   "))
        let place = try #require((0..<120).first { frame[6, $0].scalar == 0x38 })
        #expect(frame[6, place].role == .critical)
        let none = page(nil)
        #expect(none[6, place].role == .strong, "one that is not at fault has no colour")
    }

    @Test func `a figure that is not of now says how old it is`() {
        let frame = page(.depth) { row in
            row.judgement.status = .stale
            row.readAt = ConsoleStore.at(-12)
        }
        #expect(head(frame).contains("841, 12 s old"))
        #expect(head(page(nil) { $0.depth = nil }).contains(" -   "))
    }

    @Test(
        arguments: [
            (.oldest, "oldest"), (.consumers, "depth"), (nil, "depth"),
        ] as [(Judgement.Figure?, String)])
    func `what is at fault is drawn large`(figure: Judgement.Figure?, title: String) {
        #expect(head(page(figure)).hasPrefix(title))
    }

    @Test func `a limit beyond the picture is named above it`() {
        let limits = [Detail.Limit(.depth, 5000, .warning), Detail.Limit(.depth, 9000, .critical)]
        #expect(head(page(.depth, limits: limits)).hasPrefix("depth   6 h back   limits 5000, 9000"))
        #expect(!head(page(.depth, limits: [Detail.Limit(.depth, 2000, .critical)])).contains("limit"))
    }

    @Test func `the scale holds the figure of the head, and so the limit that it is beyond`() {
        // Means that end at 40, a figure of 119, limits of 100 and 500.
        func drawn(_ size: Size, _ limits: [Double]) -> Frame {
            page(
                .depth, limits: limits.map { Detail.Limit(.depth, $0, .warning) }, size: size,
                { $0.depth = Count(119) }, history: { $0.values = $0.values.map { _ in 40 } })
        }
        for size in [Size(rows: 60, columns: 200), Size(rows: 40, columns: 120), Size(rows: 24, columns: 80)]
        {
            let frame = drawn(size, [100])
            let text = frame.glyphText
            #expect(text.contains("100 │╌╌╌"), "\(text)")
            // In the four rows of a small one the limit stands where the figure ends, and the head has the figure.
            #expect(text.contains(size.rows == 24 ? "119" : "119 │"), "\(text)")
            let newest = frame.cells.contains { $0.role == .warning && (0x2581...0x2588).contains($0.scalar) }
            #expect(newest, "what is beyond the limit now has its colour")
            // Beyond four times it is said and not drawn.
            #expect(drawn(size, [500]).glyphText.contains("limit 500"))
        }
        let narrow = drawn(Size(rows: 24, columns: 34), [5000]).glyphText
        #expect(narrow.contains("limit 5000"), "\(narrow)")
    }

    private func usual(_ history: inout History) {
        let count = history.values.count
        history.learnedSeconds = 9 * 86_400
        history.usual = .init(
            low: Array(repeating: 20, count: count), high: Array(repeating: 1400, count: count))
    }

    @Test func `what is usual is shaded behind the figure and told in the head, where there is room`() {
        let frame = page(.depth, history: usual)
        #expect(head(frame).hasPrefix("depth   6 h back   usual 20 to 1400"))
        #expect(frame.row(7).hasPrefix("1400 │░░░░"))
        #expect(frame.row(12).contains("▄") || frame.row(12).contains("█"))
        let small = page(.depth, size: Size(rows: 10, columns: 40), history: usual)
        #expect(!small.glyphText.contains("░"))
    }

    @Test func `until enough is learned the head says how much is`() {
        let learning = page(.depth, history: { $0.learnedSeconds = 10_800 })
        #expect(head(learning).hasPrefix("depth   6 h back   learning, 3 h of 3 d"))
        #expect(!learning.glyphText.contains("░"))
        #expect(!head(page(.depth)).contains("learning"))
    }

    @Test func `when the trouble began is marked, where the chart goes so far back`() {
        let told = page(.depth)
        #expect(told.glyphText.contains("began 01:47") && told.glyphText.contains("▲"))
        let older = page(.depth) { $0.judgement.since = ConsoleStore.wall.advanced(bySeconds: -90_000) }
        #expect(!older.glyphText.contains("began"))
    }

    @Test(arguments: [Size(rows: 40, columns: 120), Size(rows: 24, columns: 80)])
    func `half a minute that a mean of two hides is seen, and the head says what the dots are`(size: Size) {
        let frame = page(
            .depth, size: size,
            history: { history in
                history.stepSeconds = 120
                history.values = history.values.map { _ in 100 }
                history.peaks = history.values.indices.map { $0 == 20 ? 4000 : 100 }
            })
        let text = frame.glyphText
        #expect(text.contains("means of 2 min, · the highest"), "\(text)")
        let top = text.split(separator: "\n").first { $0.contains("4000") || $0.contains("4 000") }
        #expect(top?.contains("·") == true, "\(text)")
    }
}

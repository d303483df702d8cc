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
        _ change: (inout QueueRow) -> Void = { _ in }
    ) -> Frame {
        var snapshot = ConsoleStore.whole()
        snapshot.queues[2].judgement.figure = figure
        change(&snapshot.queues[2])
        var model = ConsoleStore.model(snapshot)
        let id = snapshot.queues[2].id
        (model.cursors[.queues], model.focus) = (id, .queues)
        _ = update(&model, .key(.enter))
        var detail = Detail(entity: id)
        detail.series = [.depth, .inRate, .outRate, .oldest].map { SeriesID(id, $0) }
        detail.limits = limits
        for effect in update(&model, .detail(id, detail)) {
            guard case .fetchHistory(let series, let range) = effect else { continue }
            let history = History(
                end: ConsoleStore.wall, stepSeconds: 30, values: Array(repeating: 796, count: range.points))
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
}

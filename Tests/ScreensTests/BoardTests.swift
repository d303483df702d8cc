import Display
import EngineAPI
import Monitoring
import TestSupport
import Testing

@testable import Screens

/// What is decided of all rows at once, and that only what is drawn is written.
@Suite struct BoardTests {
    private static func snapshot(_ random: inout SeededGenerator, _ count: Int) -> Snapshot {
        var snapshot = ConsoleStore.whole()
        snapshot.queues = (0..<count).map { number in
            let status = Status.allCases.randomElement(using: &random) ?? .ok
            var row = QueueRow(
                id: EntityID(.queue, "q\(number).\(number % 3)", in: "rabbit"),
                transport: .amqp, judgement: Judgement(status, status.isTrouble ? ["since 02:00"] : []),
                sources: ["rabbit"])
            row.readAt = ConsoleStore.at(-Double(number))
            row.depth = Count(Int.random(in: 0...9, using: &random))
            return row
        }
        return snapshot
    }

    @Test func `says of all rows what going through them says, whatever changed since it was asked`() {
        var random = SeededGenerator(seed: 14)
        var model = ConsoleStore.model()
        let filters = ["", "q1", "!q1", "status:critical", "name:.2", "nothing"]
        for round in 0..<400 {
            switch round % 4 {
            case 0: model.snapshot = Self.snapshot(&random, Int.random(in: 0...30, using: &random))
            case 1: model.filter = Filter(filters.randomElement(using: &random) ?? "")
            case 2: model.focus = .queues; _ = update(&model, .key(.character(">")))
            default: model.frozen = Bool.random(using: &random) ? model.snapshot : nil
            }
            let (roll, all) = (model.board[.queues], model.shown?.queues ?? [])
            let left = all.filter { model.filter.matches($0) }
            #expect(Set(roll.rows).count == left.count && roll.rows.count == left.count)
            #expect(model.queues.allSatisfy { model.filter.matches($0) })
            #expect(roll.all.total == all.count && roll.hidden.total == all.count - left.count)
            for (place, row) in model.queues.enumerated() {
                #expect(roll.heads[place].status == row.judgement.status)
                let found = roll.place(of: row.id)
                #expect(found.map { model.queues[$0].id } == row.id)
                #expect(model.row(row.id)?.id == row.id)
            }
            for row in all where !model.filter.matches(row) && !left.contains(where: { $0.id == row.id }) {
                #expect(roll.place(of: row.id) == nil && model.row(row.id)?.id == row.id)
            }
            #expect(roll.oldest?.readAt == all.compactMap(\.readAt).min { $0.boot < $1.boot })
            let trouble = model.queues.filter(\.judgement.isTrouble).map(\.id)
            #expect(Set(model.problems.filter { $0.kind == .queue }) == Set(trouble))
            #expect(model.board.verdict == model.shown?.verdict)
        }
    }

    @Test func `a copy of a model has a board of its own`() {
        let model = ConsoleStore.model()
        var other = model
        other.filter = Filter("erp")
        #expect(model.board[.queues].rows.count == 3 && other.board[.queues].rows.count == 1)
        #expect(model.board[.queues].rows.count == 3)
    }

    @Test(arguments: [Size(rows: 40, columns: 120), Size(rows: 24, columns: 80), Size(rows: 10, columns: 40)])
    func `writes no more rows than fit, however many are in trouble`(size: Size) {
        let heads = (0..<10_000).map { number in
            RowHead([Status.critical, .warning, .ok][number % 3], parts: number % 3 == 2 ? 0 : 2)
        }
        var written: Set<Int> = []
        let names = RowNames(heads.indices.map { .plain("acme.integration.topic-\($0).delivery.retry") })
        var content = PaneContent(pane: .queues)
        content.columns = QueuesPane.columns
        content.rows = PaneRows(heads, RowRanks(heads), names, places: nil, place: { _ in 9_500 }) { index in
            written.insert(index)
            let judgement = Judgement(heads[index].status, ["nobody takes messages", "since 08:40"])
            let style = RowStyle(
                judgement, readAt: ConsoleStore.at(0), now: ConsoleStore.at(0), Clock(now: ConsoleStore.wall))
            return PaneRow(
                style, id: EntityID(.queue, "\(index)", in: "rabbit"), name: names.labels[index])
        }
        var painter = Painter(Canvas(size: size, glyphs: .blocks))
        PaneView(content: content, cursor: EntityID(.queue, "9500", in: "rabbit"), isFocused: true)
            .draw(on: &painter, in: Rect(size))
        #expect(written.count <= size.rows && written.contains(9_500))
    }

    @Test func `rests while the cursor was moved, and is in order once it is let go`() {
        var random = SeededGenerator(seed: 3)
        var model = ConsoleStore.model()
        _ = update(&model, .snapshot(Self.snapshot(&random, 30)))
        _ = update(&model, .key(.character("j")))
        let standing = model.queues.map(\.id)
        var next = Self.snapshot(&random, 30)
        next.at = ConsoleStore.at(1)
        _ = update(&model, .snapshot(next))
        #expect(model.queues.map(\.id) == standing)
        _ = update(&model, .key(.escape))
        let statuses = model.queues.map(\.judgement.urgency)
        #expect(statuses == statuses.sorted() && model.queues.count == 30)
    }
}

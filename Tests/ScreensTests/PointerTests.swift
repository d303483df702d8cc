import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// The mouse, for those who ask for it.
struct PointerTests {
    private static let sizes = [
        Size(rows: 60, columns: 200), Size(rows: 40, columns: 120), Size(rows: 24, columns: 80),
        Size(rows: 10, columns: 40), Size(rows: 19, columns: 120),
    ]

    private static func canvas(_ model: Model) -> Canvas { Canvas(size: model.size, glyphs: .braille) }

    private static func text(_ model: Model, row: Int) -> String {
        let frame = view(model, canvas(model))
        var text = ""
        for column in 0..<frame.size.columns {
            Unicode.Scalar(frame[row, column].scalar).map { text.unicodeScalars.append($0) }
        }
        return text
    }

    /// Everything the mouse can point at, each with the first cell where it does.
    private static func hits(_ model: Model) -> [(hit: Hit, at: Frame.Position)] {
        var found: [(hit: Hit, at: Frame.Position)] = []
        for row in 0..<model.size.rows {
            // Hints are short, all else is wide.
            let step = row == model.size.rows - 1 ? 3 : 19
            for column in stride(from: 1, to: model.size.columns, by: step) {
                let place = Frame.Position(row: row, column: column)
                guard let hit = hit(model, canvas(model), at: place) else { continue }
                if found.contains(where: { $0.hit == hit }) { continue }
                found.append((hit, place))
            }
        }
        return found
    }

    private static func withMouse(_ size: Size, _ snapshot: Snapshot = ConsoleStore.snapshot()) -> Model {
        var model = ConsoleStore.model(snapshot, size: size)
        model.type(":mouse on")
        #expect(model.press(.enter) == [.reportMouse(true)])
        model.wait(until: 30)
        return model
    }

    @Test(arguments: sizes)
    func `what is pointed at is what is drawn there, and a click puts the cursor on it`(size: Size) {
        let model = Self.withMouse(size)
        let hits = Self.hits(model)
        var wrong: [String] = []
        var rows = 0
        for (hit, place) in hits {
            guard case .row(let id) = hit else { continue }
            rows += 1
            let line = Self.text(model, row: place.row)
            if !line.contains(id.name.prefix(5)) { wrong.append("\(id.name) is not in \(line)") }
            var next = model
            _ = update(&next, .pointer(.click, hit))
            let chosen = next.selected?.id
            if chosen != id { wrong.append("a click on \(id.name) chose \(chosen?.name ?? "-")") }
            if next.screen != .watch { wrong.append("a click on \(id.name) opened it") }
        }
        #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
        #expect(rows > (size.rows > 10 ? 6 : 3))
    }

    @Test func `the second click soon after the first opens, a late one or one elsewhere does not`() throws {
        var model = Self.withMouse(Self.sizes[1])
        let rows = Self.hits(model).filter { if case .row = $0.hit { true } else { false } }.map(\.hit)
        _ = update(&model, .pointer(.click, rows[2]))
        model.wait(until: 31)
        _ = update(&model, .pointer(.click, rows[2]))
        #expect(model.screen == .watch)
        _ = update(&model, .pointer(.click, rows[1]))
        #expect(model.screen == .watch)
        _ = update(&model, .pointer(.click, rows[1]))
        guard case .row(let id) = rows[1] else { return }
        #expect(model.screen == .detail(id))
    }

    @Test func `a row that has gone since it was drawn is not chosen, and nothing else is`() {
        var snapshot = ConsoleStore.snapshot()
        var model = Self.withMouse(Self.sizes[1], snapshot)
        let gone = snapshot.queues[1].id
        let before = model.selected?.id
        snapshot.queues.remove(at: 1)
        snapshot.at = ConsoleStore.at(31)
        _ = update(&model, .snapshot(snapshot))
        _ = update(&model, .pointer(.click, .row(gone)))
        #expect(model.selected?.id == before && model.screen == .watch)
    }

    @Test func `the wheel moves in the pane it is over`() {
        var model = Self.withMouse(Self.sizes[1])
        _ = update(&model, .pointer(.wheelDown, .pane(.cron)))
        #expect(model.focus == .cron)
        let fourth = model.selected?.id
        _ = update(&model, .pointer(.wheelUp, .pane(.cron)))
        #expect(model.selected?.id != fourth)
        _ = update(&model, .pointer(.wheelDown, nil))
        #expect(model.focus == .cron)
        model.press(.enter)
        _ = update(&model, .pointer(.wheelDown, nil))
        #expect(model.screen != .watch)
    }

    @Test func `a hint is as good as its key, but a question is answered with keys`() {
        var model = Self.withMouse(Self.sizes[1])
        let keys = Self.hits(model).compactMap { if case .key(let key) = $0.hit { key } else { nil } }
        #expect(keys.contains(.character("?")) && keys.contains(.enter))
        _ = update(&model, .pointer(.click, .key(.character("?"))))
        #expect(model.screen == .help)
        let lines = Self.hits(model).filter { if case .helpLine = $0.hit { true } else { false } }
        #expect(lines.count > 20)
        model.press(.escape, .control("c"))
        #expect(model.dialog != nil)
        #expect(Set(Self.hits(model).map(\.hit)) == [.question])
        #expect(update(&model, .pointer(.click, .question)) == [])
        #expect(update(&model, .pointer(.click, .key(.enter))) == [] && model.dialog != nil)
        #expect(model.notice?.text == "a question is answered with keys")
    }

    @Test func `nobody who has not asked for it is moved by it, and it is kept for the next time`() {
        var model = ConsoleStore.model()
        let before = (model.focus, model.selected?.id)
        _ = update(&model, .pointer(.wheelDown, .pane(.cron)))
        _ = update(&model, .pointer(.click, .key(.character("q"))))
        #expect((model.focus, model.selected?.id) == before)
        #expect(model.press(.pointer(Pointer(.click, row: 3, column: 3))) == [])
        #expect(model.viewState?.mouse == nil)
        model = Self.withMouse(Self.sizes[1])
        #expect(model.viewState?.mouse == true)
        var next = ConsoleStore.model()
        next.begin(model.viewState, theme: .nobody)
        #expect(next.wantsMouse)
        model.type(":mouse off")
        #expect(model.press(.enter) == [.reportMouse(false)] && !model.wantsMouse)
        model.type(":mouse maybe")
        #expect(model.press(.enter) == [] && model.notice?.text == "mouse takes on or off")
    }
}

import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// Events and alerts under the hand: filtered, gone through, at rest.
struct ListsTests {
    private static let sizes = [(60, 200), (40, 120), (24, 80), (10, 40)].map {
        Size(rows: $0, columns: $1)
    }

    private static func model(_ size: Size, _ snapshot: Snapshot = AlertsPaneTests.night()) -> Model {
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        return model
    }

    private func text(_ model: Model) -> String {
        view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText
    }

    @Test(arguments: sizes) func `the filter leaves the events that it finds and says how many`(size: Size) {
        var model = Self.model(size)
        let all = model.events
        model.type("6/erp.v2")
        let found = model.events
        #expect(model.focus == .events && !found.isEmpty && found.count < all.count)
        #expect(found == all.filter { $0.text.contains("erp.v2") || $0.entity?.name == "erp.v2" })
        let drawn = text(model)
        #expect(drawn.contains("filter erp.v2_: \(found.count) of \(all.count) events"), "\(drawn)")
        for event in all where !found.contains(event) && size.columns >= 120 {
            #expect(!drawn.contains(event.text), "\(event.text)")
        }
        model.press(.escape)
        #expect(model.events == all && model.focus == .events)
    }

    @Test func `a filter that was kept in a list is taken from it first, and the list is left next`() {
        var model = Self.model(Self.sizes[1])
        model.type("6/erp")
        model.press(.enter)
        #expect(!model.filter.isEmpty && model.filterField == nil)
        model.press(.escape)
        #expect(model.filter.isEmpty && model.focus == .events && model.isZoomed)
        model.press(.escape)
        #expect(!model.isZoomed)
    }

    @Test(arguments: ["status:critical", "!status:critical", "no-such-word"])
    func `a term asks an event as it asks a row`(typed: String) {
        var model = Self.model(Self.sizes[1])
        let wanted = model.events.filter {
            typed != "no-such-word" && ($0.status == .critical) != typed.hasPrefix("!")
        }
        model.type("6/" + typed)
        #expect(model.events == wanted)
        #expect(wanted.isEmpty == text(model).contains("no event matches"))
    }

    @Test func `n goes through the events that were found and not to a row`() {
        var model = Self.model(Self.sizes[1])
        model.type("6/erp")
        model.press(.enter)
        let count = model.events.count
        #expect(count > 1)
        var places: [Int?] = []
        for _ in 0..<count {
            model.press(.character("n"))
            #expect(model.focus == .events)
            places.append(model.eventPlace)
        }
        #expect(Set(places).count == count, "each of them once")
    }

    @Test func `the cursor stays where its event was when that is not kept any more`() {
        var snapshot = AlertsPaneTests.night()
        var model = Self.model(Self.sizes[1], snapshot)
        model.press(.character("6"), .home)
        #expect(model.eventPlace == 0)
        snapshot.generation += 1
        snapshot.events.removeFirst()
        _ = update(&model, .snapshot(snapshot))
        #expect(model.eventPlace == 0, "and not on the newest")
    }

    @Test(arguments: sizes) func `the filter leaves the alerts that say the word`(size: Size) {
        var model = Self.model(size)
        model.type("7/permission")
        #expect(model.alerts.map(\.label) == ["app2-log"])
        #expect(text(model).contains("filter permission_: 1 of 3 alerts"))
        model.press(.escape)
        #expect(model.alerts.count == 3 && model.focus == .alerts)
    }

    @Test func `alerts rest under a hand that goes through them, until Esc, g or another pane`() {
        var snapshot = AlertsPaneTests.night()
        var model = Self.model(Self.sizes[1], snapshot)
        model.press(.character("7"), .down)
        let (order, chosen) = (model.alerts.map(\.label), model.selected?.id)
        snapshot.alerts.reverse()
        var new = snapshot.alerts[0]
        new.entity = EntityID(.queue, "new")
        new.label = "new"
        snapshot.alerts.insert(new, at: 0)
        snapshot.generation += 1
        _ = update(&model, .snapshot(snapshot))
        #expect(model.alerts.map(\.label) == order + ["new"] && model.selected?.id == chosen)
        model.press(.character("g"))
        #expect(model.alerts.map(\.label) == snapshot.alerts.map(\.label))
        model.press(.down, .down)
        let third = model.alerts[2].label
        snapshot.alerts.removeAll { $0.label == third }
        snapshot.generation += 1
        _ = update(&model, .snapshot(snapshot))
        model.press(.enter)
        #expect(model.openAlert == model.alerts[2].key, "what took its place")
    }

    // MARK: Flags

    @Test func `a flag that is turned moves nowhere, and none moves while one looks`() {
        var snapshot = ConsoleStore.snapshot()
        var model = ConsoleStore.model(snapshot)
        model.press(.character("5"))
        let order = model.flags.map(\.id)
        #expect(order.map(\.name) == ["cart.new", "erp.v2", "wms.returns"], "ON and OFF alike, by name")
        for change in [
            { $0.flags[1].judgement = Judgement(.off) }, { $0.flags[2].judgement = .ok },
            { $0.flags[2].judgement = Judgement(.critical, ["the file cannot be read"]) },
        ] as [(inout Snapshot) -> Void] {
            change(&snapshot)
            snapshot.generation += 1
            _ = update(&model, .snapshot(snapshot))
            #expect(model.flags.map(\.id) == order)
        }
        model.press(.character("G"), .character("k"))
        model.wait(until: 5)
        model.press(.character("t"))
        guard case .flag(let question) = model.dialog else {
            Issue.record("not asked")
            return
        }
        #expect(question.row.id == order[1])
        model.press(.escape, .escape)
        #expect(model.flags.first?.id.name == "wms.returns", "let go, the worst stands first")
    }
}

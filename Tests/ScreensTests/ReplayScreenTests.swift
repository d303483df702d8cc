import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// A recording on the screen.
struct ReplayScreenTests {
    private static func model(rows: Int = 40, columns: Int = 120, isPaused: Bool = true) -> Model {
        var model = StoreNight.model(.incident, rows: rows, columns: columns)
        guard var snapshot = model.snapshot else { return model }
        var replay = ReplayShown(speed: 60, from: snapshot.at.wall)
        replay.isPaused = isPaused
        snapshot.replay = replay
        snapshot.environment.access = .readOnly
        snapshot.environment.watchesOnly = ReplayShown.refusal
        _ = update(&model, .snapshot(snapshot))
        return model
    }

    private static func orders(_ effects: [Effect]) -> [ReplayOrder] {
        effects.compactMap { effect in
            if case .submit(.replay(let order), _) = effect { order } else { nil }
        }
    }

    @Test(arguments: [(60, 200), (40, 120), (24, 80), (10, 40)])
    func `the first row says that it is a recording, which time of it, and how fast`(rows: Int, columns: Int)
    {
        let model = Self.model(rows: rows, columns: columns)
        let frame = view(model, Canvas(size: Size(rows: rows, columns: columns), glyphs: .blocks))
        #expect(frame.row(0).hasPrefix(" REPLAY "), "\(frame.row(0))")
        #expect(frame.row(0).contains("×60"), "\(frame.row(0))")
        if columns >= 80 { #expect(frame.row(0).contains("-22 02:14:37 ×60, paused"), "\(frame.row(0))") }
        #expect(model.windowTitle.hasPrefix("REPLAY "))
    }

    @Test(arguments: [
        (" ", ReplayOrder.turnPause), ("p", .turnPause), ("}", .faster), ("{", .slower), (".", .step),
        ("]", .nextNews), ("[", .previousNews),
    ])
    func `keys move the recording, and are nothing where a store is watched`(key: String, order: ReplayOrder)
    {
        var model = Self.model()
        #expect(Self.orders(model.type(key)) == [order])
        var live = StoreNight.model(.incident, rows: 40, columns: 120)
        #expect(Self.orders(live.type(key)) == [])
    }

    @Test(arguments: ["t", "a", "R"])
    func `what changes anything is refused in a sentence`(key: String) {
        var model = Self.model()
        let effects = model.type(key)
        #expect(effects.isEmpty && model.notice?.text.hasSuffix(ReplayShown.refusal) == true, "\(key)")
    }

    @Test func `a time is gone to by the clock that is shown`() {
        var model = Self.model()
        let at = model.now.wall
        let effects = model.type(":at 02:10") + model.press(.enter)
        #expect(Self.orders(effects) == [.go(to: at.advanced(bySeconds: -277))])
        _ = model.type(":at noon") + model.press(.enter)
        #expect(model.notice?.text.contains("at needs a time such as") == true)
    }

    @Test func `help shows its keys there alone`() {
        var model = Self.model()
        model.press(.character("?"))
        var live = StoreNight.model(.incident, rows: 40, columns: 120)
        live.press(.character("?"))
        func text(_ model: Model) -> String {
            view(model, Canvas(size: Size(rows: 40, columns: 120), glyphs: .blocks)).glyphText
        }
        #expect(text(model).contains("next alert or change; back"))
        #expect(!text(live).contains("next alert or change; back"))
    }
}

import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing
import Text

/// Times as a clock shows them somewhere, or as so long before or after a mark.
struct ClockTests {
    /// One hour east of UTC, two in summer.
    private static let berlin = StoreClock(zone: "Europe/Berlin", offsetSeconds: 3600, changes: [])
    private static let tokyo = StoreClock(zone: "Asia/Tokyo", offsetSeconds: 9 * 3600, changes: [])

    private static func model(size: Size = Size(rows: 40, columns: 120)) -> Model {
        var snapshot = ConsoleStore.snapshot()
        snapshot.environment.clock = berlin
        let began = WallTime(seconds: ConsoleStore.wall.milliseconds / 1000 - 27 * 60)
        #expect(began.civil.hourMinute == "01:47")
        for index in snapshot.queues.indices { snapshot.queues[index].judgement.told = [began] }
        for index in snapshot.integrations.indices { snapshot.integrations[index].judgement.told = [began] }
        var model = ConsoleStore.model(snapshot, size: size)
        model.localClock = tokyo
        return model
    }

    private static func text(_ model: Model) -> String {
        let frame = view(model, Canvas(size: model.size, glyphs: .braille))
        var text = ""
        for row in 0..<frame.size.rows {
            for column in 0..<frame.size.columns {
                Unicode.Scalar(frame[row, column].scalar).map { text.unicodeScalars.append($0) }
            }
            text += "\n"
        }
        return text
    }

    @Test func `one key goes through UTC, the store's and this machine's, and the first row says which`() {
        var model = Self.model()
        #expect(Self.text(model).contains("02:14:37 UTC"))
        model.type("u")
        #expect(Self.text(model).contains("03:14:37 store"))
        #expect(model.notice?.text == "times are store, Europe/Berlin")
        model.type("u")
        #expect(Self.text(model).contains("11:14:37 local"))
        model.type("u")
        #expect(Self.text(model).contains("02:14:37 UTC"))
    }

    @Test(arguments: [
        Size(rows: 60, columns: 200), Size(rows: 40, columns: 120), Size(rows: 24, columns: 80),
        Size(rows: 10, columns: 40),
    ])
    func `no time of UTC is left on a screen of another clock, nor on a page`(size: Size) {
        var model = Self.model(size: size)
        let before = Self.text(model)
        model.type("u")
        let after = Self.text(model)
        #expect(before.contains("since 01:47") && after.contains("since 02:47"))
        #expect(!after.contains("since 01:47"))
        model.press(.enter)
        #expect(!Self.text(model).contains(" 01:47"))
    }

    @Test func `only the times that were told are written anew, once each`() {
        var judgement = Judgement(
            .critical, ["silent since 02:10: no answer since 02:10 of 02:10", "at 12:02:10"])
        judgement.told = [WallTime(seconds: ConsoleStore.wall.milliseconds / 1000 - 277)]
        var clock = Clock(now: ConsoleStore.wall)
        clock.store = Self.berlin
        #expect(clock.words(judgement) == judgement.reason)
        clock.zone = .store
        let told = judgement.told[0].civil.hourMinute
        judgement.reason[0] = "silent since \(told): no answer since \(told) of \(told)"
        let shown = clock.ofDay(judgement.told[0])
        #expect(shown != told)
        #expect(clock.words(judgement)[0] == "silent since \(shown): no answer since \(told) of \(told)")
        #expect(clock.words(judgement)[1] == "at 12:02:10")
        // A time that is written as another one was told is not moved twice.
        judgement.told.append(judgement.told[0].advanced(bySeconds: 3600))
        judgement.reason = ["silent since \(told), failed since \(judgement.told[1].civil.hourMinute)"]
        #expect(
            clock.words(judgement)
                == ["silent since \(shown), failed since \(clock.ofDay(judgement.told[1]))"])
    }

    @Test func `from a mark on all times are so long before or after it, until the key is pressed again`() {
        var model = Self.model()
        model.wait(until: 600)
        model.type("m")
        #expect(model.notice?.text.hasPrefix("times are before or after m, 02:24 UTC; m ends it") == true)
        model.wait(until: 720)
        let text = Self.text(model)
        #expect(text.contains("since m-3"), "\(text)")
        #expect(text.contains("02:26:37 UTC m 02:24"))
        model.type("m")
        #expect(!Self.text(model).contains("m-"))
    }

    @Test func `a zone that is not known is not shown, and why is said`() {
        var model = ConsoleStore.model()
        model.type("u")
        #expect(model.notice?.text == "times are UTC; no other is known" && model.clock.zone == .utc)
        model.type(":time store")
        model.press(.enter)
        #expect(model.notice?.text == "no store time: the config names no time_zone of the store")
        model.type(":time mars")
        model.press(.enter)
        #expect(model.notice?.text == "time takes utc, store or local")
    }

    @Test func `is kept for the next time, but not the mark`() {
        var model = Self.model()
        model.type("um")
        var next = Self.model()
        next.begin(model.viewState, theme: .nobody)
        #expect(next.clock.zone == .store && next.clock.mark == nil)
    }
}

import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// How a person looks, kept for the next time; themes that are tried; the window's title and the bell.
struct ViewStateTests {
    @Test func `what was kept is how one begins, and says so again`() throws {
        var model = ConsoleStore.model()
        model.type("3>f/erp")
        #expect(model.viewState == nil, "while it is typed nothing is kept")
        model.press(.enter, .character("I"), .function(2), .enter)
        let kept = try #require(model.viewState)
        #expect(kept.theme == "light" && kept.pane == "Cron" && kept.isZoomed && kept.filter == "erp")
        #expect(kept.orders["Cron"] == .init(column: "name", isReversed: true))

        var next = ConsoleStore.model()
        next.begin(kept, theme: .nobody)
        #expect(next.viewState == kept)
        #expect(next.focus == .cron && next.isZoomed && next.theme == "light")
        #expect(next.statusLine(width: 120, .blocks).text.contains("filter erp"))
        #expect(next.cronJobs.map(\.id.name) == model.cronJobs.map(\.id.name))
    }

    @Test func `what is not known any more is left out`() {
        var kept = ViewState()
        kept.theme = "pink"
        kept.pane = "Nowhere"
        kept.orders = [
            "Queues": .init(column: "colour", isReversed: true), "": .init(column: "name", isReversed: false),
        ]
        kept.filter = String(repeating: "x", count: 5000)
        var model = ConsoleStore.model()
        model.begin(kept, theme: .nobody)
        #expect(
            model.theme == "dark" && !model.isThemeChosen && model.focus == .queues
                && model.orders.allSatisfy { $0.value.words == nil })
        #expect(model.filter.text.count == 60)
    }

    @Test(arguments: [
        (ThemeChoice.person, "light", "dark"), (.config, "light", "light"), (.nobody, "light", "light"),
    ])
    func `the command line wins over what was kept, and that over the config`(
        choice: ThemeChoice, kept: String, theme: String
    ) {
        var view = ViewState()
        view.theme = kept
        var model = ConsoleStore.model()
        model.begin(view, theme: choice)
        #expect(model.theme == theme && model.isThemeChosen)
    }

    @Test func `a theme is tried, kept by Enter and given up by Esc`() {
        var model = ConsoleStore.model()
        #expect(model.press(.function(2)) == [.setTheme("light")])
        #expect(model.statusLine(width: 80, .blocks).text == " theme dark  light  ")
        #expect(model.press(.function(2)) == [.setTheme("dark")])
        #expect(model.press(.down) == [.setTheme("light")])
        #expect(model.press(.escape) == [.setTheme("dark")] && model.screen == .watch)
        model.press(.function(2))
        #expect(model.press(.enter) == [] && model.theme == "light" && model.openDetail == nil)
        model.press(.function(2))
        #expect(model.press(.character("3")) == [.setTheme("light")])
        #expect(
            model.theme == "light" && model.focus == .cron,
            "any other key leaves it as it was, and does what it does")
    }

    @Test func `the terminal's background decides until a person does`() {
        var model = ConsoleStore.model()
        model.begin(nil, theme: .nobody)
        #expect(update(&model, .background(isLight: true)) == [.setTheme("light")])
        #expect(update(&model, .background(isLight: true)) == [])
        #expect(update(&model, .background(isLight: false)) == [.setTheme("dark")])
        model.type(":theme dark")
        model.press(.enter)
        #expect(update(&model, .background(isLight: true)) == [] && model.theme == "dark")
    }

    @Test func `the window is called by its store and how it is`() {
        #expect(Model(now: ConsoleStore.at(0), size: Size(rows: 24, columns: 80)).windowTitle == "hypercare")
        var snapshot = ConsoleStore.snapshot()
        #expect(ConsoleStore.model(snapshot).windowTitle == "PROD eu-shop: 2 critical, 2 warning")
        for place in snapshot.queues.indices { snapshot.queues[place].judgement = .ok }
        for place in snapshot.integrations.indices { snapshot.integrations[place].judgement = .ok }
        for place in snapshot.cron.jobs.indices { snapshot.cron.jobs[place].judgement = .ok }
        snapshot.environment = EnvironmentFacts(
            name: "a\u{1B}]2;evil\u{7}b", isProduction: false, access: .readOnly)
        let title = ConsoleStore.model(snapshot).windowTitle
        #expect(title.hasSuffix(": all ok") && !title.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test func `what was said of a key gives way to what becomes critical, a warning does not`() {
        for (status, stays) in [(Status.ok, false), (nil, false), (.warning, true)] {
            var model = ConsoleStore.model()
            model.notice = Notice(
                "erp.v2 is ON: sent and read back", status: status, until: ConsoleStore.at(30))
            _ = update(&model, .snapshot(ConsoleStore.snapshot(at: 1)))
            #expect(model.notice != nil)
            var worse = ConsoleStore.snapshot(at: 2)
            worse.queues[1].judgement = Judgement(.critical, ["nobody takes messages"])
            _ = update(&model, .snapshot(worse))
            #expect((model.notice != nil) == stays)
        }
    }

    @Test func `a new critical row rings once, when asked to`() {
        var worse = ConsoleStore.snapshot(at: 2)
        worse.queues[1].judgement = Judgement(.critical, ["nobody takes messages"])
        var quiet = ConsoleStore.model()
        #expect(update(&quiet, .snapshot(worse)) == [])
        var model = ConsoleStore.model()
        model.rings = true
        #expect(update(&model, .snapshot(ConsoleStore.snapshot(at: 1))) == [], "what was critical is no news")
        #expect(update(&model, .snapshot(worse)) == [.ring])
        worse.at = ConsoleStore.at(4)
        worse.queues[0].judgement = Judgement(.critical, ["grows"])
        model.wait(until: 4)
        #expect(update(&model, .snapshot(worse)) == [], "once in ten seconds")
    }
}

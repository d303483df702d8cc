import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import TestSupport
import Testing

/// The line after `:`.
struct CommandFieldTests {
    private static func run(_ text: String, in model: inout Model) -> [Effect] {
        model.type(":" + text) + model.press(.enter)
    }

    @Test(arguments: ["q", "quit", "q!", "qui", "x", "wq"])
    func `quits by the words of vim and k9s`(word: String) {
        var model = ConsoleStore.model()
        model.press(.enter)
        #expect(Self.run(word, in: &model) == [.quit])
    }

    @Test(arguments: [
        ("queues", Pane.queues), ("cron", .cron), ("int", .integrations), ("fla", .flags), ("jobs", .cron),
        ("sources", .sources), ("ev", .events),
    ])
    func `goes to a pane by its name or its beginning`(word: String, pane: Pane) {
        var model = ConsoleStore.model()
        #expect(Self.run(word, in: &model) == [] && model.focus == pane && model.notice == nil)
    }

    @Test(arguments: [
        ("xyz", "no command is called xyz: Tab shows them all"), ("re", "re may be record, read, redraw"),
        ("zoom now", "zoom takes nothing after it"), ("theme pink", "no theme is called pink: dark, light"),
        ("sort colour", "Queues can be sorted by severity, name, depth, arrivals, completions, oldest"),
        ("copy all", "copy takes name, line or screen"),
        ("read nobody", "no source is called nobody: Tab shows them"),
        ("open nothing-of-this", "no row is called nothing-of-this"),
        ("save screen", "save screen FILE, save pane FILE, save pane FILE --csv"),
    ])
    func `says in a sentence why a line was not run`(text: String, words: String) {
        var model = ConsoleStore.model()
        #expect(Self.run(text, in: &model) == [])
        #expect(model.notice?.text == words && model.notice?.status == .warning)
    }

    @Test func `every action has its word, and does the same as its key`() {
        let words = Set(CommandWord.allCases.compactMap(\.action))
        let without: Set<Action> = [
            .up, .down, .earlier, .later, .halfUp, .halfDown, .pageUp, .pageDown, .first, .last, .nextPane,
            .previousPane,
            .nextOutcome, .previousOutcome,
            .command,
            .previousProblem, .moreHours, .fewerHours, .askToQuit,
            // These take words of their own.
            .filter, .sortNext, .sortPrevious, .sortReversed, .copyLine, .copyScreen, .quit,
        ]
        for binding in KeyMap.bindings {
            for stroke in binding.strokes {
                #expect(words.contains(stroke.action) || without.contains(stroke.action), "\(stroke)")
            }
        }
    }

    @Test func `no line changes production without asking, wherever it is typed`() {
        let flag = ConsoleStore.snapshot().flags[0].flag.name
        for (name, situation) in KeyMapTests.situations where situation.dialog == nil {
            for word in CommandWord.allCases {
                for rest in ["", " \(flag)", " --csv /nowhere"] {
                    var model = situation
                    model.press(.escape, .escape)
                    for case .submit(.change, _) in Self.run(word.rawValue + rest, in: &model) {
                        Issue.record("\(word)\(rest) changes production on \(name)")
                    }
                }
            }
        }
    }

    @Test func `turns a flag by its name, after it asked`() {
        var model = ConsoleStore.model()
        let name = model.flags.first { $0.next != nil }?.flag.name ?? ""
        #expect(Self.run("turn \(name)", in: &model) == [])
        guard case .flag(let question) = model.dialog else {
            Issue.record("not asked")
            return
        }
        #expect(question.row.flag.name == name)
    }

    @Test func `a row that a filter hides is found all the same, and the filter goes`() {
        var model = ConsoleStore.model()
        model.type("/reconcile")
        model.press(.enter)
        _ = Self.run("open erp.order.export", in: &model)
        #expect(model.openDetail?.name == "erp.order.export" && model.filter.isEmpty)
        _ = Self.run("open acme_erp", in: &model)
        #expect(model.openDetail?.name == "acme_erp_reconcile")
    }

    @Test func `events are saved with their day`() {
        var model = ConsoleStore.model()
        model.type("6")
        guard case .save(let text?, _) = Self.run("save pane a.txt", in: &model).first else {
            Issue.record("not saved")
            return
        }
        #expect(text.contains("T01:44:") && text.contains("deniz turns erp.v2 ON"))
    }

    @Test func `Tab completes as far as all agree, then goes through them`() {
        var model = ConsoleStore.model()
        model.type(":q")
        model.press(.tab)
        #expect(model.commandLine?.text == "qu")
        model.press(.tab)
        let first = model.commandLine?.text
        model.press(.tab)
        #expect(Set([first, model.commandLine?.text]) == ["queues ", "quit"])
        model.press(.escape)
        model.type(":the")
        model.press(.tab)
        #expect(model.commandLine?.text == "theme ")
        model.type("li")
        model.press(.tab)
        #expect(model.commandLine?.text == "theme light")
        #expect(model.press(.enter) == [.setTheme("light")])
        model.type(":open erp.o")
        model.press(.tab)
        #expect(model.commandLine?.text == "open erp.order.export")
        model.press(.enter)
        #expect(model.openDetail?.name == "erp.order.export")
    }

    @Test func `Up brings earlier lines back`() {
        var model = ConsoleStore.model()
        _ = Self.run("cron", in: &model)
        _ = Self.run("flags", in: &model)
        model.type(":")
        model.press(.up)
        #expect(model.commandLine?.text == "flags")
        model.press(.up, .up)
        #expect(model.commandLine?.text == "cron")
        model.press(.down, .down)
        #expect(model.commandLine?.text == "")
        model.press(.backspace)
        #expect(model.commandLine == nil)
    }

    @Test func `sorts by a column, and turns it round`() {
        var model = ConsoleStore.model()
        _ = Self.run("sort depth", in: &model)
        #expect(model.queues.map(\.id.name) == ["erp.order.export", "async.operations.all", "export"])
        _ = Self.run("sort depth", in: &model)
        #expect(model.queues.map(\.id.name) == ["export", "async.operations.all", "erp.order.export"])
        #expect(model.notice?.text == "Queues by depth, the smallest first")
        _ = Self.run("sort name desc", in: &model)
        #expect(model.queues.map(\.id.name) == ["export", "erp.order.export", "async.operations.all"])
        model.press(.character("I"))
        #expect(model.queues.map(\.id.name) == ["async.operations.all", "erp.order.export", "export"])
        let title = view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText
        #expect(title.contains("1 Queues by name ↑"))
    }

    // MARK: Saving

    @Test func `saves a pane with all its rows, as text and as a table`() throws {
        var snapshot = ConsoleStore.whole()
        snapshot.queues[0].judgement = Judgement(.critical, ["it said \"no\", twice"])
        var model = ConsoleStore.model(snapshot)
        guard case .save(let text?, "out.txt") = Self.run("save pane out.txt", in: &model).first else {
            Issue.record("not saved")
            return
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count == 1 + snapshot.queues.count)
        #expect(lines[0].hasPrefix("name ") && lines[0].hasSuffix("reason"))
        guard case .save(let table?, "out.csv") = Self.run("save pane --csv out.csv", in: &model).first else {
            Issue.record("not saved")
            return
        }
        let rows = table.split(separator: "\r\n")
        #expect(rows.count == 1 + snapshot.queues.count)
        #expect(rows[0].hasPrefix("name,status,via,depth"))
        #expect(table.contains("\"it said \"\"no\"\", twice\""))
    }

    @Test func `a name like a formula stays text in a spreadsheet`() {
        var snapshot = ConsoleStore.snapshot()
        snapshot.queues[0] = QueueRow(
            id: EntityID(.queue, "=1+cmd|' /C calc'!A0"), transport: .amqp,
            judgement: snapshot.queues[0].judgement)
        var model = ConsoleStore.model(snapshot)
        guard case .save(let table?, _) = Self.run("save pane a --csv", in: &model).first else {
            Issue.record("not saved")
            return
        }
        #expect(table.split(separator: "\r\n").contains { $0.hasPrefix("'=1+cmd") })
    }

    @Test func `saves the screen, and tells where or why not`() {
        var model = ConsoleStore.model()
        #expect(Self.run("save screen a.txt", in: &model) == [.save(nil, path: "a.txt")])
        _ = update(&model, .saved(.success("/tmp/a.txt")))
        #expect(model.notice?.text == "written to /tmp/a.txt")
        _ = update(&model, .saved(.failure(SavingError("cannot write a.txt: File exists"))))
        #expect(model.notice?.text == "nothing was written: cannot write a.txt: File exists")
        #expect(model.notice?.status == .warning)
    }

    @Test func `what is typed stands on the screen, also on a page and a small one`() {
        for size in [Size(rows: 40, columns: 120), Size(rows: 24, columns: 80), Size(rows: 10, columns: 40)] {
            var model = ConsoleStore.model(size: size)
            model.type(":zo")
            #expect(view(model, Canvas(size: size, glyphs: .blocks)).glyphText.contains(":zo_"))
            model.press(.escape, .enter)
            model.type(":zo")
            #expect(view(model, Canvas(size: size, glyphs: .blocks)).glyphText.contains(":zo_"))
        }
    }
}

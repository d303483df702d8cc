import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import TestSupport
import Testing
import Text

/// Commands of one's own on a row: what is asked, what is run, what is shown of it.
struct CommandTests {
    static func snapshot(
        access: EnvironmentFacts.Access = .operate, production: Bool = true, _ more: [OwnCommand] = []
    ) -> Snapshot {
        var snapshot = ConsoleStore.whole()
        snapshot.environment = EnvironmentFacts(name: "real-shop", isProduction: production, access: access)
        snapshot.environment.commands =
            [
                OwnCommand(
                    name: "purge", subject: .queue, arguments: ["rabbitmqadmin", "purge", "{name}"],
                    text: "throws its messages away")
            ] + more
        return snapshot
    }

    /// On the page of the queue.
    private static func page(_ snapshot: Snapshot = snapshot(), size: Size = Size(rows: 40, columns: 120))
        throws -> Model
    {
        var model = ConsoleStore.model(snapshot, size: size)
        model.focus = .queues
        model.cursors[.queues] = EntityID(.queue, "erp.order.export")
        model.press(.enter)
        return model
    }

    private static func text(_ model: Model) -> String {
        view(model, Canvas(size: model.size, glyphs: .braille)).glyphText
    }

    private static func asked(_ model: Model) throws -> CommandQuestion {
        guard case .run(let question) = model.dialog else {
            throw NotAsked(why: model.notice?.text ?? "nothing")
        }
        return question
    }

    private struct NotAsked: Error { var why: String }

    /// The answers that run it in production.
    private static func confirm(_ model: inout Model) -> [Effect] {
        model.wait(until: 2)
        model.type("purge")
        model.press(.tab, .right)
        return model.press(.enter)
    }

    // MARK: Asking

    @Test func `shows the whole line with the real values, and where it is`() throws {
        var model = try Self.page()
        model.press(.character("!"))
        let text = Self.text(model)
        #expect(text.contains("RUN rabbitmqadmin purge erp.order.export  (production, real-shop)"))
        #expect(text.contains("throws its messages away") && text.contains("ended after 30 s"))
        #expect(text.contains("✘ queue erp.order.export  critical, nobody takes messages since 01:47"))
        #expect(try Self.asked(model).run.arguments == ["rabbitmqadmin", "purge", "erp.order.export"])
    }

    @Test func `in production it runs once its name is typed, elsewhere once the button is chosen`() throws {
        var model = try Self.page()
        model.press(.character("!"))
        model.wait(until: 2)
        #expect(model.press(.right, .enter) == [], "the name is not typed")
        #expect(model.dialog != nil)
        model.press(.left)
        let effects = Self.confirm(&model)
        guard case .run(let run)? = effects.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(run.arguments == ["rabbitmqadmin", "purge", "erp.order.export"] && model.screen == .output)
        var test = try Self.page(Self.snapshot(production: false))
        test.press(.character("!"))
        #expect(Self.text(test).contains("(not production, real-shop)"))
        test.wait(until: 2)
        #expect(test.press(.right, .enter).count == 1)
    }

    @Test func `what was typed ahead, a paste and Enter alone run nothing`() throws {
        var model = try Self.page()
        model.press(.character("!"))
        #expect(model.press(.right, .enter, .enter) == [] && model.dialog != nil)
        model.wait(until: 2)
        model.press(.paste("purge\n"), .right)
        #expect(model.press(.enter) == [])
        model.press(.left)
        #expect(model.press(.enter) == [] && model.dialog == nil)
        #expect(model.notice?.text == "purge was not run")
    }

    @Test func `a reason goes with it`() throws {
        var model = try Self.page()
        model.press(.character("!"))
        model.wait(until: 2)
        model.press(.backTab, .backTab)
        model.type("RB-12 step 4")
        model.press(.tab)
        guard case .run(let run)? = Self.confirm(&model).first else {
            Issue.record("not run")
            return
        }
        #expect(run.reason == "RB-12 step 4")
    }

    @Test func `the question falls when its row is gone, its silence is too long or its time is over`() throws
    {
        var model = try Self.page()
        model.press(.character("!"))
        var gone = Self.snapshot()
        gone.at = ConsoleStore.at(1)
        gone.queues.remove(at: 2)
        _ = update(&model, .snapshot(gone))
        #expect(model.dialog == nil)
        #expect(model.notice?.text == "purge was not run: what it would be run with is no longer so")
        for (seconds, words) in [(16.0, "purge was not run: nothing was heard for 16 s")] {
            var model = try Self.page()
            model.press(.character("!"))
            model.wait(until: seconds)
            #expect(model.notice?.text == words)
        }
        var late = try Self.page()
        late.press(.character("!"))
        for second in stride(from: 10.0, through: 60, by: 10) {
            var heard = Self.snapshot()
            heard.at = ConsoleStore.at(second)
            _ = update(&late, .snapshot(heard))
            late.wait(until: second)
        }
        #expect(late.notice?.text == "no answer for 60 s: purge was not run")
    }

    @Test(
        arguments: [
            ("-rf", "purge cannot be run: its name begins with -, which a program would take for an option"),
            (
                "a\u{1B}[31m",
                "purge cannot be run: its name cannot be shown as it is, so nobody could see what is run"
            ),
            (
                "a\u{202E}b",
                "purge cannot be run: its name cannot be shown as it is, so nobody could see what is run"
            ),
        ])
    func `a value that a program could take for another thing is refused`(name: String, words: String) throws
    {
        var snapshot = Self.snapshot()
        snapshot.queues.append(
            QueueRow(id: EntityID(.queue, name), transport: .amqp, judgement: Judgement(.critical)))
        var model = ConsoleStore.model(snapshot)
        model.cursors[.queues] = EntityID(.queue, name)
        model.press(.enter, .character("!"))
        #expect(model.dialog == nil && model.notice?.text == words)
    }

    @Test func `read-only, no command and a small screen are said, and nothing is asked`() throws {
        func answer(_ model: Model) -> String? {
            var model = model
            model.press(.character("!"))
            #expect(model.dialog == nil)
            return model.notice?.text
        }
        #expect(
            answer(try Self.page(Self.snapshot(access: .readOnly)))?.utf8
                .starts(with: "this environment is read-only".utf8) == true)
        var bare = Self.snapshot()
        bare.environment.commands = []
        #expect(answer(try Self.page(bare)) == "the config has no command for a queue")
        let small = Size(rows: 9, columns: 34)
        let long = OwnCommand(
            name: "purge", subject: .queue, arguments: ["x", String(repeating: "long ", count: 60)])
        var snapshot = Self.snapshot()
        snapshot.environment.commands = [long]
        #expect(
            answer(try Self.page(snapshot, size: small))
                == "purge is not asked: its line is too long for this screen")
    }

    @Test func `a long line is broken and whole, and quoted where a shell would take it for more`() throws {
        let words = (0..<30).map { "part \($0);" }
        var snapshot = Self.snapshot()
        snapshot.environment.commands = [
            OwnCommand(name: "purge", subject: .queue, arguments: ["/bin/x"] + words)
        ]
        var model = try Self.page(snapshot)
        model.press(.character("!"))
        let shown = Self.text(model).split(separator: "\n").map { line in
            line.drop { $0 != "│" }.dropFirst().prefix { $0 != "│" }
        }.filter { $0.contains("RUN") || $0.contains("part") || $0.contains("real-shop") }
        let whole = shown.map { $0.trimming }.joined()
        for word in words { #expect(whole.filter { $0 != " " }.contains("'\(word.filter { $0 != " " })'")) }
    }

    @Test func `the question falls where its line has no room any more, and all can be drawn at any size`()
        throws
    {
        let long = OwnCommand(
            name: "purge", subject: .queue, arguments: ["x", String(repeating: "y", count: 300)])
        var snapshot = Self.snapshot()
        snapshot.environment.commands = [long]
        for (rows, columns) in [(60, 200), (24, 80), (19, 120), (10, 40), (6, 30), (3, 12), (1, 1), (0, 0)] {
            let size = Size(rows: rows, columns: columns)
            var model = try Self.page(snapshot)
            model.press(.character("!"))
            _ = update(&model, .resized(size))
            #expect((model.dialog == nil) == (rows <= 10), "\(size)")
            #expect(view(model, Canvas(size: size, glyphs: .ascii)).size == size)
            var (output, run) = try Self.running()
            let text = Array(
                (0..<99).map { "価格 \($0) " + String(repeating: "wide ", count: 40) }.joined(separator: "\n")
                    .utf8)
            _ = update(&output, .ran(run, .ended(RunEnd(.exited(0)), RunOutput(output: text))))
            _ = update(&output, .resized(size))
            for key in [Key.end, .pageUp, .up, .home, .pageDown] {
                output.press(key)
                #expect(view(output, Canvas(size: size, glyphs: .braille)).size == size)
            }
        }
    }

    // MARK: Choosing

    @Test func `with several commands the key begins the line, and Tab completes their names`() throws {
        var model = try Self.page(
            Self.snapshot([
                OwnCommand(name: "peek", subject: .queue, arguments: ["x"]),
                OwnCommand(name: "other", subject: .job, arguments: ["x"]),
            ]))
        model.press(.character("!"))
        #expect(model.commandLine?.text == "run ")
        model.type("pe")
        model.press(.tab)
        #expect(model.commandLine?.text == "run peek")
        model.press(.enter)
        #expect(try Self.asked(model).run.command.name == "peek")
        var wrong = try Self.page(
            Self.snapshot([OwnCommand(name: "peek", subject: .queue, arguments: ["x"])]))
        wrong.type(":run x")
        wrong.press(.enter)
        #expect(wrong.notice?.text == "no command here is called x: there is purge, peek")
    }

    @Test func `a page ends with what can be run, whole, or why not`() throws {
        let page = try Self.page(
            Self.snapshot([OwnCommand(name: "rehost", subject: .queue, arguments: ["x", "{vhost}"])]),
            size: Size(rows: 60, columns: 140))
        let text = Self.text(page)
        #expect(
            text.contains(
                "run        purge  rabbitmqadmin purge erp.order.export · ! asks first · throws its messages away"
            ))
        #expect(text.contains("run        rehost  cannot be run: this row has no vhost"))
        #expect(page.hints.contains { $0.key == "!" && $0.label == "run…" })
    }

    // MARK: Output

    private static func running() throws -> (Model, OwnRun) {
        var model = try page()
        model.press(.character("!"))
        guard case .run(let run)? = confirm(&model).first else { throw NotAsked(why: "not run") }
        return (model, run)
    }

    @Test func `says how it ended, and shows what it printed without its escapes`() throws {
        var (model, run) = try Self.running()
        model.wait(until: 5)
        #expect(Self.text(model).contains("at work for 3 s, ended after 30 s"))
        let printed = RunOutput(
            output: Array("\u{1B}]2;evil\u{07}ok\n".utf8) + [0xFF, 0x0A], error: Array("no\n".utf8))
        _ = update(&model, .ran(run, .ended(RunEnd(.exited(3), seconds: 1.5), printed)))
        let text = Self.text(model)
        #expect(text.contains("exit code 3 after 1.5 s") && text.contains("on its error output:"))
        #expect(!text.unicodeScalars.contains("\u{1B}") && !text.unicodeScalars.contains("\u{07}"))
        #expect(!text.contains("Cut here"))
    }

    @Test func `what was cut, timed out or ended with the console is said to be`() throws {
        for (end, output, words) in [
            (
                RunEnd.How.exited(0), RunOutput(output: Array("a".utf8), dropped: 9_000_000),
                "Cut here: it printed"
            ),
            (.timedOut(30), RunOutput(), "ended after 30 s, its deadline: what it did is not known"),
            (.signalled(11), RunOutput(), "ended by signal 11"),
            (.notStarted("x is not there"), RunOutput(), "not started: x is not there"),
            (.exited(0), RunOutput(output: Array(repeating: 0x0A, count: 9000)), "exit code 0"),
        ] as [(RunEnd.How, RunOutput, String)] {
            var (model, run) = try Self.running()
            _ = update(&model, .ran(run, .ended(RunEnd(end, seconds: 1), output)))
            #expect(Self.text(model).contains(words), "\(words)")
            if output.output.count == 9000 {
                model.press(.end)
                #expect(Self.text(model).contains("Cut here: it printed more, which was not kept."))
            }
        }
    }

    @Test func `it scrolls to its end and not beyond, by the keys of a page`() throws {
        var (model, run) = try Self.running()
        let lines = (1...500).map { "line \($0)" }.joined(separator: "\n")
        _ = update(&model, .ran(run, .ended(RunEnd(.exited(0)), RunOutput(output: Array(lines.utf8)))))
        #expect(Self.text(model).contains("line 1\n") || Self.text(model).contains("line 1 "))
        model.press(.end)
        let end = model.run?.offset
        model.press(.pageDown)
        #expect(model.run?.offset == end && Self.text(model).contains("line 500"))
        model.press(.character("g"))
        #expect(model.run?.offset == 0)
    }

    @Test func `leaving while it is at work is told, and its end after that, with the way back`() throws {
        var (model, run) = try Self.running()
        model.wait(until: 12)
        model.press(.escape)
        #expect(model.screen != .output)
        #expect(model.notice?.text == "purge goes on, at most for 20 s: :run shows it")
        #expect(model.press(.control("c")) == [])
        #expect(Self.text(model).contains("The command purge is at work: it is ended with this console."))
        model.press(.escape, .character("!"))
        #expect(model.screen == .output, "what runs is shown, another is not begun")
        model.press(.escape)
        _ = update(&model, .ran(run, .ended(RunEnd(.exited(0), seconds: 11), RunOutput())))
        #expect(model.notice?.text == "purge: exit code 0 after 11 s; :run shows what it printed")
        model.type(":run")
        model.press(.enter)
        #expect(model.screen == .output && Self.text(model).contains("It printed nothing."))
    }

    @Test func `what the engine will not have on record is not run, and said`() throws {
        var (model, run) = try Self.running()
        _ = update(&model, .ran(run, .refused("the disk is full")))
        #expect(model.screen != .output && model.run == nil)
        #expect(model.notice?.text == "purge was not run: the disk is full")
    }

    @Test func `no two keys after the question was asked run anything in production`() throws {
        var model = try Self.page()
        model.press(.character("!"))
        model.wait(until: 5)
        for first in KeyMapTests.keys {
            for second in KeyMapTests.keys {
                var copy = model
                for case .run in copy.press(first, second) { Issue.record("\(first) \(second)") }
            }
        }
    }
}

extension Substring {
    fileprivate var trimming: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}

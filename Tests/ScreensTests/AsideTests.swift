import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import TestSupport
import Testing

/// Setting aside what is told, from the key to what is sent, and how it looks.
struct AsideTests {
    static let snapshots = FrameSnapshots(beside: #filePath)
    private static let erp = EntityID(.queue, "erp.order.export")

    /// The store with its assessments: the queue that nobody serves, as its row says.
    static func store(at seconds: Double = 0, aside: Bool = false) -> Snapshot {
        var snapshot = ConsoleStore.whole()
        snapshot.at = ConsoleStore.at(seconds)
        snapshot.assessments = [
            Assessment(.noConsumer, of: erp, .critical, "nobody takes messages", value: 1637),
            Assessment(.depth, of: erp, .warning, "backlog", value: 841),
        ]
        if aside {
            snapshot.queues[2].judgement.aside = Aside(
                by: "mira", why: "ERP is closed", at: ConsoleStore.wall.advanced(bySeconds: -600), .shift)
        }
        return snapshot
    }

    private static func asked(_ snapshot: Snapshot = store(), size: Size = Size(rows: 40, columns: 120))
        -> Model
    {
        var model = ConsoleStore.model(snapshot, size: size)
        model.press(.character("1"), .character("g"), .character("a"))
        model.wait(until: 1)
        return model
    }

    private func dialog(of model: Model) -> AsideDialog? {
        if case .aside(let question) = model.dialog { question } else { nil }
    }

    // MARK: The question

    @Test func `asks why and how long, and sends what was told on the screen`() throws {
        var model = Self.asked()
        let question = try #require(dialog(of: model))
        #expect(question.name == "erp.order.export" && question.span == .shift)
        #expect(question.spans == [.hour, .shift, .day, .change], "what is there is not forgotten")
        #expect(model.press(.enter) == [], "not without a reason")
        #expect(dialog(of: model)?.missing == "say why")
        model.type("ERP is closed")
        #expect(model.press(.right, .enter).count == 1)
        guard case .setAside(let order)? = model.pending.values.first else {
            Issue.record("nothing is sent")
            return
        }
        #expect(order.entity == Self.erp && order.why == "ERP is closed" && order.span == .day)
        #expect(order.told == Told([.init(.noConsumer, .critical), .init(.depth, .warning)]))
        #expect(model.dialog == nil)
        model.press(.character("a"))
        #expect(model.dialog == nil && model.notice?.text == "erp.order.export: asked, not yet done")
        _ = update(&model, .reply(1, .done))
        #expect(model.notice?.text == "erp.order.export is set aside until 26 Nov 02:14")
    }

    @Test func `arrows go through the times, in a circle, and Tab is the next field as everywhere`() {
        var model = Self.asked()
        var seen: [Aside.Span?] = []
        for key in [Key.right, .down, .right, .left, .up, .left, .left] {
            model.press(key)
            seen.append(dialog(of: model)?.span)
        }
        #expect(seen == [.day, .change, .hour, .change, .day, .shift, .hour])
        model.press(.tab)
        #expect(dialog(of: model)?.isSpanFocused == true && dialog(of: model)?.span == .hour)
        model.type("x")
        #expect(dialog(of: model)?.isSpanFocused == false && dialog(of: model)?.why.text == "x")
    }

    @Test func `drops what was typed before it could be read, takes a paste up to its end of line`() {
        var model = ConsoleStore.model(Self.store())
        model.press(.character("1"), .character("g"), .character("a"), .character("x"), .right)
        #expect(dialog(of: model)?.why.text == "" && dialog(of: model)?.span == .shift)
        model.wait(until: 0.31)
        model.press(.paste("OPS-1234\nq"))
        #expect(dialog(of: model)?.why.text == "OPS-1234")
        #expect(model.press(.escape) == [] && model.notice?.text == "erp.order.export was not set aside")
    }

    @Test func `blanks are no reason`() {
        var model = Self.asked()
        model.type("   ")
        #expect(model.press(.enter) == [] && model.pending.isEmpty)
    }

    @Test func `the question falls when what it shows is no longer so`() {
        func notice(_ change: (inout Snapshot) -> Void, at seconds: Double = 5) -> String? {
            var model = Self.asked()
            model.type("ERP")
            var next = Self.store(at: seconds)
            change(&next)
            _ = update(&model, .snapshot(next))
            if model.dialog != nil { model.wait(until: seconds) }
            #expect(model.dialog == nil)
            #expect(model.type("q") == [], "the rest of the reason is no order")
            return model.notice?.text
        }
        #expect(
            notice { $0.assessments[1].status = .critical }
                == "erp.order.export was not set aside: it got worse (depth) since you were asked; a asks anew"
        )
        #expect(
            notice {
                $0.queues[2].judgement = .ok; $0.assessments = []
            }
                == "erp.order.export is ok now: nothing to set aside")
        #expect(notice { $0.queues.removeLast() } == "erp.order.export is no longer there")
        #expect(notice({ _ in }, at: 62) == "no answer for 60 s: erp.order.export was not set aside")
    }

    @Test func `says why a row is not asked about`() {
        func notice(_ keys: String, _ change: (inout Snapshot) -> Void = { _ in }) -> String? {
            var snapshot = Self.store()
            change(&snapshot)
            var model = ConsoleStore.model(snapshot)
            model.type(keys + "a")
            return model.dialog == nil ? model.notice?.text : "asked"
        }
        #expect(notice("1G") == "nothing to set aside: export is ok")
        #expect(notice("1g") { $0.environment.access = .readOnly } == "asked", "nothing in the store changes")
        #expect(
            notice("1g") { $0.environment.watchesOnly = "another console keeps it" }
                == "another console keeps it")
        #expect(
            notice("1g") { $0.storage = Judgement(.critical, ["the disk is full"]) }
                == "nothing can be kept: the disk is full")
        var small = ConsoleStore.model(Self.store(), size: Size(rows: 8, columns: 33))
        small.type("1ga")
        #expect(small.dialog == nil && small.notice?.text == "this screen is too small to ask")
    }

    @Test func `what is no longer there can be forgotten`() {
        var snapshot = Self.store()
        snapshot.queues[2].goneSince = ConsoleStore.wall
        var model = Self.asked(snapshot)
        #expect(dialog(of: model)?.spans.last == .forget)
        model.type("removed with its module")
        model.press(.left, .left, .enter)
        guard case .setAside(let order)? = model.pending.values.first else {
            Issue.record("nothing is sent")
            return
        }
        #expect(order.span == .forget)
        snapshot.queues.removeLast()
        _ = update(&model, .snapshot(snapshot))
        _ = update(&model, .reply(1, .done))
        #expect(model.notice?.text == "erp.order.export is off the list")
    }

    @Test func `the same key takes back, asked once`() {
        var model = ConsoleStore.model(Self.store(aside: true))
        model.cursors[.queues] = Self.erp
        model.press(.character("a"), .tab, .enter)
        #expect(model.pending.isEmpty && model.notice?.text == "erp.order.export stays aside")
        model.press(.character("a"))
        #expect(model.press(.enter) == [.submit(.takeBack(Self.erp), 1)])
        _ = update(&model, .reply(1, .done))
        #expect(model.notice?.text == "erp.order.export is told again")
        var late = ConsoleStore.model(Self.store(aside: true))
        late.cursors[.queues] = Self.erp
        late.press(.character("a"))
        _ = update(&late, .snapshot(Self.store(at: 2)))
        #expect(late.dialog == nil && late.notice?.text == "erp.order.export is no longer set aside")
    }

    @Test func `a refusal is said as it came`() {
        var model = Self.asked()
        model.type("ERP")
        model.press(.enter)
        _ = update(
            &model, .reply(1, .refused(Refusal(.stale, "erp.order.export stays in sight: it got worse"))))
        #expect(model.notice?.text == "erp.order.export stays in sight: it got worse")
    }

    // MARK: The row

    @Test func `is no problem to go to, and stands after all that is`() {
        let plain = ConsoleStore.model(Self.store())
        let model = ConsoleStore.model(Self.store(aside: true))
        #expect(plain.problems.contains(Self.erp) && !model.problems.contains(Self.erp))
        #expect(model.queues.map(\.id.name) == ["erp.order.export", "async.operations.all", "export"])
        var filtered = model
        filtered.type("/status:aside")
        filtered.press(.enter)
        #expect(filtered.queues.map(\.id) == [Self.erp])
    }

    @Test func `is counted apart, in the verdict and in its pane, at every size`() {
        for (size, words) in [
            (Size(rows: 60, columns: 200), "1 set aside"), (Size(rows: 40, columns: 120), "1 set aside"),
            (Size(rows: 24, columns: 80), "1 set aside"), (Size(rows: 10, columns: 40), "1 aside"),
        ] {
            let model = ConsoleStore.model(Self.store(aside: true), size: size)
            let frame = view(model, Canvas(size: size, glyphs: .blocks))
            #expect(
                frame.row(0).contains("1 crit") && frame.row(0).contains(words), "\(size): \(frame.row(0))")
        }
        let plain = view(
            ConsoleStore.model(Self.store()), Canvas(size: Size(rows: 40, columns: 120), glyphs: .blocks))
        #expect(plain.row(0).contains("2 critical") && !plain.glyphText.contains("aside"))
    }

    @Test func `a store in which all else is well says so, and of nothing else that it is well`() {
        var snapshot = Self.store(aside: true)
        for place in snapshot.integrations.indices { snapshot.integrations[place].judgement = .ok }
        snapshot.cron.jobs[1].judgement = .ok
        func head(_ columns: Int, _ rows: Int) -> String {
            let size = Size(rows: rows, columns: columns)
            let frame = view(ConsoleStore.model(snapshot, size: size), Canvas(size: size, glyphs: .blocks))
            return frame.row(rows > 3 ? 0 : 1)
        }
        #expect(head(120, 40).contains("all 12 checks ok, 1 off, 1 set aside"))
        #expect(head(40, 10).contains("1 aside"))
        #expect(head(10, 3).contains("ok 1 aside"))
        #expect(snapshot.verdict.worst == .ok)
        var alone = Snapshot(at: snapshot.at, environment: snapshot.environment)
        alone.queues = [snapshot.queues[2]]
        #expect(alone.verdict.worst == .unknown, "nothing that is judged is no good morning")
    }

    @Test func `keeps its sign and loses its colour`() {
        let size = Size(rows: 40, columns: 120)
        for (aside, role) in [(true, Role.dim), (false, .critical)] {
            let frame = view(
                ConsoleStore.model(Self.store(aside: aside), size: size), Canvas(size: size, glyphs: .blocks))
            let row = (0..<40).first { frame.row($0).hasPrefix("✘ erp.order.export") }
            #expect(row.map { frame[$0, 0].role } == role)
        }
    }

    // MARK: Pictures

    enum Scene: String, CaseIterable { case ask, gone, back, row, page }

    struct Picture: CustomTestStringConvertible {
        var scene: Scene
        var size: Size
        var glyphs = GlyphSet.braille
        var testDescription: String {
            "aside-\(scene.rawValue)-\(size.columns)x\(size.rows)-\(glyphs.rawValue)"
        }

        var frame: Frame { view(model, Canvas(size: size, glyphs: glyphs)) }

        private var model: Model {
            switch scene {
            case .ask:
                var model = AsideTests.asked(size: size)
                model.type("ERP is closed until Monday")
                return model
            case .gone:
                var snapshot = AsideTests.store()
                snapshot.queues[2].goneSince = ConsoleStore.wall
                snapshot.queues[2].judgement = Judgement(
                    .critical, ["no longer in rabbitmq since 02:10", "841 messages when last seen"],
                    since: ConsoleStore.wall.advanced(bySeconds: -277))
                var model = AsideTests.asked(snapshot, size: size)
                model.press(.left, .left)
                return model
            case .back:
                var model = ConsoleStore.model(AsideTests.store(aside: true), size: size)
                model.cursors[.queues] = AsideTests.erp
                model.press(.character("a"))
                return model
            case .row, .page:
                var model = ConsoleStore.model(AsideTests.store(aside: true), size: size)
                model.cursors[.queues] = AsideTests.erp
                if scene == .page { model.press(.enter) }
                return model
            }
        }
    }

    static let pictures =
        [(60, 200), (40, 120), (24, 80), (19, 120), (10, 40)].flatMap { rows, columns in
            Scene.allCases.map { Picture(scene: $0, size: Size(rows: rows, columns: columns)) }
        }
        + [Scene.ask, .row].map { Picture(scene: $0, size: Size(rows: 24, columns: 80), glyphs: .ascii) }

    @Test(arguments: pictures)
    func `looks as recorded`(picture: Picture) {
        if let difference = Self.snapshots.difference(picture.frame, picture.testDescription) {
            Issue.record("\(difference)")
        }
    }

    @Test func `keeps no picture that no test draws`() {
        #expect(Self.snapshots.kept(prefix: "aside-") == Set(Self.pictures.map(\.testDescription)))
    }
}

import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// The page of an alert: to be read as an argument, with nothing guessed.
@Suite struct AlertPageTests {
    private static let snapshots = FrameSnapshots(beside: #filePath)
    private static let sizes = [(60, 200), (40, 120), (24, 80), (19, 120), (10, 40)].map {
        Size(rows: $0.0, columns: $0.1)
    }
    private static let cases = sizes.flatMap { size in ["queue", "flow", "open"].map { ($0, size) } }

    private static func name(_ page: String, _ size: Size) -> String {
        "alert-page-\(page)-\(size.columns)x\(size.rows)"
    }

    /// The page of the queue's alert, with what the engine answers.
    static func model(_ size: Size, place: Int = 0, knows: Bool = true, glyphs: GlyphSet = .braille) -> Model
    {
        var model = Model(now: AlertsPaneTests.night().at, size: size)
        _ = update(&model, .snapshot(AlertsPaneTests.night()))
        _ = update(&model, .key(.character("7")))
        for _ in 0..<place { _ = update(&model, .key(.down)) }
        let now = model.now
        _ = update(
            &model,
            .tick(
                Timestamp(
                    boot: now.boot + .seconds(1), wall: now.wall.advanced(bySeconds: 1), bootID: now.bootID)))
        guard case .fetchDetail(let id)? = update(&model, .key(.enter)).first, knows else { return model }
        for effect in update(&model, .detail(id, detail(id, place))) {
            guard case .fetchHistory(let series, let range) = effect else { continue }
            _ = update(&model, .history(series, range, history(series, range, model.now.wall)))
        }
        return model
    }

    private static func detail(_ id: EntityID, _ place: Int) -> Detail {
        var detail = Detail(entity: id)
        if place == 0 {
            detail.series = [.depth, .inRate, .outRate].map { SeriesID(id, $0) }
            detail.limits = [Detail.Limit(.depth, 2000, .critical)]
            var evidence = Detail.Evidence(
                .noConsumer, rule: "no consumer",
                how: "messages wait, nothing has left and nobody is seen to take them")
            (evidence.limit, evidence.now) = ("2 min", "27 min")
            detail.evidence = [evidence]
            detail.outlook = "29 more each minute: 2000 in 35 to 48 min"
        } else {
            detail.series = [SeriesID(id, .success), SeriesID(id, .latency)]
            var evidence = Detail.Evidence(.missing, rule: "disagrees", how: "records that one side lacks")
            evidence.basis = Basis(
                expected: "0.1 % missing", came: "3 of 212 missing", samples: 212,
                test: "record by record against the usual share, summed up")
            detail.evidence = [evidence]
        }
        return detail
    }

    private static func history(_ series: SeriesID, _ range: HistoryRange, _ end: WallTime) -> History {
        let count = range.points
        var history = History(
            end: end, stepSeconds: Double(range.seconds) / Double(count),
            values: (0..<count).map { place in
                let back = Double(count - place) * Double(range.seconds) / Double(count)
                return back < 1620 ? 12 + (1620 - back) / 2 : 12 + Double(place % 5)
            })
        history.learnedSeconds = 9 * 86_400
        history.usual = .init(
            low: Array(repeating: 4, count: count), high: Array(repeating: 160, count: count))
        return history
    }

    @Test(arguments: cases) func `is drawn as kept`(page: String, size: Size) {
        var model = Self.model(size, place: page == "flow" ? 2 : 0)
        if page == "open" { model.press(.character(" ")) }
        let frame = view(model, Canvas(size: size, glyphs: .braille))
        if let difference = Self.snapshots.difference(frame, Self.name(page, size)) {
            Issue.record("\(difference)")
        }
    }

    @Test func `no kept page is without its test`() {
        #expect(Self.snapshots.kept(prefix: "alert-page-") == Set(Self.cases.map(Self.name)))
    }

    private let size = Size(rows: 60, columns: 120)

    private func text(_ model: Model) -> String {
        view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText
    }

    @Test func `says what was expected and came, since when, how fast, how sure, what changed and follows`() {
        let page = text(Self.model(size))
        for words in [
            "✘ critical · nobody takes messages",
            "expected   no consumer: at most 2 min",
            "came       no consumer: 27 min", "27 min ago; seen 2 min",
            "how fast   29 more each minute: 2000 in 35 to 48 min",
            "seen, not reckoned, by the rule no consumer: messages wait",
            "deniz turned erp.v2 ON in eu-shop, was 25 %, 3 min before", "What follows from it (14)",
            "and 11 more", "What to do", "usual 4 to 160", "began",
        ] {
            #expect(page.contains(words), "\(words) is not in\n\(page)")
        }
        let flow = text(Self.model(size, place: 2))
        for words in [
            "expected   0.1 % missing", "came       3 of 212 missing",
            "summed up · of 212 attempts · learning, 5 h of 3 d", "000000412 000000415 000000431",
            "at times   it opened and ended again and again",
        ] {
            #expect(flow.contains(words), "\(words) is not in\n\(flow)")
        }
    }

    @Test func `what the sentence begins with is not said before it`() {
        var snapshot = AlertsPaneTests.night()
        snapshot.alerts[0].kind = .slow
        snapshot.alerts[0].sentence = "slow · p95 5.9 s (limit 3.0 s)"
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        model.press(.character("7"), .enter)
        #expect(text(model).contains("✘ critical · slow · p95 5.9 s"), "\(text(model))")
    }

    @Test func `what is not known has no line`() {
        let page = text(Self.model(size, knows: false))
        for label in ["expected ", "came  ", "how fast", "how sure"] { #expect(!page.contains(label)) }
        #expect(page.contains("began"))
    }

    @Test func `Space unfolds what follows and folds it again`() {
        var model = Self.model(size)
        #expect(!text(model).contains("acme_erp_reconcile") || text(model).contains("and 11 more"))
        model.press(.character(" "))
        let page = text(model)
        #expect(
            page.contains("acme_erp_reconcile runs too long")
                && page.contains("and 11 more, marked in their panes"))
        // What followed and is well again is not told as if it went on.
        #expect(page.contains("● catalog ← PIM too little comes, ok by now"), "\(page)")
        #expect(
            model.notice?.text
                == "3 of the 14 that follow stand further down, the others are marked in their panes")
        model.press(.character(" "))
        #expect(!model.isUnfolded)
        var flow = Self.model(size, place: 2)
        flow.press(.character(" "))
        #expect(flow.notice?.text == "nothing follows from it")
    }

    @Test func `y takes the alert in a line, Y all that its page says`() {
        var model = Self.model(size)
        guard case .copy(let line)? = model.press(.character("y")).first else {
            Issue.record("nothing is copied")
            return
        }
        #expect(line.hasPrefix("critical erp.order.export: nobody takes messages · 841 wait"))
        guard case .copy(let all)? = model.press(.character("Y")).first else {
            Issue.record("nothing is copied")
            return
        }
        #expect(all.hasPrefix(line + "\nexpected: no consumer: at most 2 min\n"))
        #expect(all.contains("\nchanged: deploy 2.4.8-p1, 9 min before\n") && all.contains("\nowner: mira"))
    }

    @Test func `e turns to the next alert's page, and one that is over says so`() {
        var model = Self.model(size)
        model.press(.character("e"))
        #expect(model.openAlert?.kind == .missing, "the one that is set aside is left out")
        model.press(.character("e"))
        #expect(model.openAlert?.kind == .noConsumer)
        var over = AlertsPaneTests.night()
        over.alerts.removeFirst()
        _ = update(&model, .snapshot(over))
        #expect(text(model).contains("It is over. Esc goes back."))
        model.press(.escape)
        #expect(model.screen == .watch && model.focus == .alerts)
    }

    @Test func `it is the same alert when something else of it is told`() {
        var model = Self.model(size)
        var changed = AlertsPaneTests.night()
        changed.alerts[0].openedAs = changed.alerts[0].key
        changed.alerts[0].entity = changed.integrations[0].id
        changed.alerts[0].kind = .silent
        _ = update(&model, .snapshot(changed))
        #expect(model.openDetail == changed.integrations[0].id)
        #expect(text(model).contains("too little comes"))
    }

    @Test func `two alerts of one thing are two rows for the cursor`() {
        var snapshot = AlertsPaneTests.night()
        snapshot.alerts[1] = snapshot.alerts[0]
        snapshot.alerts[1].kind = .growing
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        model.press(.character("7"), .down)
        #expect(model.alertCursor?.kind == .growing)
        model.press(.down)
        #expect(model.alertCursor?.kind == .missing)
    }

    @Test func `a level that lasts is offered with both figures, and taken by its word alone`() {
        var model = Self.model(size, place: 2)
        guard let id = model.openDetail else { return }
        model.type(":normal")
        #expect(model.press(.enter) == [])
        #expect(model.notice?.text.hasPrefix("nothing is offered") == true)
        var detail = Self.detail(id, 2)
        detail.shift = LastingShift(
            .success, since: model.now.wall.advanced(bySeconds: -4 * 86_400), level: 8.1, usual: 14)
        _ = update(&model, .detail(id, detail))
        #expect(
            text(model).contains(
                "ok/min has stood at 8.1 for 4 d, where 14.0 was usual: is this the new normal?"))
        model.type(":normal")
        #expect(
            model.press(.enter).contains { if case .submit(.takeNormal(id), _) = $0 { true } else { false } })
        model.press(.enter)
        _ = update(&model, .detail(id, detail))
        #expect(
            text(model).contains("is this the new normal? :normal takes it"),
            "the page of the flow says it too")
    }

    @Test func `a page sets each figure beside what it was before the upgrade`() throws {
        var model = Self.model(size, place: 2)
        model.press(.enter)
        let id = try #require(model.openDetail)
        var detail = Self.detail(id, 2)
        func one(_ now: Double, _ seconds: Double) -> BaselineBook.Comparison {
            BaselineBook.Comparison(
                .success, now: now, seconds: seconds, then: 14, range: 9.2...18, halfHours: 412, days: 9)
        }
        for (now, seconds, words) in [
            (
                8.1, 1800.0,
                "8.1 now, 14.0 before: -42 %, below 9.2 to 18.0 · of 30 min and 412 half hours"
            ),
            (13, 1800, "13.0 now, 14.0 before: -7.1 %, within 9.2 to 18.0"),
            (20, 60, "20.0 now, 14.0 before: +43 %, too little read to tell · of 60 s and"),
        ] {
            detail.before = [one(now, seconds)]
            _ = update(&model, .detail(id, detail))
            model.size = Size(rows: 60, columns: 99)
            #expect(text(model).contains(words), "\(words) is not in\n\(text(model))")
        }
    }
}

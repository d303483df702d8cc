import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// What happened when, on one axis with the figure of what is selected.
@Suite struct TimelineTests {
    private static let snapshots = FrameSnapshots(beside: #filePath)
    private static let sizes = [
        Size(rows: 60, columns: 200), Size(rows: 40, columns: 120), Size(rows: 24, columns: 80),
        Size(rows: 19, columns: 120), Size(rows: 10, columns: 40),
    ]

    /// The night's incident with what was done and what went wrong before it.
    static func night() -> Snapshot {
        var snapshot = AlertsPaneTests.night()
        func ago(_ minutes: Double) -> WallTime { snapshot.at.wall.advanced(bySeconds: -minutes * 60) }
        func change(
            _ kind: Change.Kind, _ text: String, _ minutes: Double, by: String? = nil, about: [EntityID] = []
        )
            -> Change
        {
            Change(id: "\(kind.rawValue) \(minutes)", kind, text, at: ago(minutes), by: by, about: about)
        }
        let flag = snapshot.flags[0].id
        snapshot.changes = [
            change(.note, "handed over to deniz: nothing open", 344, by: "mira"),
            change(.deploy, "121, theme fix", 242, by: "jonas"),
            change(.patch, "patch_list has Acme\\Theme\\Setup\\Patch\\Data\\Colours", 242),
            change(.config, "carriers/flatrate/price of default changed", 121),
            change(.config, "carriers/flatrate/title of default changed", 121),
            change(.note, "PIM import of 61 000 products started", 44, by: "mira"),
            change(.flag, "deniz turned erp.v2 ON in eu-shop, was 25 %", 30, by: "deniz", about: [flag]),
            change(.release, "current leads to releases/122", 28),
        ]
        let job = snapshot.cron.jobs[0]
        snapshot.events = [
            Event(
                at: ago(61), status: .warning, entity: job.id, subject: "cron",
                text: "\(job.label) missed 2 of 12 in 1 h"),
            Event(
                at: ago(60), status: .ok, entity: job.id, subject: "cron", text: "\(job.label) is ok again"),
        ]
        var ended = AlertRow(
            snapshot.alerts[2].entity, label: snapshot.alerts[2].label, .slow, .warning, since: ago(241),
            openedAt: ago(240), sentence: "slow · p95 2.1 s, usual 0.9 s")
        snapshot.ended = [EndedAlert(ended, endedAt: ago(229))]
        ended.entity = EntityID(.queue, "media.resize", in: "rabbit")
        (ended.label, ended.kind, ended.since) = ("media.resize", .growing, ago(47))
        ended.sentence = "grows · 90 more each minute"
        snapshot.ended.append(EndedAlert(ended, endedAt: ago(12)))
        return snapshot
    }

    static func model(_ size: Size, _ snapshot: Snapshot = night(), knows: Bool = true) -> Model {
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        model.press(.character("7"))
        open(&model, knows: knows)
        return model
    }

    private static func open(_ model: inout Model, knows: Bool) {
        for effect in update(&model, .key(.character("8"))) {
            guard case .fetchDetail(let id) = effect, knows else { continue }
            var detail = Detail(entity: id)
            detail.series = [SeriesID(id, .depth)]
            detail.limits = [Detail.Limit(.depth, 2000, .critical)]
            answer(update(&model, .detail(id, detail)), in: &model)
        }
    }

    private static func answer(_ effects: [Effect], in model: inout Model) {
        for case .fetchHistory(let series, let range) in effects {
            let count = range.points
            var history = History(
                end: model.now.wall, stepSeconds: Double(range.seconds) / Double(count),
                values: (0..<count).map { place in
                    let back = Double(count - place) * Double(range.seconds) / Double(count)
                    return back < 1620 ? 12 + (1620 - back) / 2 : 12 + Double(place % 5)
                })
            history.usual = .init(
                low: Array(repeating: 4, count: count), high: Array(repeating: 160, count: count))
            _ = update(&model, .history(series, range, history))
        }
    }

    @Test(arguments: sizes) func `is drawn as kept`(size: Size) {
        let frame = view(Self.model(size), Canvas(size: size, glyphs: .braille))
        let name = "timeline-\(size.columns)x\(size.rows)"
        if let difference = Self.snapshots.difference(frame, name) { Issue.record("\(difference)") }
    }

    private let size = Size(rows: 40, columns: 120)

    private func text(_ model: Model) -> String {
        view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText
    }

    @Test func `begins at the alert one came from, with its figure and all that stood before it`() {
        let model = Self.model(size)
        #expect(model.timelineEntry?.id == .alert(model.alerts[0].key))
        let page = text(model)
        for words in [
            "8 Timeline / erp.order.export", "6 h to 02:14 · 12 of 14", "deploys", "flags", "settings",
            "cron",
            "notes", "app2-log", "nobody takes messages", "open 27 min",
            "3 min after flag: deniz turned", "60 s after release: current leads",
        ] {
            #expect(page.contains(words), "\(words) is not in\n\(page)")
        }
    }

    @Test func `Left and Right go through all that happened, and no further`() {
        var model = Self.model(size)
        model.press(.home)
        var seen: [String] = []
        for _ in 0..<20 {
            seen.append(model.timelineEntry?.word ?? "")
            model.press(.right)
        }
        #expect(
            seen.prefix(14) == [
                "note", "deploy", "patch", "alert", "setting", "setting", "cron", "alert", "note", "flag",
                "release", "alert", "alert", "alert",
            ])
        #expect(model.notice?.text == "nothing after it")
        let last = model.timelineEntry
        model.press(.left)
        #expect(model.timelineEntry != last)
        model.press(.home, .left)
        #expect(model.notice?.text == "nothing before it in 6 h: + shows more time")
    }

    @Test func `what falls into one column is counted, and all of it is in a lane at every size`() {
        for size in Self.sizes {
            let model = Self.model(size)
            let page = text(model)
            #expect(page.contains("2"), "two settings at one moment at \(size):\n\(page)")
        }
    }

    @Test func `plus and minus change the axis, and the cursor stays on what it stood on`() {
        var model = Self.model(size)
        let chosen = model.timelineEntry
        let effects = model.press(.character("+"))
        #expect(text(model).contains("24 h to 02:14"))
        #expect(model.timelineEntry == chosen)
        guard case .fetchHistory(_, let range)? = effects.first else {
            Issue.record("no figure asked for: \(effects)")
            return
        }
        #expect(range.seconds == 86_400)
        model.press(.character("+"), .character("+"))
        #expect(model.notice?.text == "that is the longest: a week")
        for _ in 0..<5 { model.press(.character("-")) }
        #expect(text(model).contains("15 min to 02:14"))
        // What began before it and lasts still stands at its left edge.
        #expect(model.timelineEntry == chosen)
    }

    @Test func `Enter opens what is under the cursor, Esc comes back to it with its figure`() {
        var model = Self.model(size)
        let chosen = model.timelineEntry
        model.press(.enter)
        #expect(model.screen == .alert(model.alerts[0].key))
        let effects = model.press(.escape)
        #expect(model.screen == .timeline(model.alerts[0].entity) && model.timelineEntry == chosen)
        #expect(effects == [.fetchDetail(model.alerts[0].entity)])
        model.press(.home, .enter)
        #expect(model.notice?.text == "a note has no page: this is all that is known")
    }

    @Test func `e goes from alert to alert, open and over`() {
        var model = Self.model(size)
        var seen: [TimelineEntry.ID?] = []
        for _ in 0..<5 {
            model.press(.character("e"))
            #expect(model.timelineEntry?.kind == .alert)
            seen.append(model.timelineEntry?.id)
        }
        #expect(Set(seen).count == 5)
    }

    @Test func `what an alert began with is said while it is told as something else`() {
        var snapshot = Self.night()
        snapshot.ended = []
        snapshot.alerts[2].openedAs = AlertKey(
            entity: EntityID(.queue, "media.resize", in: "rabbit"), kind: .growing)
        let model = Self.model(Size(rows: 60, columns: 200), snapshot)
        #expect(text(model).contains(" · began with media.resize grows"))
    }

    @Test func `an alert that ends while the cursor stands on it keeps the cursor`() {
        var model = Self.model(size)
        var snapshot = Self.night()
        let alert = snapshot.alerts.removeFirst()
        snapshot.ended.append(EndedAlert(alert, endedAt: snapshot.at.wall))
        snapshot.generation += 1
        _ = update(&model, .snapshot(snapshot))
        #expect(model.timelineEntry?.entity == alert.entity)
        #expect(text(model).contains("lasted 27 min"))
    }

    @Test func `times stand by each clock, and before or after the mark that m sets there`() {
        var model = Self.model(size)
        #expect(text(model).contains("UTC"))
        model.press(.character("m"))
        #expect(model.timeMark == model.timelineEntry?.from)
        #expect(text(model).contains("m-3 min"))
    }

    @Test func `a row without a figure has its lanes alone, and says of what it is about`() {
        var model = Self.model(size, knows: false)
        #expect(text(model).contains("asking for its figures"))
        _ = update(&model, .detail(model.alerts[0].entity, Detail(entity: model.alerts[0].entity)))
        #expect(!text(model).contains("asking for its figures"))
    }

    @Test func `with nothing to show it says of which time, and how to see more`() {
        var snapshot = StoreNight.snapshot(.calm)
        (snapshot.changes, snapshot.events) = ([], [])
        for size in Self.sizes {
            let model = Self.model(size, snapshot)
            let page = text(model)
            #expect(page.contains("nothing stands here"), "\(page)")
        }
    }

    @Test func `a frozen picture stands still, and its axis ends where it was taken`() {
        var model = Self.model(size)
        model.press(.character("Z"))
        let before = text(model)
        let now = model.now
        _ = update(
            &model,
            .tick(
                Timestamp(
                    boot: now.boot + .seconds(600), wall: now.wall.advanced(bySeconds: 600),
                    bootID: now.bootID)))
        #expect(text(model).contains("6 h to 02:14") && before.contains("6 h to 02:14"))
    }

    @Test
    func
        `nothing is told by colour alone: what is critical, a warning, over, aside and of each kind has its sign`()
    {
        for glyphs in [GlyphSet.braille, .blocks, .ascii] {
            let page = view(Self.model(size), Canvas(size: size, glyphs: glyphs)).glyphText
            let lanes = page.split(separator: "\n").filter { $0.first == " " && !$0.hasPrefix("  ") }
            func lane(_ name: String) -> String {
                lanes.first { $0.hasPrefix(" \(name)") }.map(String.init) ?? ""
            }
            let isPlain = glyphs == .ascii
            #expect(lane("erp.order.export").contains(isPlain ? "X---" : "✘───"), "\(page)")
            #expect(lane("app2-log").contains(isPlain ? "X===" : "✘┄┄┄"), "\(page)")
            #expect(lane("media.resize").contains(isPlain ? "-|" : "─│"), "\(page)")
            #expect(lane("inventory").contains(isPlain ? "!-" : "▲─"), "\(page)")
            for (name, sign) in [("deploys", "D"), ("flags", "F"), ("settings", "2"), ("notes", "N")] {
                #expect(lane(name).dropFirst(9).contains(sign), "\(name) in \(page)")
            }
        }
    }

    @Test func `i writes a note, which will stand there`() {
        var model = Self.model(size)
        model.press(.character("i"))
        #expect(model.commandLine?.text == "note ")
        model.type("ERP was called")
        #expect(model.press(.enter) == [.submit(.note("ERP was called"), 1)])
    }

    @Test func `y takes what is under the cursor in a line, Y all of it`() {
        var model = Self.model(size)
        guard case .copy(let line)? = model.press(.character("y")).first,
            case .copy(let all)? = model.press(.character("Y")).first
        else {
            Issue.record("nothing was copied")
            return
        }
        #expect(line.contains("critical alert · erp.order.export: nobody takes messages"), "\(line)")
        #expect(all.split(separator: "\n").count == 14)
    }
}

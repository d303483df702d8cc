import Display
import EngineAPI
import FeatureFlags
import Monitoring
@testable import Screens
import TestSupport
import Testing

@Suite struct WatchViewTests {
    private func draw(_ model: Model, _ glyphs: GlyphSet = .braille) -> Frame {
        view(model, Canvas(size: model.size, glyphs: glyphs))
    }

    @Test(arguments: StoreNight.Scene.allCases)
    func `draws at every size, in ASCII nothing but ASCII`(scene: StoreNight.Scene) {
        for rows in [0, 1, 5, 6, 19, 20, 29, 30, 49, 50] {
            for columns in [0, 1, 29, 30, 59, 60, 99, 100, 159, 160] {
                let frame = draw(StoreNight.model(scene, rows: rows, columns: columns), .ascii)
                #expect(frame.cells.count == rows * columns)
                #expect(frame.cells.allSatisfy { $0.scalar < 0x7F && ($0.scalar == 0 || $0.scalar >= 0x20) })
            }
        }
    }

    @Test func `a flag changed a moment ago has its line where panes are a line a row`() {
        var snapshot = ConsoleStore.snapshot()
        let size = Size(rows: 36, columns: 80)
        #expect(!draw(ConsoleStore.model(snapshot, size: size)).glyphText.contains("ago by"))
        snapshot.flags[0].flag.changedAt = ConsoleStore.wall.advanced(bySeconds: -98)
        snapshot.flags[0].flag.changedBy = "deniz"
        let text = draw(ConsoleStore.model(snapshot, size: size)).glyphText
        #expect(text.contains("set to b 98 s ago by deniz"))
    }

    @Test func `a source whose password can be read on the way is marked wherever sources are shown`() throws
    {
        var snapshot = ConsoleStore.snapshot()
        var schedule = ProbeSchedule(
            id: "mq/queues", source: "mq", kind: "rabbitmq", subject: "queues", interval: .seconds(10),
            deadline: .seconds(5))
        let judgement = Judgement(.ok, ["the password can be read on the way: no TLS before March"])
        schedule.insecure = "no TLS before March"
        var open = SourceRow(name: "mq", kind: "rabbitmq", judgement: judgement)
        open.probes = [ProbeRow(schedule: schedule, judgement: .ok)]
        open.readAt = snapshot.at
        let broken = SourceRow(name: "db", kind: "mysql", judgement: Judgement(.critical, ["no answer"]))
        snapshot.sources = [broken, open]
        var model = ConsoleStore.model(snapshot, size: Size(rows: 40, columns: 140))
        #expect(draw(model).glyphText.contains("mq 0 s no TLS"))
        _ = model.press(.character("0"), .character("f"))
        #expect(draw(model).glyphText.contains("the password can be read on the way: no TLS before March"))
    }

    /// A scene without its journal, whose lines carry signs too.
    private func model(_ scene: StoreNight.Scene, rows: Int, columns: Int) -> (Model, Snapshot) {
        var snapshot = StoreNight.snapshot(scene)
        snapshot.events = []
        var model = Model(now: snapshot.at, size: Size(rows: rows, columns: columns))
        _ = update(&model, .snapshot(snapshot))
        return (model, snapshot)
    }

    /// Signs of critical rows that stand there and critical rows that folds own up to.
    private func critical(_ frame: Frame) -> Int {
        var signs = 0
        // The first row counts them.
        for row in 1..<frame.size.rows {
            // A blank stands behind the sign of a row; behind that of a figure stands the figure.
            for column in 0..<frame.size.columns
            where frame[row, column].scalar == 0x2718 && frame[row, column + 1].scalar == 0x20 {
                signs += 1
            }
        }
        var folded = 0
        for piece in frame.glyphText.split(separator: "… ").dropFirst() {
            let fold = piece.prefix { $0 != "\n" && $0 != "│" }
            guard fold.contains(" more"), let word = fold.firstRange(of: " crit") else { continue }
            let isAll = fold.contains(" more, critical")
            let words = fold[..<word.lowerBound].split(separator: " ")
            folded += Int((isAll ? words.first : words.last) ?? "") ?? 0
        }
        return signs + folded
    }

    @Test(arguments: [
        (60, 200), (50, 160), (45, 130), (40, 120), (30, 100), (29, 100), (24, 80), (20, 60), (19, 60),
        (10, 40), (6, 30),
    ])
    func `shows every critical row or says in a fold that it is there`(rows: Int, columns: Int) {
        for scene in [StoreNight.Scene.incident, .blind, .unknown, .many] {
            let (model, snapshot) = model(scene, rows: rows, columns: columns)
            let expected = Pane.allCases.flatMap { snapshot.rows(of: $0) }.count {
                $0.judgement.status == .critical
            }
            let frame = draw(model)
            #expect(critical(frame) == expected, "\(scene) at \(columns)x\(rows)\n\(frame.glyphText)")
        }
    }

    @Test func `draws no row as ok that is not`() {
        for scene in StoreNight.Scene.allCases {
            let (model, snapshot) = model(scene, rows: 300, columns: 200)
            let good = Pane.allCases.flatMap { snapshot.rows(of: $0) }.count { $0.judgement.status >= .ok }
            let frame = draw(model)
            let signs = frame.cells.count { $0.role == .ok && $0.scalar == 0x25CF }
            // The heartbeat, the verdict, and a probe below its source carry the sign too.
            #expect(signs <= good + 2, "\(scene)")
            if scene == .unknown || scene == .first { #expect(signs == 0) }
        }
    }

    @Test func `gives last values their own colour and their age`() throws {
        let frame = draw(StoreNight.model(.blind, rows: 40, columns: 120))
        let row = try #require((0..<40).first { frame.row($0).contains("codegenerator") })
        #expect(frame.row(row).contains("76 s old"))
        #expect((30..<60).allSatisfy { [.stale, .unknown, .text].contains(frame[row, $0].role) })
        let flow = try #require((0..<40).first { frame.row($0).contains("catalog   ← PIM") })
        #expect(frame.row(flow).contains("77 s"))
        #expect((88..<120).allSatisfy { [.stale, .text].contains(frame[flow, $0].role) })
    }

    @Test func `what is critical as of an earlier time stays told, its figures drawn as old`() throws {
        func drawn(asOf readAt: WallTime?) throws -> (depth: Span?, reason: [String]) {
            var snapshot = ConsoleStore.whole()
            snapshot.queues[2].judgement = Judgement(.critical, ["backlog since 01:47"], figure: .depth)
            snapshot.queues[2].judgement.asOf = readAt
            var model = Model(now: snapshot.at, size: Size(rows: 40, columns: 120))
            model.snapshot = snapshot
            let rows = QueuesPane(model: model).content(snapshot).rows
            let row = try rows[#require(rows.firstIndex(of: snapshot.queues[2].id))]
            return (row.cells["depth"], row.reason)
        }
        let (fresh, old) = try (drawn(asOf: nil), drawn(asOf: ConsoleStore.wall.advanced(bySeconds: -240)))
        #expect(fresh.depth?.role == .critical && old.depth?.role == .stale)
        #expect(
            fresh.depth?.text == "✘841" && old.depth?.text == "841" && old.reason == ["backlog since 01:47"])
    }

    @Test(arguments: [
        (FailureShare(failed: 4, finished: 310), "1.3", "~1.3"),
        (FailureShare(failed: 0, finished: 310), "0.0", "~0.0"),
        (FailureShare(failed: 310, finished: 310), "100.0", "~100"),
        (FailureShare(failed: 4, finished: 9), "4/9", "~4/9"),
        (FailureShare(failed: 12, finished: 19), "12/19", "~63"),
    ])
    func `marks a share that does not stand on its whole span`(
        share: FailureShare, whole: String, part: String
    ) {
        func cell(_ coverage: Coverage?) -> String? {
            var snapshot = ConsoleStore.whole()
            snapshot.integrations[0].fiveMinutes = share
            snapshot.integrations[0].fiveMinutes?.coverage = coverage
            snapshot.integrations[0].isFewFiveMinutes = share.finished < 20
            var model = Model(now: snapshot.at, size: Size(rows: 40, columns: 120))
            model.snapshot = snapshot
            let flow = snapshot.integrations[0].id
            let rows = IntegrationsPane(model: model).content(snapshot).rows
            return rows.firstIndex(of: flow).flatMap { rows[$0].cells["share"]?.text }
        }
        #expect(cell(nil) == whole)
        #expect(cell(Coverage(seconds: 240)) == part)
    }

    @Test(arguments: [(10, 40), (24, 80), (40, 120), (60, 200)])
    func `a stopped cron is told at every size and can be chosen`(rows: Int, columns: Int) {
        var snapshot = ConsoleStore.snapshot()
        snapshot.cron.readAt = snapshot.at
        snapshot.cron.judgement = Judgement(.critical, ["no job has run since 02:03", "nothing planned"])
        var model = Model(now: snapshot.at, size: Size(rows: rows, columns: columns))
        _ = update(&model, .snapshot(snapshot))
        _ = update(&model, .key(.character("3")))
        _ = update(&model, .key(.escape))
        _ = update(&model, .key(.home))
        let frame = draw(model)
        let line = (0..<rows).first { frame.row($0).contains("no job has run since 02:03") }
        #expect(line != nil, "\(frame.glyphText)")
        #expect(frame.cells.contains { $0.isUnderCursor })
    }

    @Test func `each source of cron has its heartbeat, which can be chosen`() {
        var snapshot = ConsoleStore.snapshot()
        var dead = CronHeartbeat(in: "old-db")
        dead.judgement = Judgement(.critical, ["no job has run since 02:03", "nothing planned"])
        dead.readAt = snapshot.at
        var alive = CronHeartbeat(in: "db")
        (alive.judgement, alive.readAt) = (.ok, snapshot.at)
        alive.lastBeat = snapshot.at.wall.advanced(bySeconds: -11)
        snapshot.cron.heartbeats = [dead, alive]
        var model = Model(now: snapshot.at, size: Size(rows: 60, columns: 200))
        _ = update(&model, .snapshot(snapshot))
        let text = draw(model).glyphText
        #expect(text.contains("old-db: no job has run since 02:03") && text.contains("db heartbeat 11 s"))
        #expect(
            model.rows(of: .cron).prefix(2).map(\.id.key) == ["cron@old-db:heartbeat", "cron@db:heartbeat"])
        #expect(snapshot.row(alive.id) is CronHeartbeat && model.problems.contains(dead.id))
        var none = snapshot
        none.cron.heartbeats = []
        #expect(snapshot.verdict.checks == none.verdict.checks + 2)
    }

    @Test func `a cron that could not be read yet is found where the verdict counts it`() {
        var snapshot = Snapshot(
            at: ConsoleStore.at(0),
            environment: EnvironmentFacts(name: "eu-shop", isProduction: true, access: .readOnly))
        snapshot.cron.sources = ["db"]
        snapshot.cron.judgement = Judgement(.unknown, ["db, not read yet"])
        var model = Model(now: snapshot.at, size: Size(rows: 10, columns: 40))
        _ = update(&model, .snapshot(snapshot))
        #expect(snapshot.verdict.counts[.unknown] == 1)
        #expect(draw(model).glyphText.contains("? cron heartbeat") && model.problems == [CronHeartbeat.id])
    }

    @Test func `a line says what was missed once`() {
        var snapshot = ConsoleStore.snapshot()
        snapshot.cron.jobs[1].judgement = Judgement(.warning, ["missed 1 of 4 in 1 h, 25.0 %"])
        snapshot.cron.jobs[1].judgement.figure = .missed
        snapshot.cron.jobs[1].missedLastHour = 1
        var model = Model(now: snapshot.at, size: Size(rows: 24, columns: 80))
        _ = update(&model, .snapshot(snapshot))
        #expect(draw(model).glyphText.contains("acme_erp_reconcile  ▲missed 1 of 4 in 1 h, 25.0 %"))
    }

    @Test func `what a source was asked is told by the source alone, whole where there is room`() {
        var snapshot = ConsoleStore.whole()
        snapshot.queues = []
        snapshot.sources[0].judgement = Judgement(
            .critical,
            [
                "no answer since 02:13:10: connect to db1:3306: Can't connect to server on 'db1' (115)",
                "7 tries", "next in 9 s",
            ])
        var model = Model(now: snapshot.at, size: Size(rows: 24, columns: 80))
        _ = update(&model, .snapshot(snapshot))
        let text = draw(model).glyphText
        #expect(text.split(separator: "\n").count { $0.contains("db1:3306") } == 1, "\(text)")
        #expect(text.contains("7 tries · next in 9 s"))
        #expect(text.contains("? magento-db: no answer since 02:13:10\n"))
    }

    @Test func `says what a filter hides`() {
        var model = StoreNight.model(.incident, rows: 40, columns: 120)
        for key in [Key.character("/"), .character("c"), .character("r"), .character("m"), .enter] {
            _ = update(&model, .key(key))
        }
        let text = draw(model).glyphText
        #expect(text.contains("1 of 23 · 1 critical hidden"))
        #expect(text.contains("nothing here matches crm"))
        #expect(text.contains("1 crit 1 unkn 1 warn hidden"))
        #expect(!text.contains("erp.order.export"))
    }

    @Test func `keeps the row under the cursor in sight and under its bar`() throws {
        var model = StoreNight.model(.many, rows: 40, columns: 120)
        _ = update(&model, .key(.end))
        for _ in 0..<200 { _ = update(&model, .key(.up)) }
        let name = try #require(model.cursor(in: .queues)?.name)
        let frame = draw(model)
        let row = try #require((0..<40).first { frame.row($0).contains(name) })
        #expect((0..<64).allSatisfy { frame[row, $0].isUnderCursor })
        #expect((64..<120).allSatisfy { !frame[row, $0].isUnderCursor })
        #expect(frame.cells.count(where: \.isUnderCursor) == 64)
        #expect(critical(frame) == 20)
    }

    @Test func `lays the bar under the reason too`() {
        let frame = draw(StoreNight.model(.incident, rows: 40, columns: 120))
        #expect(frame.cells.count(where: \.isUnderCursor) == 3 * 64)
    }

    @Test func `colours one figure of a bad row, never its sentence`() throws {
        let frame = draw(StoreNight.model(.incident, rows: 40, columns: 120))
        let row = try #require((0..<40).first { frame.row($0).hasPrefix("✘ erp.order.export") })
        let coloured = (1..<64).filter { frame[row, $0].role == .critical }
        // With its sign.
        #expect(coloured.count == 2 && frame[row, coloured[0]].scalar == 0x2718)
        #expect(frame[row, coloured[1]].scalar == 0x30)
        #expect((2..<64).allSatisfy { frame[row + 1, $0].role == .text })
    }

    @Test func `has every column in a zoomed pane that is wide enough`() {
        var model = StoreNight.model(.incident, rows: 60, columns: 200)
        let heads: [(Character, [String])] = [
            (
                "1",
                ["via", "depth", "ready", "work", "retry", "error", "in/s", "out/s", "oldest", "trend"]
            ),
            ("2", ["tier", "ok/min", "fail", "retry", "p50", "p95", "last ok", "owner", "last error"]),
            (
                "3",
                ["group", "last ok", "running", "usual", "lock", "missed", "errors", "next", "last error"]
            ),
            ("4", ["mode", "status", "events", "lag", "moved"]), ("5", ["now", "where", "changed"]),
            ("0", ["read", "every", "took ms", "asks/min", "kB/min", "ms/min", "failed", "skipped", "next"]),
        ]
        for (digit, titles) in heads {
            guard let scalar = digit.unicodeScalars.first else { continue }
            _ = update(&model, .key(.character(scalar)))
            if !model.isZoomed { _ = update(&model, .key(.character("f"))) }
            let text = draw(model).glyphText
            for title in titles { #expect(text.contains(title), "\(digit) \(title)") }
        }
    }

    @Test(arguments: [
        Size(rows: 60, columns: 200), Size(rows: 30, columns: 100), Size(rows: 24, columns: 80),
    ])
    func `says of a switch that it is asked, and draws it as it was last seen`(size: Size) throws {
        var model = StoreNight.model(.calm, rows: size.rows, columns: size.columns)
        let row = try #require(model.snapshot?.flags.first { $0.flag.name == "stock.delta" })
        model.pending[1] = .change(
            FlagChange(
                opID: "x", flag: "stock.delta", backend: row.flag.backend, from: .on, to: .off,
                expectedRevision: "1"))
        let frame = draw(model)
        #expect(frame.glyphText.contains("turning OFF"))
        let line = try #require(
            (0..<size.rows).first { frame.row($0).contains("delta  ") && $0 < size.rows - 2 })
        #expect(frame.row(line).split(separator: "delta  ").last?.contains("ON") == true)
    }

    @Test func `says that it is a demo and what may be done`() {
        var snapshot = StoreNight.snapshot(.calm)
        snapshot.environment = EnvironmentFacts(
            name: "demo", isProduction: false, access: .operate, isDemo: true)
        for size in [Size(rows: 60, columns: 200), Size(rows: 24, columns: 80), Size(rows: 10, columns: 40)] {
            var model = Model(now: snapshot.at, size: size)
            _ = update(&model, .snapshot(snapshot))
            let frame = draw(model)
            #expect(frame.row(0).contains("DEMO"))
            #expect(frame.glyphText.contains("operate"))
            #expect(!frame.glyphText.contains("PROD"))
        }
    }

    @Test func `has PRODUCTION on its own background wherever there is a first row`() {
        for columns in [30, 40, 60, 80, 100, 200] {
            let frame = draw(StoreNight.model(.incident, rows: 60, columns: columns))
            #expect(frame[0, 1].role == .production && frame.row(0).hasPrefix(" PROD"))
        }
    }

    @Test(arguments: [60, 61, 70, 76, 77, 80, 99, 100, 119, 120, 159, 160, 210])
    func `keeps mode, verdict and clock in the first row however narrow it is`(columns: Int) {
        let row = draw(StoreNight.model(.incident, rows: 24, columns: columns)).row(0)
        #expect(row.contains("  operate  "))
        let words = row.contains("3 crit") && row.contains("1 unkn") && row.contains("3 warn")
        #expect(words || row.contains("3✘ 1? 3▲"))
        #expect(row.contains("02:14:37") && row.contains("eu-shop"))
    }

    @Test func `does not take a store without checks for a good morning`() {
        let now = StoreNight.snapshot(.calm).at
        let size = Size(rows: 40, columns: 120)
        var model = Model(now: now, size: size)
        #expect(draw(model).row(0).contains("waiting for the first values"))
        _ = update(
            &model,
            .snapshot(
                Snapshot(
                    at: now, environment: EnvironmentFacts(name: "x", isProduction: true, access: .readOnly)))
        )
        #expect(draw(model).row(0).contains("no checks yet"))
        #expect(draw(model).glyphText.contains("no source brings queues"))
        #expect(!draw(model).glyphText.contains("ok"))
    }

    @Test func `while something cannot be kept not everything is called ok, whatever else is on the screen`()
    {
        var snapshot = ConsoleStore.snapshot()
        for place in snapshot.queues.indices { snapshot.queues[place].judgement = .ok }
        for place in snapshot.integrations.indices { snapshot.integrations[place].judgement = .ok }
        for place in snapshot.indexers.indices { snapshot.indexers[place].judgement = .ok }
        for place in snapshot.flags.indices { snapshot.flags[place].judgement = .ok }
        for place in snapshot.sources.indices { snapshot.sources[place].judgement = .ok }
        for place in snapshot.cron.jobs.indices { snapshot.cron.jobs[place].judgement = .ok }
        for place in snapshot.cron.heartbeats.indices { snapshot.cron.heartbeats[place].judgement = .ok }
        func head(_ size: Size, filter: String = "") -> String {
            var model = ConsoleStore.model(snapshot, size: size)
            if !filter.isEmpty {
                #expect(model.press(.character("/")) == [])
                model.type(filter)
            }
            let frame = view(model, Canvas(size: size, glyphs: .blocks))
            return frame.row(size.rows > 3 ? 0 : 1)
        }
        let sizes = [Size(rows: 60, columns: 200), Size(rows: 40, columns: 120), Size(rows: 24, columns: 80)]
        for size in sizes { #expect(head(size).contains(" ok") && !head(size).contains("not kept")) }
        snapshot.storage = Judgement(.critical, ["journal.jsonl: No space left on device"])
        for size in sizes + [Size(rows: 10, columns: 40)] {
            for filter in ["", "erp"] {
                let row = head(size, filter: filter)
                #expect(row.contains("✘ not kept") && !row.contains("all "), "\(size): \(row)")
            }
        }
        #expect(head(Size(rows: 3, columns: 10)).contains("not kept"))
    }
}

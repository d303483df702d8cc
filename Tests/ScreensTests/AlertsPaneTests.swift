import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// The alerts: one a cause, with what follows from it and what was changed before.
@Suite struct AlertsPaneTests {
    private static let snapshots = FrameSnapshots(beside: #filePath)

    /// The night's incident, as its alerts tell it.
    static func night() -> Snapshot {
        var snapshot = StoreNight.snapshot(.incident)
        func ago(_ seconds: Double) -> WallTime { snapshot.at.wall.advanced(bySeconds: -seconds) }
        func id(_ rows: [any Row], _ name: String) -> EntityID {
            rows.first { $0.id.name == name }?.id ?? EntityID(.queue, name)
        }
        let flows = snapshot.integrations.map(\.id)
        var queue = AlertRow(
            id(snapshot.queues, "erp.order.export"), label: "erp.order.export", .noConsumer, .critical,
            since: ago(1620), openedAt: ago(1500),
            sentence: "nobody takes messages · 841 wait, 29 more each minute, the oldest 27 min")
        queue.folded = [
            AlertKey(entity: flows[0], kind: .silent), AlertKey(entity: flows[1], kind: .slow),
            AlertKey(entity: EntityID(.cron, "acme_erp_reconcile", in: "magento-db"), kind: .running),
        ]
        queue.foldedCount = 14
        queue.changes = [
            "deniz turned erp.v2 ON in eu-shop, was 25 %, 3 min before", "deploy 2.4.8-p1, 9 min before",
        ]
        queue.owner = "mira"
        var flow = AlertRow(
            flows[3], label: snapshot.integrations[3].label, .missing, .warning, since: ago(400),
            openedAt: ago(300), sentence: "3 of 212 orders are not there 8 min after they were due")
        flow.records = ["000000412", "000000415", "000000431"]
        flow.isFlapping = true
        var source = AlertRow(
            EntityID(.source, "app2-log"), label: "app2-log", .unreachable, .critical, since: ago(700),
            openedAt: ago(690), sentence: "no answer: ssh: Permission denied (publickey)")
        source.aside = Aside(by: "deniz", why: "key is renewed", at: ago(600), .shift)
        snapshot.alerts = [queue, source, flow]
        snapshot.learnedSeconds = 5 * 3600
        return snapshot
    }

    private static func model(_ size: Size, _ keys: Key...) -> Model {
        let snapshot = night()
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        for key in keys { _ = update(&model, .key(key)) }
        return model
    }

    private static let sizes = [
        Size(rows: 60, columns: 200), Size(rows: 40, columns: 120), Size(rows: 24, columns: 80),
        Size(rows: 19, columns: 120), Size(rows: 10, columns: 40),
    ]

    @Test(arguments: sizes) func `is drawn as kept`(size: Size) {
        let frame = view(Self.model(size, .character("7")), Canvas(size: size, glyphs: .braille))
        let name = "alerts-\(size.columns)x\(size.rows)"
        if let difference = Self.snapshots.difference(frame, name) { Issue.record("\(difference)") }
    }

    @Test(arguments: sizes) func `what is about to be told stands below, greyed`(size: Size) {
        var snapshot = Self.night()
        let at = snapshot.at.wall
        snapshot.pending = [
            PendingAlert(
                AlertKey(entity: snapshot.queues[0].id, kind: .stuck), label: snapshot.queues[0].label,
                .critical,
                at: at.advanced(bySeconds: 53), sentence: "lock held, nothing taken for 4 min · 12 wait"),
            PendingAlert(
                AlertKey(entity: snapshot.indexers[0].id, kind: .behind), label: snapshot.indexers[0].label,
                .warning, at: at.advanced(bySeconds: 290), sentence: "falls behind · 90 more each minute"),
            PendingAlert(
                AlertKey(entity: snapshot.integrations[0].id, kind: .failing),
                label: snapshot.integrations[0].label, .warning, at: nil, evidence: 0.624,
                sentence: "5 of 40 attempts failed in 3 min"),
        ]
        snapshot.pendingCount = 3
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        model.press(.character("7"))
        let frame = view(model, Canvas(size: size, glyphs: .braille))
        let name = "alerts-pending-\(size.columns)x\(size.rows)"
        if let difference = Self.snapshots.difference(frame, name) { Issue.record("\(difference)") }
        // With nothing told it is all there is.
        snapshot.alerts = []
        snapshot.generation += 1
        _ = update(&model, .snapshot(snapshot))
        let text = view(model, Canvas(size: size, glyphs: .braille)).glyphText
        #expect(text.contains("nothing is wrong") && text.contains("pending, "), "\(text)")
    }

    @Test(
        arguments: [
            ("grows · 29 more each minute", "2000 in 35 to 48 min"),
            ("grows", "29 more each minute: 2000 in 35 to 48 min"),
            ("grows · 29 more each minute: 2000 in 35 to 48 min", nil),
        ] as [(String, String?)])
    func `when it will hurt stands below the sentence, and what that says is not said again`(
        sentence: String, below: String?
    ) throws {
        var snapshot = Self.night()
        snapshot.alerts = [snapshot.alerts[0]]
        snapshot.alerts[0].sentence = sentence
        (snapshot.alerts[0].changes, snapshot.alerts[0].records, snapshot.alerts[0].foldedCount) = ([], [], 0)
        snapshot.alerts[0].outlook = "29 more each minute: 2000 in 35 to 48 min"
        let size = Size(rows: 40, columns: 120)
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        model.press(.character("7"))
        let frame = view(model, Canvas(size: size, glyphs: .braille))
        let rows = (0..<size.rows).map { String(frame.row($0).drop { $0 == " " }) }
        let place = try #require(rows.firstIndex { $0.hasPrefix("grows") })
        func text(_ row: Int) -> String { String(rows[row].reversed().drop { $0 == " " }.reversed()) }
        #expect(text(place) == sentence && text(place + 1) == below ?? "", "\(rows[place...(place + 1)])")
    }

    @Test func `the first one stands above all panes, and only while there is one`() {
        let size = Size(rows: 40, columns: 120)
        let frame = view(Self.model(size), Canvas(size: size, glyphs: .braille))
        #expect(frame.row(1).contains("erp.order.export: nobody takes messages"))
        #expect(frame.row(1).contains("+14 follow") && frame.row(1).contains("1 more alert: key 7"))
        let calm = StoreNight.model(.calm, rows: 40, columns: 120)
        #expect(view(calm, Canvas(size: size, glyphs: .braille)).row(1).allSatisfy { $0 == " " })
    }

    @Test func `while nothing is wrong it is said there how much is learned of what is usual`() {
        var snapshot = StoreNight.snapshot(.calm)
        snapshot.learnedSeconds = 5 * 3600
        let size = Size(rows: 40, columns: 120)
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        let row = view(model, Canvas(size: size, glyphs: .braille)).row(1)
        #expect(row == "  learning, 5 h of 3 d: what is usual is not known yet, limits are wide")
    }

    @Test(arguments: sizes)
    func `the cursor goes through them, Enter opens one and then what it is about, Esc comes back`(
        size: Size
    ) throws {
        var model = Self.model(size, .character("7"))
        #expect(model.focus == .alerts && model.selected?.id.name == "erp.order.export")
        _ = update(&model, .key(.down))
        #expect(model.alertCursor?.entity == EntityID(.source, "app2-log"))
        _ = update(&model, .key(.down))
        _ = update(&model, .key(.down))
        #expect(model.alertCursor?.entity.kind == .integration)
        _ = update(
            &model,
            .tick(
                Timestamp(
                    boot: model.now.boot + .seconds(1), wall: model.now.wall.advanced(bySeconds: 1),
                    bootID: "test")))
        _ = update(&model, .key(.enter))
        #expect(model.openAlert?.kind == .missing)
        _ = update(&model, .key(.enter))
        guard case .detail(let id) = model.screen else {
            Issue.record("no page: \(model.screen)")
            return
        }
        #expect(id.kind == .integration)
        _ = update(&model, .key(.escape))
        #expect(model.screen == .alert(try #require(model.openAlert)))
        _ = update(&model, .key(.escape))
        #expect(model.screen == .watch && model.focus == .alerts)
    }

    @Test func `a filter leaves those it finds, and one whose row is gone is still told`() {
        var snapshot = Self.night()
        snapshot.alerts[0].entity = EntityID(.integration, "*")
        snapshot.alerts[0].label = "the shop"
        let size = Size(rows: 40, columns: 120)
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        _ = update(&model, .key(.character("7")))
        #expect(model.selected == nil)
        #expect(view(model, Canvas(size: size, glyphs: .braille)).row(3).contains("the shop"))
        for key in "/shop".unicodeScalars { _ = update(&model, .key(.character(key))) }
        #expect(model.alerts.map(\.label) == ["the shop"])
    }

    @Test func `every size and set of glyphs can show them, however long their words`() {
        var snapshot = Self.night()
        let long = String(repeating: "wörter ", count: 60)
        for place in snapshot.alerts.indices {
            snapshot.alerts[place].label = long
            snapshot.alerts[place].sentence = long
            snapshot.alerts[place].changes = [long, long]
            snapshot.alerts[place].records = Array(repeating: long, count: 20)
        }
        for rows in [6, 10, 24, 40] {
            for columns in [30, 40, 80, 120] {
                for glyphs in GlyphSet.allCases {
                    let size = Size(rows: rows, columns: columns)
                    var model = Model(now: snapshot.at, size: size)
                    _ = update(&model, .snapshot(snapshot))
                    _ = update(&model, .key(.character("7")))
                    #expect(view(model, Canvas(size: size, glyphs: glyphs)).size == size)
                }
            }
        }
    }

    @Test(arguments: [
        Size(rows: 60, columns: 200), Size(rows: 40, columns: 120), Size(rows: 24, columns: 80),
    ])
    func `what is no longer so is told as past, and when it is over`(size: Size) {
        var snapshot = Self.night()
        snapshot.alerts = [snapshot.alerts[0]]
        snapshot.alerts[0].kind = .behind
        snapshot.alerts[0].sentence = "has not moved · 812 wait"
        snapshot.alerts[0].severity = .ok
        snapshot.alerts[0].goneAt = snapshot.at.wall.advanced(bySeconds: -80)
        snapshot.alerts[0].endsAt = snapshot.at.wall.advanced(bySeconds: 40)
        var model = Model(now: snapshot.at, size: size)
        _ = update(&model, .snapshot(snapshot))
        func text() -> String { view(model, Canvas(size: size, glyphs: .blocks)).glyphText }
        model.press(.character("7"))
        for words in [
            "fell behind", "ends in 40 s if that holds", "last: has not moved", "nothing of it now",
            "1 · 1 waits for its end",
        ] {
            #expect(text().contains(words), "\(words) is not in\n\(text())")
        }
        #expect(!text().contains("falls behind"))
        model.press(.enter)
        for words in [
            "waits for its end", "fell behind until 02:13", "ends in 40 s if that holds",
            "last: has not moved",
        ] {
            #expect(text().contains(words), "\(words) is not in\n\(text())")
        }
        model.press(.escape, .character("8"))
        #expect(text().contains("fell behind, waits for its end") && !text().contains("falls behind"))
        // Of an earlier run nobody knows when it went.
        snapshot.alerts[0].goneAt = nil
        snapshot.generation += 1
        _ = update(&model, .snapshot(snapshot))
        model.press(.escape, .enter)
        #expect(text().contains("fell behind, not found again so far"), "\(text())")
    }
}

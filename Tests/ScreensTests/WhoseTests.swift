import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import TestSupport
import Testing
import Text

/// Whom a row belongs to, and what its keys do with that.
struct WhoseTests {
    private static func open(_ text: String, _ snapshot: Snapshot) throws -> Model {
        var model = ConsoleStore.model(snapshot)
        let id = try #require(EntityID(text))
        let pane = try #require(Pane(id.kind))
        (model.focus, model.cursors[pane]) = (pane, id)
        return model
    }

    private static func page(_ model: Model) -> String {
        var model = model
        model.press(.enter)
        let canvas = Canvas(size: Size(rows: 90, columns: 120), glyphs: .braille)
        model.size = canvas.size
        return view(model, canvas).glyphText
    }

    @Test(arguments: ["queue:erp.order.export", "cron:acme_erp_reconcile", "integration:orders-erp"])
    func `t on what belongs to a flow asks about the flow's flag, on the row and on its page`(
        text: String
    ) throws {
        for isPage in [false, true] {
            var model = try Self.open(text, ConsoleStore.whole())
            if isPage { model.press(.enter) }
            #expect(model.hints.contains { $0.key == "t" && $0.label == "turn erp.v2 OFF…" })
            model.wait(until: 1)
            model.press(.character("t"))
            guard case .flag(let question) = model.dialog else {
                Issue.record("not asked: \(model.notice?.text ?? "")")
                continue
            }
            #expect(question.row.flag.name == "erp.v2" && question.target == .off)
        }
    }

    @Test func `an indexer that a flow claims has its flag too, and all of cron by its name`() throws {
        var snapshot = ConsoleStore.whole()
        snapshot.cron.readAt = snapshot.at
        snapshot.integrations[0].integration.ties.indexers = [NamePattern("*_price")]
        snapshot.integrations[0].integration.ties.jobs = [NamePattern("heartbeat")]
        for text in ["indexer:catalog_product_price", "cron:heartbeat"] {
            var model = try Self.open(text, snapshot)
            model.press(.character("t"))
            #expect(model.dialog != nil, "\(text)")
        }
    }

    @Test func `t says why it has no flag to ask about`() throws {
        var snapshot = ConsoleStore.whole()
        func answer(_ text: String) throws -> String? {
            var model = try Self.open(text, snapshot)
            model.press(.character("t"))
            #expect(model.dialog == nil)
            return model.notice?.text
        }
        #expect(try answer("queue:export") == "no flag here: choose one in 5 Flags")
        snapshot.integrations[0].integration.flags = []
        #expect(
            try answer("queue:erp.order.export")
                == "the config names no flag of orders → ERP: choose one in 5 Flags")
        snapshot.integrations[0].integration.flags = ["gone"]
        #expect(try answer("queue:erp.order.export") == "the flag of orders → ERP is not read: gone")
        snapshot.integrations[0].integration.flags = ["erp.v2", "wms.returns"]
        #expect(
            try answer("queue:erp.order.export")
                == "switched by erp.v2 and wms.returns: choose one in 5 Flags")
    }

    @Test func `a page says flow, owner, runbook, and the flag with its value and who turned it when`() throws
    {
        let text = try Self.page(Self.open("queue:erp.order.export", ConsoleStore.whole()))
        for words in [
            "✘ orders → ERP · owner mira · runbook RB-12 · erp.v2 ON",
            "flow       ✘ orders → ERP  critical, silent since 01:47", "owner      mira",
            "runbook    RB-12",
            "flag       erp.v2  ON · t turns it OFF, asks first · turned by deniz 30 min ago, 01:44",
        ] {
            #expect(text.contains(words), "\(words)\n\(text)")
        }
    }

    @Test func `a flag that is old, unknown or on its way is not shown as if it were so`() throws {
        var snapshot = ConsoleStore.whole()
        let place = try #require(snapshot.flags.firstIndex { $0.flag.name == "erp.v2" })
        snapshot.flags[place].readAt = ConsoleStore.at(-71)
        snapshot.flags[place].judgement = Judgement(.stale)
        let id = "queue:erp.order.export"
        #expect(try Self.page(Self.open(id, snapshot)).contains("erp.v2  ON, 71 s old"))
        snapshot.flags[place].flag.value = .unknown("the file is gone")
        #expect(try Self.page(Self.open(id, snapshot)).contains("erp.v2  ?"))
        snapshot.flags[place].progress = .asked(to: .off, opID: "1")
        #expect(try Self.page(Self.open(id, snapshot)).contains("erp.v2  turning OFF"))
    }

    @Test func `a flag's page names every flow it switches, whose it is and how it fares`() throws {
        var snapshot = ConsoleStore.whole()
        snapshot.integrations[1].integration.flags = ["erp.v2"]
        snapshot.integrations[1].integration.owner = "jonas"
        let flag = EntityID(.flag, "erp.v2", in: "flagd").key
        let text = try Self.page(Self.open(flag, snapshot))
        #expect(text.contains("switches   ✘ orders → ERP  critical, silent since 01:47"))
        #expect(text.contains("switches   ▲ stock → ERP  warning, slow since 01:49"))
        #expect(text.contains("owner      jonas"))
    }

    @Test func `what no flow claims says so where one could, and a source does not`() throws {
        let snapshot = ConsoleStore.whole()
        let words = "none: no integration of the config claims it"
        #expect(try Self.page(Self.open("queue:export", snapshot)).contains(words))
        #expect(try !Self.page(Self.open("source:magento-db", snapshot)).contains(words))
        var bare = snapshot
        bare.integrations = []
        #expect(try !Self.page(Self.open("queue:export", bare)).contains(words))
    }

    @Test func `all that a runbook says is there, and nothing of it leaves its line`() throws {
        var snapshot = ConsoleStore.whole()
        let words = "Is erp-worker up? " + String(repeating: "Look at its log, then wait. ", count: 12)
        snapshot.integrations[0].integration.runbook = words + "\u{1B}[31mhttps://wiki/rb-12"
        let text = try Self.page(Self.open("queue:erp.order.export", snapshot))
        #expect(text.contains("runbook    Is erp-worker up?") && text.contains("https://wiki/rb-12"))
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(!text.contains("ERP · owner mira · runbook"), "it has no room in one line")
    }

    @Test func `Y on a page copies flow, owner and runbook with it`() throws {
        var model = try Self.open("queue:erp.order.export", ConsoleStore.whole())
        model.press(.enter)
        #expect(
            model.press(.character("Y")) == [
                .copy(
                    """
                    queue:erp.order.export · critical · nobody takes messages since 01:47 · 841 wait
                    flow: orders → ERP
                    owner: mira
                    runbook: RB-12
                    id: queue:erp.order.export
                    """)
            ])
    }

    @Test(arguments: [
        Size(rows: 24, columns: 80), Size(rows: 10, columns: 40), Size(rows: 40, columns: 60),
    ])
    func `no word of what to do is cut, however narrow the page`(size: Size) throws {
        var snapshot = ConsoleStore.whole()
        let flag = try #require(snapshot.flags.firstIndex { $0.flag.name == "erp.v2" })
        snapshot.flags[flag].flag.changedBy = "deniz.of.integrations"
        snapshot.flags[flag].flag.changedAt = ConsoleStore.wall.advanced(bySeconds: -1800)
        snapshot.integrations[0].integration.isSafeZone = true
        for name in ["queue:erp.order.export", "integration:orders-erp"] {
            var model = try Self.open(name, snapshot)
            model.press(.enter)
            // As long as it takes to show all of it.
            model.size = Size(rows: 120, columns: size.columns)
            let page = view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText
            // Read as a person does: from line to line.
            let read = page.split(whereSeparator: { $0 == " " || $0 == "\n" }).joined(separator: " ")
            for words in [
                "t turns it OFF, asks first", "turned by deniz.of.integrations", "30 min ago, 01:44", "RB-12",
            ] {
                #expect(read.contains(words), "\(words) is not in\n\(page)")
            }
            let whatToDo = page.split(separator: "\n").drop { !$0.contains("What to do") }
                .prefix { !$0.contains("Esc back") }
            #expect(!whatToDo.joined().contains("…"), "\(page)")
            if name.hasPrefix("integration") {
                #expect(read.contains("safe zone yes: it must stay healthy"), "\(page)")
            }
        }
    }
}

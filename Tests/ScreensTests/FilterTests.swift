import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

struct FilterTests {
    @Test(
        arguments: [
            ("erp", ["erp.order.export", "orders-erp", "stock-erp", "acme_erp_reconcile", "erp.v2"]),
            ("ERP !stock", ["erp.order.export", "orders-erp", "acme_erp_reconcile", "erp.v2"]),
            ("status:warn", ["stock-erp", "acme_erp_reconcile"]),
            (
                "!source:magento-db !source:flagd",
                ["erp.order.export", "async.operations.all", "export", "rabbitmq"]
            ),
            ("system:bi", ["orders-bi"]), ("by:deniz value:off", ["wms.returns"]),
            ("since 01:47 silent", ["orders-erp"]), ("!", nil), ("name:", nil), ("nothing-like-it", []),
        ] as [(String, [String]?)])
    func `leaves the rows where all terms hold`(typed: String, names: [String]?) {
        var model = ConsoleStore.model()
        let all = Pane.allCases.flatMap { model.rows(of: $0).map(\.id.name) }
        model.press(.character("/"))
        model.type(typed)
        let left = Pane.allCases.flatMap { model.rows(of: $0).map(\.id.name) }
        // A term without a value says nothing yet: it must not empty the screen while it is typed.
        #expect(Set(left) == Set(names ?? all))
    }

    @Test func `is told on the smallest screen too`() {
        var model = ConsoleStore.model(size: Size(rows: 10, columns: 40))
        model.press(.character("/"))
        model.type("stock")
        model.press(.enter)
        let foot = view(model, Canvas(size: model.size, glyphs: .blocks)).row(9)
        #expect(foot.hasPrefix(" filter stock: 1 of 14, hides 2✘ 1▲"))
    }

    @Test func `says how many critical rows it hides`() {
        var model = ConsoleStore.model()
        model.press(.character("/"))
        model.type("stock")
        model.press(.enter)
        #expect(
            model.statusLine(width: 100, .blocks).text
                == " filter stock: 1 of 14, hides 2 critical, 1 warning")
        model.press(.character("e"), .character("e"))
        #expect(model.selected?.id.name == "stock-erp", "only what is in sight")
        model.press(.escape)
        #expect(model.filter.isEmpty)
    }

    @Test func `Esc takes the filter away, Enter keeps it`() {
        var model = ConsoleStore.model()
        model.press(.character("/"))
        model.type("erp")
        model.press(.enter)
        #expect(model.filterField == nil && model.filter.text == "erp")
        model.press(.character("/"), .backspace)
        #expect(model.filter.text == "er", "editing goes on where it was")
        model.press(.escape)
        #expect(model.filterField == nil && model.filter.isEmpty)
    }

    @Test func `n goes through the matches of all panes`() {
        var model = ConsoleStore.model()
        model.press(.character("/"))
        model.type("erp")
        model.press(.enter)
        var seen: [String] = []
        for _ in 0..<5 {
            model.press(.character("n"))
            seen.append(model.selected?.id.name ?? "-")
        }
        #expect(
            seen == ["orders-erp", "stock-erp", "acme_erp_reconcile", "erp.v2", "erp.order.export"])
        model.press(.character("N"))
        #expect(model.selected?.id.name == "erp.v2")
    }

    @Test func `n passes the rows that stand on no pane`() {
        var model = ConsoleStore.model()
        let rows = 3 + 3 + 2 + 1 + 3
        for _ in 0..<rows { model.press(.character("n")) }
        #expect(model.selected?.id.name == "erp.order.export", "once round, without the sources")
    }

    @Test(arguments: [
        "erp", "cron", "heartbeat", "magento", "!erp", "status:critical", "nothing of the kind",
    ])
    func `what a filter counts is what its keys go through, pane by pane and in all`(typed: String) {
        var snapshot = ConsoleStore.whole()
        snapshot.cron.readAt = snapshot.at
        for pane in ["1", "3"] {
            var model = ConsoleStore.model(snapshot)
            model.type(pane + "/" + typed)
            model.press(.enter)
            let found = Pane.allCases.reduce(0) { sum, pane in
                sum + model.rows(of: pane).count { model.filter.matches($0) }
            }
            let line = model.statusLine(width: 400, .blocks).text
            #expect(line.contains(": \(found) of "), "\(line)")
            // Those in front and those elsewhere are all there are.
            let here = model.rows(of: model.focus).count { model.filter.matches($0) }
            let elsewhere = Pane.allCases.filter { $0 != model.focus }.map { pane in
                (pane.title, model.rows(of: pane).count { model.filter.matches($0) })
            }
            for (title, count) in elsewhere {
                #expect(line.contains("\(count) in \(title)") == (count > 0), "\(line)")
            }
            #expect(here > 0 || found == 0, "one stands where something is found: \(line)")
        }
    }

    @Test func `where cron as a whole is what matches, it is not said beside it that nothing does`() {
        var snapshot = ConsoleStore.whole()
        snapshot.cron.readAt = snapshot.at
        var model = ConsoleStore.model(snapshot)
        model.type("3/heartbeat")
        let text = view(model, Canvas(size: Size(rows: 40, columns: 120), glyphs: .blocks)).glyphText
        #expect(text.contains("no job matches heartbeat"), "\(text)")
        model.type("x")
        let none = view(model, Canvas(size: Size(rows: 40, columns: 120), glyphs: .blocks)).glyphText
        #expect(none.contains("nothing here matches heartbeatx") && !none.contains("no job"), "\(none)")
    }

    @Test func `letters typed into the filter are no commands`() {
        var model = ConsoleStore.model()
        model.press(.character("/"))
        #expect(model.type("qtRZ?e") == [])
        #expect(model.filter.text == "qtRZ?e" && model.dialog == nil && model.frozen == nil)
    }
}

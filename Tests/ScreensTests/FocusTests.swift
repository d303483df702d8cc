import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// The pane one is in gets the rows: what keys act on is in sight.
struct FocusTests {
    private static let sizes = [(40, 120), (19, 120), (24, 80), (20, 60)].map {
        Size(rows: $0, columns: $1)
    }

    @Test(arguments: [StoreNight.Scene.incident, .calm, .blind, .many, .hostile])
    func `the row under the cursor is in sight in every pane, as far as one goes`(scene: StoreNight.Scene) {
        var lost: Set<String> = []
        for size in Self.sizes {
            for pane in Pane.allCases where pane != .events {
                var model = StoreNight.model(scene, rows: size.rows, columns: size.columns)
                model.press(.character(Unicode.Scalar(UInt8(0x30 + pane.rawValue))))
                guard model.focus == pane else { continue }
                for _ in 0..<min(12, model.rows(of: pane).count) {
                    let frame = view(model, Canvas(size: size, glyphs: .blocks))
                    if !frame.roleText.contains(where: \.isUppercase) {
                        lost.insert("\(pane) at \(size.columns)x\(size.rows)")
                    }
                    model.press(.down)
                }
            }
        }
        #expect(lost.isEmpty, "\(lost.sorted().joined(separator: ", "))")
    }

    @Test func `a filter that leaves nothing here goes where it leaves something, and back`() {
        var model = ConsoleStore.model(size: Size(rows: 24, columns: 80))
        model.type("/erp.v2")
        #expect(model.focus == .flags && model.selected?.label == "erp.v2")
        for _ in 0..<5 { model.press(.backspace) }
        #expect(model.filter.text == "e" && model.focus == .queues)
        model.type("rp.v2")
        model.press(.escape)
        #expect(model.focus == .queues && model.filter.isEmpty)
        model.type("/erp.v2")
        model.press(.enter)
        #expect(model.focus == .flags)
    }

    @Test func `what was found by a filter stays under the cursor when the filter goes`() {
        var model = ConsoleStore.model()
        model.type("/async")
        model.press(.enter)
        #expect(model.selected?.label == "async.operations.all")
        model.press(.escape)
        #expect(model.filter.isEmpty && model.selected?.label == "async.operations.all")
        model.press(.escape)
        #expect(model.selected?.label == "erp.order.export", "let go it follows the worst again")
    }

    @Test func `the counts of the other panes stand beside, with the key that goes there`() {
        var model = ConsoleStore.model(size: Size(rows: 40, columns: 160))
        model.type("/erp")
        let line = model.statusLine(width: 160, .blocks).text
        #expect(line.contains(" in Integrations, 1 in Cron, 1 in Flags: n"), "\(line)")
        model.press(.enter)
        var panes: [Pane] = []
        for _ in 0..<6 {
            model.press(.character("n"))
            if panes.last != model.focus { panes.append(model.focus) }
        }
        #expect(panes.starts(with: [.integrations, .cron, .flags]), "\(panes)")
    }

    @Test func `matches have the room that others leave`() {
        var model = StoreNight.model(.calm, rows: 24, columns: 80)
        model.type("/catalog")
        model.press(.enter)
        let text = view(model, Canvas(size: model.size, glyphs: .blocks)).glyphText
        let (indexers, flows) = (model.indexers, model.integrations)
        let shown = indexers.count { text.contains($0.label) }
        #expect(indexers.count == 8 && shown >= 6, "\(text)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(!lines[1..<22].contains(""), "no line is blank while rows are folded")
        for row in flows { #expect(text.contains(row.integration.thing), "\(row.label)") }
    }
}

import Display
import EngineAPI
import Screens
import TestSupport
import Testing

@Suite struct StoreNameTests {
    private func model(_ name: String, beside others: [String], _ size: Size) -> Model {
        var snapshot = ConsoleStore.snapshot()
        snapshot.environment.name = name
        snapshot.environment.siblings = others
        return ConsoleStore.model(snapshot, size: size)
    }

    private func firstRow(_ name: String, beside others: [String], columns: Int) -> String {
        let size = Size(rows: columns < 60 ? 10 : 40, columns: columns)
        return view(model(name, beside: others, size), Canvas(size: size, glyphs: .braille)).row(0)
    }

    private static let stores = ["shop-production-eu", "shop-production-us", "shop-staging-eu"]

    @Test(arguments: [30, 34, 40, 60, 62, 70, 80, 100, 120, 200])
    func `the first row tells every store of the config apart, and all that is wrong`(columns: Int) {
        let rows = Self.stores.map { name in
            firstRow(name, beside: Self.stores.filter { $0 != name }, columns: columns)
        }
        #expect(Set(rows).count == 3, "\(rows)")
        for row in rows {
            #expect(row.contains("2 crit") || row.contains("2✘"), "\(row)")
            #expect(row.contains("2 warn") || row.contains("2▲"), "\(row)")
        }
    }

    @Test func `a short name stands whole at any width`() {
        for columns in [30, 40, 60, 80, 120] {
            #expect(firstRow("eu-shop", beside: [], columns: columns).contains("eu-shop"), "\(columns)")
        }
    }

    @Test(arguments: [40, 80, 120])
    func `the question names the store and the flag as far as there is room for both`(columns: Int) {
        let size = Size(rows: columns < 60 ? 12 : 40, columns: columns)
        let asked = Self.stores.map { name in
            var model = model(name, beside: Self.stores.filter { $0 != name }, size)
            model.press(.character("5"), .down, .character("t"))
            return view(model, Canvas(size: size, glyphs: .braille)).glyphText
        }
        #expect(Set(asked).count == 3)
        for text in asked { #expect(text.contains("Turn OFF erp.v2")) }
        #expect(asked[0].contains("in PROD shop-production-eu"))
    }
}

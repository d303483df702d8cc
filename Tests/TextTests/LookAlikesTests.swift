import Testing
import Text

@Suite struct LookAlikesTests {
    /// As an eye takes it: what is hidden is not there, one blank is as good as several.
    private func seen(_ text: String) -> String {
        text.split(separator: " ").joined(separator: " ")
    }

    @Test(arguments: [
        ["orders", "orders ", " orders", "orders  ", "orders\u{A0}", "orders\u{200B}", "orders\u{FE0F}"],
        ["new orders", "new  orders", "new\u{A0}orders", "new\u{2003}orders", "new   orders"],
        ["orders", "or\u{AD}ders", "or\u{202E}ders", "or\u{2066}ders", "or\u{E0061}ders", "or\u{180B}ders"],
        ["STOCK", "STOC\u{212A}", "STOC\u{39A}", "STOCK\u{301}", "ST\u{41E}CK"],
        ["Caf\u{E9}", "Cafe\u{301}", "Caf", "Cafe"],
        ["\u{AC00}", "\u{1100}\u{1161}", "\u{1E9B}\u{323}", "\u{17F}\u{323}\u{307}"],
        // Spelled as another one is drawn, and different only behind the cut.
        ["erp<202E>.order", "erp\u{202E}.order", "erp.order"],
        ["erp.order ", "erp.order\\u{20}", "erp.order\u{A0}", "erp.order\\u{A0}"],
        [String(repeating: "a", count: 700) + "x", String(repeating: "a", count: 700) + "y"],
        [" ", "  ", "\u{A0}", "\u{3164}", "\u{200B}"],
    ])
    func `names that look alike differ on the screen, in whatever they differ`(names: [String]) {
        for order in [names, names.reversed()] {
            let drawn = LookAlikes.drawn(order)
            #expect(Set(drawn.map(seen)).count == names.count, "\(drawn)")
            for text in drawn { #expect(Sanitizer.line(text) == text) }
        }
    }

    @Test func `a name that is like no other is drawn as it is`() {
        let names = ["orders", "new orders", "Bestellungen für die Küche", "склад"]
        #expect(LookAlikes.drawn(names) == names)
        #expect(LookAlikes.drawn(["orders", "stock "]) == ["orders", "stock "])
    }
}

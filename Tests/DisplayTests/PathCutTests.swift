import Display
import Testing

/// A long path never pushes what is said of it off the screen.
@Suite struct PathCutTests {
    private let path = "/var/www/shop/releases/20261130/app/etc/flags/production/switches.flagd.yaml"

    @Test(arguments: GlyphSet.allCases)
    func `a line keeps what stands behind a path, and the path keeps its ends`(glyphs: GlyphSet) {
        for (width, ends) in [(78, ["switches.flagd.yaml"]), (58, ["flagd.yaml"]), (46, ["d.yaml"])] {
            let line = Line("cannot open \(path): ", .text) + Line("Permission denied", .critical)
            let cut = line.cut(to: width, glyphs)
            #expect(cut.width(glyphs) <= width)
            #expect(
                cut.text.hasPrefix("cannot open /va") && cut.text.hasSuffix(": Permission denied"),
                "\(cut.text)")
            #expect(ends.allSatisfy(cut.text.contains) && cut.spans.last?.role == .critical, "\(cut.text)")
        }
        #expect(Line(path).cut(to: 200, glyphs).text == path)
        // Where even that is too much the end goes, as of any line.
        #expect(Line("cannot open \(path): no").cut(to: 12, glyphs).width(glyphs) <= 12)
    }

    @Test func `only paths and addresses are shortened, and only as far as must be`() {
        let url = "https://rabbit.example.com:15672/api/queues/%2F?page=1&page_size=500"
        let cut = Line("get \(url) timed out after 5 s").cut(to: 60, .braille).text
        #expect(cut.hasPrefix("get https://r") && cut.hasSuffix("=500 timed out after 5 s"), "\(cut)")
        let name = String(repeating: "erp.order/", count: 12)
        #expect(
            Line(name + " waits").cut(to: 40, .braille).text == String((name + " waits").prefix(39)) + "…")
        let two = Line("/\(path)\(path) and '/tmp/a' differ").cut(to: 60, .braille).text
        #expect(two.hasSuffix(" and '/tmp/a' differ"), "\(two)")
        for width in 0...120 {
            for glyphs in GlyphSet.allCases {
                let wide = Line("x /漢字漢字/漢字漢字e\u{301}/漢字漢字漢字 (\(path)): y").cut(to: width, glyphs)
                #expect(wide.width(glyphs) <= width)
            }
        }
    }
}

import Display
import Screens
import Testing

@Suite struct SentenceTests {
    private let parts = ["falls behind since 01:31", "+90/min", "limit 30 min in 55-70 min"]

    @Test func `breaks between parts and leaves out whole parts from the end`() {
        #expect(Sentence.lines(parts, width: 80, .braille) == [parts.joined(separator: " · ")])
        #expect(
            Sentence.lines(parts, width: 38, .braille)
                == ["falls behind since 01:31 · +90/min", "limit 30 min in 55-70 min"])
        #expect(
            Sentence.lines(parts, width: 38, limit: 1, .braille) == ["falls behind since 01:31 · +90/min"])
        #expect(Sentence.lines(parts, width: 24, .braille) == ["falls behind since 01:31", "+90/min"])
        #expect(Sentence.lines([], width: 24, .braille) == [])
        #expect(Sentence.lines(parts, width: 24, limit: 0, .braille) == [], "not over what stands there")
        #expect(Sentence.lines(["", "a"], width: 24, .braille) == ["a"])
    }

    @Test func `breaks a first part at words when it alone is too wide, and cuts the last line`() {
        #expect(
            Sentence.lines(["connect to db1:3306 timed out after 2 s", "7 tries"], width: 20, .braille)
                == ["connect to db1:3306", "timed out after 2 s"])
        #expect(
            Sentence.lines(["connect to db1:3306 timed out"], width: 14, limit: 1, .braille) == [
                "connect to db…"
            ])
        #expect(Sentence.lines([String(repeating: "x", count: 50)], width: 10, .braille) == ["xxxxxxxxx…"])
    }

    @Test func `shortens a path before it loses what is said of it`() {
        let path = "/srv/backups/" + String(repeating: "releases/current/", count: 6) + "state.json"
        for (width, limit) in [(76, 2), (76, 1), (50, 1), (36, 2)] {
            let lines = Sentence.lines(
                ["the state cannot be saved", "cannot open \(path): Permission denied"], width: width,
                limit: 3, .braille)
            #expect(lines.joined(separator: " ").hasSuffix("Permission denied") || width < 46, "\(lines)")
            let alone = Sentence.lines(
                ["cannot open \(path): Permission denied"], width: width, limit: limit, .braille)
            #expect(
                alone.count <= limit && alone.joined(separator: " ").hasSuffix("Permission denied"),
                "\(alone)")
        }
    }

    @Test func `cuts a later part that is too wide only where no line is left for it`() {
        let parts = ["failed since 15:19", "last: connect to db1:3306 timed out after 2 s", "7 tries"]
        #expect(
            Sentence.lines(parts, width: 25, limit: 4, .braille)
                == ["failed since 15:19", "last: connect to db1:3306", "timed out after 2 s", "7 tries"])
        #expect(
            Sentence.lines(parts, width: 24, limit: 2, .braille)
                == ["failed since 15:19", "last: connect to db1:33…"])
        #expect(Sentence.lines(parts, width: 24, limit: 1, .braille) == ["failed since 15:19"])
        #expect(
            Sentence.lines(parts, width: 44, limit: 1, .braille)
                == ["failed since 15:19 · last: connect to db1:3…"])
    }

    @Test func `tells as many clauses as fit the last line, and never half a figure`() {
        let parts = ["falls behind", "3870 events wait, 90 more each minute, 12 min behind (limit 10 min)"]
        func line(_ width: Int) -> [String] { Sentence.lines(parts, width: width, limit: 1, .braille) }
        #expect(line(82) == [parts.joined(separator: " · ")])
        #expect(line(81) == ["falls behind · 3870 events wait, 90 more each minute, 12 min behind …"])
        #expect(line(54) == ["falls behind · 3870 events wait, 90 more each minute …"])
        #expect(line(53) == ["falls behind · 3870 events wait …"])
        #expect(line(30) == ["falls behind"])
        #expect(
            Sentence.lines(["slow since 01:49", "p95 4.8 s (limit 2.0 s)"], width: 40, limit: 1, .braille)
                == ["slow since 01:49 · p95 4.8 s …"])
    }

    @Test func `a sentence alone in a line is cut behind whole parts, else behind whole words`() {
        func line(_ text: String, _ width: Int) -> String { Sentence.line(text, width: width, .braille) }
        let event = "catalog_product_price: working 45 s, no progress, no lock · next run is skipped"
        #expect(line(event, 79) == event)
        #expect(line(event, 70) == "catalog_product_price: working 45 s, no progress, no lock")
        #expect(line(event, 50) == "catalog_product_price: working 45 s, no progress …")
        let notice = "erp.v2 stays as it was: nothing was heard for 20 s"
        #expect(line(notice, 40) == "erp.v2 stays as it was: nothing was …")
        #expect(line("the queue holds 18 420 messages", 22) == "the queue holds …", "no part of a figure")
        #expect(line(String(repeating: "x", count: 30), 10) == "xxxxxxxxx…")
        for width in 0...60 { #expect(GlyphSet.braille.width(line(event, width)) <= width) }
    }

    @Test func `never answers a line that is too wide, whatever the glyphs`() {
        let wide = ["漢字 漢字漢字漢字 · → …", "ok", String(repeating: "é", count: 40)]
        for glyphs in GlyphSet.allCases {
            for width in 0...60 {
                let lines = Sentence.lines(wide, width: width, glyphs)
                #expect(lines.count <= 2)
                #expect(lines.allSatisfy { glyphs.width($0) <= width })
            }
        }
    }
}

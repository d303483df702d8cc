import TestSupport
import Testing
import Text

struct SanitizerTests {
    @Test(
        arguments: [
            ("plain: text (ok)", "plain: text (ok)"),
            ("größer → 価格 ✘", "größer → 価格 ✘"),
            ("\u{1B}[31mred\u{1B}[0m", "␛[31mred␛[0m"),
            ("\u{1B}]52;c;aGk=\u{07}", "␛]52;c;aGk=␇"),
            ("\u{9B}2J\u{90}q\u{9D}0;t\u{9C}", "<9B>2J<90>q<9D>0;t<9C>"),
            ("A\rB\nC\tD\u{8}E\u{7F}\0", "A⏎B⏎C⇥D␈E␡␀"),
            ("a\u{202E}b\u{2066}c\u{200F}\u{61C}", "a<202E>b<2066>c<200F><61C>"),
            ("a\u{200B}\u{200D}\u{FEFF}\u{AD}\u{3164}b", "a<200B><200D><FEFF><AD><3164>b"),
            ("\u{E0041}\u{FFFE}\u{E000}\u{2028}", "<E0041><FFFE><E000><2028>"),
            ("⚠\u{FE0F}", "⚠"),
            ("no\u{A0}break", "no break"),
            ("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}x\u{301}", "e\u{301}\u{301}\u{301}\u{301}x\u{301}"),
            ("\u{301}a", "<301>a"),
            ("", ""),
        ] as [(String, String)])
    func `shows what acts, hides or joins`(text: String, expected: String) {
        #expect(Array(Sanitizer.line(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], "a\u{FFFD}b"),
            ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xE2, 0x82], "\u{FFFD}"),
            ([0xC2, 0x9B, 0x41], "<9B>A"),
        ] as [([UInt8], String)])
    func `replaces what is not UTF-8`(bytes: [UInt8], expected: String) {
        #expect(Sanitizer.line(bytes: bytes) == expected)
    }

    @Test func `caps bytes first and counts what is missing`() {
        let long = String(repeating: "a", count: 2 << 20)
        let line = Sanitizer.line(long)
        #expect(line == String(repeating: "a", count: 4080) + "…+2.0 MB")
        let bomb = "e" + String(repeating: "\u{301}", count: 1 << 20)
        #expect(Sanitizer.line(bomb) == "e\u{301}\u{301}\u{301}\u{301}…+2.0 MB")
        let exact = String(repeating: "a", count: 4096)
        #expect(Sanitizer.line(exact) == exact)
        #expect(Sanitizer.line(exact + "b").hasSuffix("a…+17 B"))
    }

    @Test func `never cuts a number form in two`() {
        for length in 60...90 {
            let line = Sanitizer.line(String(repeating: "\u{202E}", count: length), maxBytes: 64)
            #expect(line.split(separator: "…").first?.hasSuffix("<202E>") == true)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `random bytes become one harmless line, once and for all`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<500 {
            let bytes = Self.hostileBytes(&generator)
            let limit = Int.random(in: 64...400, using: &generator)
            let line = Sanitizer.line(bytes: bytes, maxBytes: limit)
            let place: Comment = "seed \(seed) round \(round)"
            #expect(line.utf8.count <= limit, place)
            #expect(line.unicodeScalars.allSatisfy(Self.isHarmless), place)
            #expect(Sanitizer.line(line, maxBytes: limit) == line, place)
            #expect(CellWidth.of(line) >= 0, place)
        }
    }

    /// Written apart from the sanitizer's own rule: what no terminal may be sent.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        let ranges: [ClosedRange<UInt32>] = [
            0...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x61C...0x61C, 0x180B...0x180F, 0x200B...0x200F,
            0x2028...0x202E,
            0x2060...0x206F, 0x3164...0x3164, 0xE000...0xF8FF, 0xFDD0...0xFDEF, 0xFE00...0xFE0F,
            0xFEFF...0xFEFF, 0xFFF0...0xFFFB, 0xFFFE...0xFFFF, 0xE0000...0x10FFFF,
        ]
        return !ranges.contains { $0.contains(value) }
    }

    private static func hostileBytes(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        let pieces: [Unicode.Scalar] = [
            "a", " ", "\u{1B}", "\u{9B}", "\r", "\u{202E}", "\u{200D}", "\u{301}", "価", "👍", "\u{1F3FB}",
            "\u{FE0F}", "\u{E0041}", "\u{10FFFF}", "\u{1161}",
        ]
        for _ in 0..<Int.random(in: 0...300, using: &generator) {
            if Bool.random(using: &generator), let piece = pieces.randomElement(using: &generator) {
                bytes.append(contentsOf: String(piece).utf8)
            } else {
                bytes.append(UInt8.random(in: 0...255, using: &generator))
            }
        }
        return bytes
    }
}

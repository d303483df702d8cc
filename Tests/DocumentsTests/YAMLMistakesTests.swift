import Documents
import TestSupport
import Testing

/// What is said of YAML that cannot be read, and that the rest is read all the same.
struct YAMLMistakesTests {
    /// `last: 1` stands below each of them, and is found.
    @Test(
        arguments: [
            ("a:\n\tb: 1", "2:1: a tab; YAML wants blanks"),
            ("a:\n\tb: 1\n\tc: 2", "2:1: a tab here and in the 1 line below; YAML wants blanks"),
            (
                "a: \"x",
                "1:4: the quote opened at 1:4 is never closed in its line, it ends with the next one in line 2"
            ),
            ("a: 'x", "1:4: the quote opened at 1:4 is never closed"),
            ("a: {b: 'x, c: 1}", "1:8: the quote opened at 1:8 is never closed"),
            ("a: [*.retry]", "1:5: a text that begins with * stands in quotes: [\"*.retry\"]"),
            (
                "a: *retry",
                "1:4: no such anchor before this alias; a text that begins with * stands in quotes"
            ),
            ("a: @x", "1:4: a text that begins with @ stands in quotes"),
            ("a: `x`", "1:4: a text that begins with ` stands in quotes"),
            ("a: !x", "1:4: tags are not allowed"),
            ("a: b: c", "1:5: a second colon with a blank after it: put the whole value in quotes"),
            ("a: - b", "1:4: a list begins in a line of its own, or is written [a, b]"),
            ("a: [1, 2", "1:4: the [ opened at 1:4 is never closed"),
            (
                "a: [x #y]",
                "1:7: a blank before # cuts the value: the rest of the line is a comment, and the [ opened at 1:4 is never closed. Put the text in quotes"
            ),
            ("a: [1 2}", "1:8: a comma or ] is missing before this: the [ opened at 1:4"),
            (
                "a: \"x\\d\"",
                "1:6: \\ begins an escape in double quotes: write \\\\, or put the text in single quotes"
            ),
            ("a: \"x\" y", "1:8: a text goes on after its closing quote: put all of it in quotes"),
            ("a: |x\n  b", "1:5: after | or > the text begins in the next line"),
            ("a: 1\n  b: 2", "2:3: this line begins further right than line 1, which has its value already"),
            (
                "a:\n  b: 1\n c: 2",
                "3:2: this line begins in column 2, lines above in 1, 3: align it with one of them"
            ),
            ("a:\n  b: 1\n  c\n  d: 2", "3:3: a colon and a blank are missing: key: value"),
            ("a:b", "1:1: a colon and a blank are missing: key: value"),
            ("a: \u{1}", "1:4: control characters are not allowed"),
            ("a: 1\na: 2", "2:1: duplicate key \"a\""),
        ] as [(String, String)])
    func `a mistake is told in words that say what to do, and what comes after it is read`(
        text: String, expected: String
    ) {
        let end =
            text.contains("\"x") && !text.contains("x\\") && !text.contains("x\" y")
            ? "last: \"1\"" : "last: 1"
        let checked = YAML.check(Array((text + "\n" + end + "\n").utf8), name: "c.yaml")
        #expect(checked.mistakes.map(\.description) == ["c.yaml:" + expected])
        #expect(checked.root?["last"]?.text == "1")
        // Who reads strictly is told the first mistake in the same words.
        #expect(throws: JSONReaderTests.error("c.yaml:" + expected)) {
            try YAML.read(Array((text + "\n" + end + "\n").utf8), name: "c.yaml")
        }
    }

    @Test func `several mistakes come in one run, and places are those of the text`() {
        let text = "a: [*x, é, \"y]\nb:\n\tc: @z\nd: 'ü' w\ne: 1 #x\nf: [1, 2\ng: 5\n"
        let checked = YAML.check(Array(text.utf8), name: "c")
        #expect(
            checked.mistakes.map { "\($0.line):\($0.column)" }.sorted()
                == ["1:12", "1:5", "3:1", "3:5", "4:8", "6:4"], "\(checked.mistakes)")
        #expect(checked.root?["g"]?.text == "5")
    }

    @Test(arguments: [UInt64(91), 92, 93])
    func `any damage ends in a tree or a mistake with a place, and soon`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let text = "a: &e {b: ENABLED, 'on': [1, \"ü\"]}\nb: *e\nt: |\n  x\nf: >-\n y\n\tg: [*h, @i]\n"
        for _ in 0..<150 {
            let bytes = Mutation.mutate(Array(text.utf8), &generator)
            let checked = YAML.check(bytes, name: "m")
            #expect(checked.root != nil || !checked.mistakes.isEmpty, "seed \(seed)")
            let lines = bytes.count { $0 == 0x0A } + 1
            #expect(checked.mistakes.allSatisfy { (1...lines + 1).contains($0.line) && $0.column >= 1 })
        }
    }
}

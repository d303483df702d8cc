import Documents
import TestSupport
import Testing

struct YAMLReaderTests {
    @Test func `keeps text, style and byte ranges`() throws {
        let text = """
            # größe
            é: ü   # note
            list: [on, 'y''s', "a\\tb"]
            map:
              sql: |
                SELECT 1
                FROM x
              empty:
            """
        let bytes = Array(text.utf8)
        let root = try YAML.read(bytes, name: "c.yaml")
        #expect(root.members?.map(\.key) == ["é", "list", "map"])
        let first = try #require(root["é"])
        #expect(first.content == .scalar("ü", .plain))
        #expect(first.place.line == 2 && first.place.column == 4)
        #expect(bytes[first.place.bytes].elementsEqual("ü".utf8))
        let list = try #require(root["list"]?.elements)
        #expect(
            list.map(\.content) == [
                .scalar("on", .plain), .scalar("y's", .singleQuoted), .scalar("a\tb", .doubleQuoted),
            ])
        #expect(bytes[list[1].place.bytes].elementsEqual("'y''s'".utf8))
        #expect(root["map"]?["sql"]?.content == .scalar("SELECT 1\nFROM x\n", .block))
        #expect(root["map"]?["empty"]?.isNull == true)
        #expect(root["map"]?.members?[1].keyPlace.line == 8)
    }

    @Test func `an empty document is nothing`() throws {
        #expect(try YAML.read([], name: "x").isNull)
        #expect(try YAML.read(Array("# only a note\n".utf8), name: "x").isNull)
    }

    @Test func `two keys that only look alike are two`() throws {
        let text = "caf\u{E9}: 1\ncafe\u{301}: 2\n"
        let root = try YAML.read(Array(text.utf8), name: "x")
        #expect(root["caf\u{E9}"]?.int == 1 && root["cafe\u{301}"]?.int == 2)
    }

    @Test(
        arguments: [
            ("a: 1\nb: 2\na: 3", "3:1: duplicate key \"a\""),
            ("a: !!str 1", "1:4: tags are not allowed"),
            ("a: !x [1]", "1:4: tags are not allowed"),
            ("<<: {a: 1}", "1:1: merge keys (<<) are not allowed"),
            ("[a]: 1", "1:1: a key must be a plain text"),
            ("a: 1\n---\nb: 2", "2:1: a second document is not allowed"),
            ("a: *b", "1:4: no such anchor before this alias; a text that begins with * stands in quotes"),
            ("a: &b [*b]", "1:8: this alias stands inside what it repeats"),
            ("&k a: &k 1", "1:1: an anchor on a key is not allowed"),
            ("\u{FEFF}a: 1", "1:1: a byte order mark is not allowed"),
            ("a:\n\tb: 1", "2:1: a tab; YAML wants blanks"),
            ("{a: [1}", "1:7: a comma or ] is missing before this: the [ opened at 1:5"),
            ("a: \u{1}", "1:4: control characters are not allowed"),
        ] as [(String, String)])
    func `says where and what is wrong`(text: String, expected: String) {
        #expect(throws: JSONReaderTests.error("c.yaml:" + expected)) {
            try YAML.read(Array(text.utf8), name: "c.yaml")
        }
    }

    @Test func `aliases are copies and bounded`() throws {
        let root = try YAML.read(Array("a: &x {n: 1}\nb: *x\nc: [*x, *x]".utf8), name: "x")
        #expect(root["b"]?["n"]?.int == 1)
        #expect(root["c"]?[1]?["n"]?.int == 1)
        var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<10 {
            laughs +=
                "a\(level): &a\(level) [" + String(repeating: "*a\(level - 1), ", count: 9)
                + "*a\(level - 1)]\n"
        }
        #expect(throws: DocumentError.self) { try YAML.read(Array(laughs.utf8), name: "x") }
        var deep = "a0: &a0 [x]\n"
        for level in 1..<80 { deep += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        do {
            _ = try YAML.read(Array(deep.utf8), name: "x")
            Issue.record("was read")
        } catch {
            #expect(error.message == "nested deeper than 64")
        }
    }

    @Test func `bounds depth and size`() {
        for text in [String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 3000)] {
            #expect(throws: DocumentError.self) { try YAML.read(Array(text.utf8), name: "x") }
        }
        #expect(throws: DocumentError.self) {
            try YAML.read(Array("a: 1".utf8), name: "x", limits: ReadLimits(bytes: 3))
        }
    }

    @Test func `decodes like JSON`() throws {
        struct Flag: Decodable, Equatable {
            var state: String
            var variants: [String: Bool]
            var weight: Double?
        }
        let flag = try YAML.decode(
            Flag.self, from: Array("state: ENABLED\nvariants: {on: true, off: false}\nweight: ~".utf8),
            name: "x")
        #expect(flag == Flag(state: "ENABLED", variants: ["on": true, "off": false], weight: nil))
    }

    @Test(arguments: [UInt64(51), 52, 53, 54])
    func `mutated documents are read or refused, never a trap`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let text =
            "# größe\nflags:\n  erp: &e {state: ENABLED, 'on': [1, \"ü\"]}\n  b: *e\n  t: |\n    x\n  f: >-\n   y\n"
        var accepted = 0
        for _ in 0..<3000 {
            let bytes = Mutation.mutate(Array(text.utf8), &generator)
            guard let root = try? YAML.read(bytes, name: "m") else { continue }
            accepted += 1
            #expect(Self.places(root).allSatisfy { $0.bytes.upperBound <= bytes.count }, "seed \(seed)")
        }
        #expect(accepted > 0, "seed \(seed)")
    }

    private static func places(_ node: Node) -> [Place] {
        [node.place] + (node.elements ?? []).flatMap(places)
            + (node.members ?? []).flatMap { places($0.value) }
    }

    @Test func `takes up what a merge key names where it is asked to, its own keys first`() throws {
        let text = """
            a: &a {x: 1, y: 1}
            b: &b {y: 2, z: 2}
            one: {<<: *a, y: 9}
            two: {<<: [*b, *a]}
            """
        let root = try YAML.read(Array(text.utf8), name: "t", merges: true)
        #expect(root["one"]?["x"]?.int == 1 && root["one"]?["y"]?.int == 9)
        #expect(root["two"]?["y"]?.int == 2 && root["two"]?["x"]?.int == 1 && root["two"]?["z"]?.int == 2)
        #expect(throws: DocumentError.self) { try YAML.read(Array("<<: 1".utf8), name: "t", merges: true) }
        #expect(throws: DocumentError.self) { try YAML.read(Array(text.utf8), name: "t") }
    }

    @Test func `keys that only look alike are two`() throws {
        let text = "{\"caf\u{E9}\": 1, \"cafe\u{301}\": 2}"
        for root in [try YAML.read(Array(text.utf8), name: "t"), try JSON.read(Array(text.utf8), name: "t")] {
            #expect(root.members?.count == 2)
            #expect(root["caf\u{E9}"]?.int == 1 && root["cafe\u{301}"]?.int == 2)
        }
    }
}

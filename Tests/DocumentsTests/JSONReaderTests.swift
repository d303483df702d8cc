import Documents
import TestSupport
import Testing

struct JSONReaderTests {
    @Test func `keeps order, places and numbers as text`() throws {
        let text = "{\n  \"é\": [1.50, \"ü\", true],\n  \"b\": {\"c\": null}\n}\n"
        let root = try JSON.read(Array(text.utf8), name: "a.json")
        #expect(root.members?.map(\.key) == ["é", "b"])
        let list = try #require(root["é"]?.elements)
        #expect(list[0].content == .scalar("1.50", .literal))
        #expect(list[1].content == .scalar("ü", .doubleQuoted))
        #expect(list[1].place.line == 2 && list[1].place.column == 15)
        #expect(Array(text.utf8)[list[1].place.bytes].elementsEqual("\"ü\"".utf8))
        #expect(list[2].place.column == 20)
        #expect(root["b"]?["c"]?.isNull == true)
        #expect(root[path: ["b", "c"]]?.place.line == 3)
    }

    @Test(
        arguments: [
            ("", "1:1: expected a value, found the end"),
            ("\u{FEFF}{}", "1:1: a byte order mark is not allowed"),
            ("{\"a\":1,\"b\":2,\n \"a\":3}", "2:2: duplicate key \"a\""),
            ("{\"a\": 1,\n}", "2:1: trailing comma before '}'"),
            ("[1,]", "1:4: trailing comma before ']'"),
            ("\n  [1, {", "2:7: '{' is never closed"),
            ("[1 2]", "1:4: expected ',' or ']', found '2'"),
            ("{a: 1}", "1:2: expected a key in double quotes, found 'a'"),
            ("{\"é\" 1}", "1:6: expected ':', found '1'"),
            ("NaN", "1:1: expected a value, found 'N'"),
            ("-Infinity", "1:2: expected a digit, found 'I'"),
            ("01", "1:2: a number must not begin with 0"),
            ("1.", "1:3: expected a digit, found the end"),
            ("+1", "1:1: expected a value, found '+'"),
            ("{} x", "1:4: nothing may follow the value, found 'x'"),
            ("\"abc", "1:1: this string is never closed"),
            ("[\"a\tb\"]", "1:4: a control character in a string must be escaped"),
            ("\"\\x\"", "1:2: no such escape"),
            ("\"\\ud800\"", "1:2: half of a surrogate pair"),
            ("\"\\ud800\\u0041\"", "1:2: half of a surrogate pair"),
            ("\"\\u12g4\"", "1:6: expected four hexadecimal digits"),
            ("// no\n1", "1:1: expected a value, found '/'"),
            ("truer", "1:5: nothing may follow the value, found 'r'"),
            ("[\"\u{202E}\", x]", "1:7: expected a value, found 'x'"),
        ] as [(String, String)])
    func `says where and what is wrong`(text: String, expected: String) {
        #expect(throws: JSONReaderTests.error("f.json:" + expected)) {
            try JSON.read(Array(text.utf8), name: "f.json")
        }
    }

    @Test func `resolves escapes`() throws {
        let root = try JSON.read(Array(#""a\"\\\/\b\f\n\r\t\u0041\ud83d\udc4d\u0000é""#.utf8), name: "x")
        #expect(root.text == "a\"\\/\u{8}\u{C}\n\r\tA👍\0é")
    }

    @Test(.timeLimit(.minutes(1))) func `megabytes of escapes cost in proportion to their length`() throws {
        let count = (4 << 20) / 6
        let text = "\"" + String(repeating: "\\u001b", count: count) + "\""
        let read = try JSON.read(Array(text.utf8), name: "f", limits: ReadLimits(bytes: 8 << 20))
        #expect(read.string?.utf8.count == count)
    }

    @Test func `refuses invalid UTF-8`() {
        #expect(throws: Self.error("x:1:1: this string is not valid UTF-8")) {
            try JSON.read([0x22, 0xC0, 0xAF, 0x22], name: "x")
        }
        #expect(throws: Self.error("x:1:1: this string is not valid UTF-8")) {
            try JSON.read([0x22, 0xED, 0xA0, 0x80, 0x22], name: "x")
        }
    }

    @Test func `bounds depth, size and count`() throws {
        let deep =
            Array(String(repeating: "[", count: 64).utf8) + Array(String(repeating: "]", count: 64).utf8)
        _ = try JSON.read(deep, name: "x")
        #expect(throws: Self.error("x:1:65: nested deeper than 64")) {
            try JSON.read(Array(String(repeating: "[", count: 100_000).utf8), name: "x")
        }
        #expect(throws: Self.error("x:1:1: 5 bytes, at most 4 are read")) {
            try JSON.read(Array("[1,2]".utf8), name: "x", limits: ReadLimits(bytes: 4))
        }
        #expect(throws: Self.error("x:1:6: more than 3 values")) {
            try JSON.read(Array("[1,2,3]".utf8), name: "x", limits: ReadLimits(nodes: 3))
        }
    }

    @Test func `finds a duplicate among many keys`() {
        let keys = (0..<100).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(throws: Self.error("x:1:\(keys.utf8.count + 3): duplicate key \"k42\"")) {
            try JSON.read(Array("{\(keys),\"k42\":1}".utf8), name: "x")
        }
    }

    @Test(arguments: [0, 30])
    func `two keys that only look alike are two`(others: Int) throws {
        let filling = (0..<others).map { "\"k\($0)\":0," }.joined()
        let text = "{\(filling)\"caf\u{E9}\":1,\"cafe\u{301}\":2}"
        let root = try JSON.read(Array(text.utf8), name: "x")
        #expect(root["caf\u{E9}"]?.int == 1 && root["cafe\u{301}"]?.int == 2)
        #expect(root.members?.count == others + 2)
    }

    @Test func `a value is only what it says it is`() throws {
        let text =
            #"{"a": "1", "b": 1, "c": 1e400, "d": "true", "e": -0.5e1, "f": 9223372036854775808, "g": 3.5}"#
        let root = try JSON.read(Array(text.utf8), name: "x")
        #expect(root["a"]?.int == nil && root["a"]?.string == "1")
        #expect(root["b"]?.int == 1 && root["b"]?.string == nil)
        #expect(root["c"]?.double == nil)
        #expect(root["d"]?.bool == nil)
        #expect(root["e"]?.int == -5 && root["e"]?.double == -5)
        #expect(root["f"]?.int == nil)
        #expect(root["g"]?.int == nil)
    }

    @Test(arguments: [UInt64(31), 32, 33, 34])
    func `mutated documents are read or refused, never a trap`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let seedText =
            #"{"name":"erp","ü":[1,-2.5e3,true,null,{"a":"b\n\ud83d\udc4d"}],"deep":[[[[]]]],"t":"x"}"#
        var accepted = 0
        for _ in 0..<4000 {
            let bytes = Mutation.mutate(Array(seedText.utf8), &generator)
            guard let root = try? JSON.read(bytes, name: "m") else { continue }
            accepted += 1
            for place in Self.places(root) {
                #expect(
                    place.bytes.upperBound <= bytes.count && place.line >= 1 && place.column >= 1,
                    "seed \(seed)")
            }
        }
        #expect(accepted > 0, "seed \(seed)")
    }

    private static func places(_ node: Node) -> [Place] {
        [node.place] + (node.elements ?? []).flatMap(places)
            + (node.members ?? []).flatMap { [$0.keyPlace] + places($0.value) }
    }

    static func error(_ text: String) -> DocumentError {
        let parts = text.split(separator: ":", maxSplits: 3)
        return DocumentError(
            name: String(parts[0]), line: Int(parts[1]) ?? 0, column: Int(parts[2]) ?? 0,
            message: String(parts[3].dropFirst()))
    }
}

import Documents
import TestSupport
import Testing

struct JSONCodingTests {
    private struct Everything: Codable, Hashable {
        enum Kind: String, Codable { case first, second }
        enum Outcome: Codable, Hashable {
            case done
            case refused(String)
            case moved(from: Int, to: Int?)
        }

        var name = "größe\n"
        var maybe: Int?
        var nothing: Double?
        var flag = true
        var small: Int8 = -128
        var big: UInt64 = .max
        var low: Int64 = .min
        var ratio = 0.1
        var float: Float = 3.4e38
        var kind = Kind.second
        var outcomes: [Outcome] = [.done, .refused("no"), .moved(from: 1, to: nil)]
        var counts = ["a": 1, "b": 2]
        var byKind: [Int: [String]] = [7: ["x"], 8: []]
        var gaps: [Double?] = [1.5, nil, -0.0]
        var wait: Duration = .milliseconds(1500)
        var nested: [[[String: Bool]]] = [[[:], ["t": true]]]
    }

    @Test func `every kind of value comes back as it was`() throws {
        var value = Everything()
        value.maybe = 5
        for pretty in [false, true] {
            let bytes = try JSONWriter.write(value, pretty: pretty)
            #expect(try JSON.decode(Everything.self, from: bytes, name: "x") == value)
        }
    }

    @Test func `writes the same bytes for the same value`() throws {
        let first = try JSONWriter.write(["b": 1, "a": 2, "ä": 3])
        #expect(String(decoding: first, as: UTF8.self) == #"{"a":2,"b":1,"ä":3}"#)
        let value: JSONValue = ["z": [1, true, nil], "a": [:], "e": []]
        let text = String(
            decoding: try JSONWriter.write(value, sortedKeys: false, pretty: true), as: UTF8.self)
        #expect(text == "{\n  \"z\": [\n    1,\n    true,\n    null\n  ],\n  \"a\": {},\n  \"e\": []\n}")
    }

    @Test func `escapes whatever could act on a terminal`() throws {
        let bytes = try JSONWriter.write("\u{1B}\u{9B}\u{202E}\"\\\u{E0041}\u{7F}ü👍")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text == #""\u001b\u009b\u202e\"\\\udb40\udc41\u007fü👍""#)
        #expect(try JSON.read(bytes, name: "x").text == "\u{1B}\u{9B}\u{202E}\"\\\u{E0041}\u{7F}ü👍")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `refuses a number that is not finite`(value: Double) {
        #expect(throws: JSONWriter.Failure.self) { try JSONWriter.write([value]) }
        #expect(throws: JSONWriter.Failure.self) { try JSONWriter.write(JSONValue.double(value)) }
    }

    @Test(arguments: [UInt64(41), 42])
    func `doubles and integers come back exactly`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            let whole = Int64(bitPattern: generator.next())
            let back = try JSON.decode(
                Pair.self, from: JSONWriter.write(Pair(value: value, whole: whole)), name: "x")
            #expect(back.value.bitPattern == value.bitPattern && back.whole == whole, "seed \(seed)")
        }
    }

    private struct Pair: Codable {
        var value: Double
        var whole: Int64
    }

    @Test(
        arguments: [
            (#"{"value": "1", "whole": 1}"#, "1:11: expected a finite number, found the text \"1\""),
            (#"{"value": 1e999, "whole": 1}"#, "1:11: expected a finite number, found 1e999"),
            ("{\n\"value\": 1}", "1:1: \"whole\" is missing"),
            (
                #"{"value": 1, "whole": 1.5}"#,
                "1:23: expected a whole number from -9223372036854775808 to 9223372036854775807, found 1.5"
            ),
            (#"[]"#, "1:1: expected a mapping, found a list"),
        ] as [(String, String)])
    func `a decoding error names its place`(text: String, expected: String) {
        #expect(throws: JSONReaderTests.error("s.json:" + expected)) {
            try JSON.decode(Pair.self, from: Array(text.utf8), name: "s.json")
        }
    }

    @Test func `an unknown case of an enum names its place`() {
        let text = "{\"a\": [\n\"first\", \"third\"]}"
        do {
            _ = try JSON.decode([String: [Everything.Kind]].self, from: Array(text.utf8), name: "s")
            Issue.record("was read")
        } catch {
            #expect(error.line == 2 && error.column == 10)
            #expect(error.message.contains("third"))
        }
    }

    /// Seconds that it took.
    private func measured(_ body: () throws -> Void) rethrows -> Double {
        try ContinuousClock().measure(body) / .seconds(1)
    }

    @Test func `a mapping of many keys costs as much a key as one of few`() throws {
        func values(_ count: Int) -> [String: [String: Int]] {
            Dictionary(uniqueKeysWithValues: (0..<count).map { ("queue@rabbit/%2F:erp.\($0)", ["at": $0]) })
        }
        func seconds(_ count: Int) throws -> Double {
            let values = values(count)
            return try measured {
                let bytes = try JSONWriter.write(values)
                #expect(try JSON.decode([String: [String: Int]].self, from: bytes, name: "x") == values)
            }
        }
        _ = try seconds(100)
        let few = try seconds(2_000)
        let many = try seconds(20_000)
        // By the square it would be a hundred times as much.
        #expect(many < 40 * few, "\(few) s for 2000, \(many) s for 20,000")
    }

    @Test func `each of many keys has its own value, also one that only looks like another`() throws {
        var values = Dictionary(uniqueKeysWithValues: (0..<40).map { ("k\($0)", $0) })
        values["ERP.STOCK"] = 100
        let bytes = try JSONWriter.write(values)
        let text = String(decoding: bytes, as: UTF8.self).replacing("\"k7\"", with: "\"ERP.STOC\u{212A}\"")
        let read = try JSON.read(Array(text.utf8), name: "x")
        #expect(read["ERP.STOC\u{212A}"]?.int == 7 && read["ERP.STOCK"]?.int == 100)
        struct Two: Codable {
            var stock: Int
            var kelvin: Int
            enum CodingKeys: String, CodingKey {
                case stock = "ERP.STOCK"
                case kelvin = "ERP.STOC\u{212A}"
            }
        }
        let two = try JSON.decode(Two.self, from: Array(text.utf8), name: "x")
        #expect(two.stock == 100 && two.kelvin == 7)
    }
}

import Documents
import TestSupport
import Testing

struct EditTests {
    private static let yaml = """
        # Flags of the store — größe
        flags:
          erp.v2:           # the new path
            state: ENABLED
            variants: {"on": true, 'off': false}
            defaultVariant: on      # quoted?   keep
          quoted: {defaultVariant: "on", weight: [10, 20]}
          single: {defaultVariant: 'ö'}
          bare:
            defaultVariant:
          anchored: &a off
          repeated: *a

        """
    private static let json =
        "{\n\t\"é\": {\"defaultVariant\" : \"on\"  , \"w\": [1.50,2]},\r\n  \"z\": null\n}\n\n"

    @Test(arguments: [
        (
            ["flags", "erp.v2", "defaultVariant"], Edit.NewScalar.string("blue"), "Variant: on ",
            "Variant: blue "
        ),
        (["flags", "erp.v2", "defaultVariant"], .string("off"), "Variant: on ", "Variant: \"off\" "),
        (["flags", "quoted", "defaultVariant"], .string("off"), "t: \"on\"", "t: \"off\""),
        (["flags", "quoted", "weight", "1"], .int(75), "20]", "75]"),
        (["flags", "single", "defaultVariant"], .string("it's"), "'ö'", "'it''s'"),
        (["flags", "bare", "defaultVariant"], .string("x"), "Variant:\n", "Variant: x\n"),
        (["flags", "erp.v2", "variants", "on"], .bool(false), "\"on\": true", "\"on\": false"),
    ])
    func `changes one YAML value and no other byte`(
        path: [String], new: Edit.NewScalar, before: String, after: String
    ) throws {
        let edited = try Edit.replaceScalar(
            in: Array(Self.yaml.utf8), at: path, with: new, format: .yaml, name: "f")
        let parts = Self.split(Self.yaml, at: before)
        #expect(String(decoding: edited, as: UTF8.self) == parts.0 + after + parts.1)
    }

    @Test(arguments: [
        (["é", "defaultVariant"], Edit.NewScalar.string("o\"ff"), "\"on\"", "\"o\\\"ff\""),
        (["é", "w", "0"], .double(0.25), "1.50", "0.25"),
        (["z"], .bool(true), "null", "true"),
    ])
    func `changes one JSON value and no other byte`(
        path: [String], new: Edit.NewScalar, before: String, after: String
    ) throws {
        let edited = try Edit.replaceScalar(
            in: Array(Self.json.utf8), at: path, with: new, format: .json, name: "f")
        let parts = Self.split(Self.json, at: before)
        #expect(String(decoding: edited, as: UTF8.self) == parts.0 + after + parts.1)
    }

    @Test(arguments: [
        (["flags", "nope"], "there is no \"flags.nope\""),
        (["flags", "erp.v2"], "\"flags.erp.v2\" is a mapping, edit it by hand"),
        (["flags", "anchored"], "\"flags.anchored\" has an anchor, edit it by hand"),
    ])
    func `refuses what it cannot change alone`(path: [String], message: String) {
        do {
            _ = try Edit.replaceScalar(
                in: Array(Self.yaml.utf8), at: path, with: .string("x"), format: .yaml, name: "f")
            Issue.record("was changed")
        } catch {
            #expect(error.message == message)
        }
    }

    @Test func `refuses to change a value that another place repeats`() {
        #expect(throws: DocumentError.self) {
            try Edit.replaceScalar(
                in: Array(Self.yaml.utf8), at: ["flags", "repeated"], with: .string("x"), format: .yaml,
                name: "f")
        }
        let shared = "a: &s {v: 1}\nb: *s\n"
        #expect(throws: DocumentError.self) {
            try Edit.replaceScalar(
                in: Array(shared.utf8), at: ["b", "v"], with: .int(2), format: .yaml, name: "f")
        }
    }

    @Test(arguments: [UInt64(61), 62, 63])
    func `random texts come back from any scalar, or are refused`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "a", "é", "'", "\"", "\\", ": ", "# ", "\n", "-", "{", "👍", "\u{1B}", "on", " ", "\u{E0041}", "*",
            "&",
        ]
        let paths = [
            ["flags", "erp.v2", "defaultVariant"], ["flags", "quoted", "defaultVariant"],
            ["flags", "bare", "defaultVariant"],
        ]
        var changed = 0
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
            let path = paths.randomElement(using: &generator) ?? []
            let source = Array(Self.yaml.utf8)
            guard
                let edited = try? Edit.replaceScalar(
                    in: source, at: path, with: .string(text), format: .yaml, name: "f")
            else { continue }
            changed += 1
            #expect(try YAML.read(edited, name: "f")[path: path]?.text == text, "seed \(seed)")
            let old = try #require(try YAML.read(source, name: "f")[path: path]).place.bytes
            #expect(edited.starts(with: source[..<old.lowerBound]), "seed \(seed)")
            #expect(edited.reversed().starts(with: source[old.upperBound...].reversed()), "seed \(seed)")
        }
        #expect(changed > 200, "seed \(seed)")
    }

    private static func split(_ text: String, at part: String) -> (String, String) {
        let pieces = text.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
        return (String(pieces.first ?? ""), String(pieces.last ?? ""))
    }
}

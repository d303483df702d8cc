import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import TestSupport
import Testing

/// What flagd itself makes of a file (its `core/pkg/evaluator/json.go`), value by value.
@Suite struct FlagdReadingTests {
    /// One flag, `x`, with these members.
    private func read(_ members: String, format: String = "json") async throws -> FlagReading {
        let folder = try TemporaryFolder()
        let text = format == "json" ? "{\"flags\": {\"x\": {\(members)}}}" : "flags:\n  x: {\(members)}\n"
        let path = try folder.write(text, to: "flags.\(format)")
        return try #require(try await FlagdFile(name: "features", path: path).read().flags.first)
    }

    private static let pair = #""variants": {"on": true, "off": false}, "defaultVariant": "on""#

    @Test(arguments: [
        (pair, FlagValue.on),
        (#""state": "ENABLED", \#(pair)"#, .on),
        (#""state": null, \#(pair)"#, .on),
        (#""state": "", \#(pair)"#, .on),
        (#""state": "disabled", \#(pair)"#, .on),
        (#""state": "DISABLED", \#(pair)"#, .codeDefault),
        (#""State": "DISABLED", \#(pair)"#, .codeDefault),
        (#""state": "ENABLED", "STATE": "DISABLED", \#(pair)"#, .codeDefault),
        (#""\u017Ftate": "DISABLED", \#(pair)"#, .codeDefault),
        (#""variants": {"on": true, "off": false}, "defaultvariant": "on""#, .on),
        (#""Targeting": {"if": [true, "off"]}, \#(pair)"#, .byRule),
        (#""targeting": {}, \#(pair)"#, .on),
        (#""targeting": null, \#(pair)"#, .on),
        (#""targeting": {"if": [true, "off"]}, \#(pair)"#, .byRule),
        (#""targeting": "{}", \#(pair)"#, .byRule),
        (#""targeting": {"fractional": [["on", 25], ["off", 75]]}, \#(pair)"#, .rollout(25)),
        (#""targeting": {"fractional": [{"var": "email"}, ["on"], ["off"]]}, \#(pair)"#, .rollout(50)),
        (#""targeting": {"fractional": [["on", -1], ["off", 75]]}, \#(pair)"#, .byRule),
        (#""targeting": {"fractional": [["os1", 25], ["off", 75]]}, \#(pair)"#, .byRule),
        (#""variants": {"on": true, "off": false}"#, .codeDefault),
        (#""variants": {"on": true, "off": false}, "defaultVariant": null"#, .codeDefault),
        (#""variants": {"on": true, "off": false}, "defaultVariant": """#, .codeDefault),
        (#""variants": {"on": "true", "off": "false"}, "defaultVariant": "on""#, .variant("on")),
    ])
    func `a flag is what flagd would serve`(members: String, value: FlagValue) async throws {
        let flag = try await read(members)
        #expect(flag.value == value && flag.acceptance == .accepted)
        #expect((flag.fixedReason == nil) == (value == .on), "what is not plain ON or OFF is not toggled")
    }

    @Test(arguments: [
        (#""variants": {"on": true, "off": false}, "defaultVariant": "onn""#, "json", "none of its variants"),
        (#""defaultVariant": "on""#, "json", "none of its variants"),
        // One letter of another alphabet, and another spelling of the same bytes' picture.
        (#""variants": {"\u043en": true}, "defaultVariant": "on""#, "json", "none of its variants"),
        (#""variants": {"caf\u00e9": true}, "defaultVariant": "cafe\u0301""#, "json", "none of its variants"),
        (#""state": true, \#(pair)"#, "json", "true for its state"),
        (#""variants": {"1": true}, "defaultVariant": 1"#, "json", "1 for its defaultVariant"),
        (#""variants": ["on"], "defaultVariant": "on""#, "json", "a list for its variants"),
        (#""metadata": "x", \#(pair)"#, "json", "for its metadata"),
        ("variants: {true: 1}, defaultVariant: true", "yaml", "for its defaultVariant"),
        ("variants: {1: a}, defaultVariant: 1", "yaml", "for its defaultVariant"),
        ("state: 0x1F, variants: {a: 1}, defaultVariant: a", "yaml", "for its state"),
    ])
    func `what flagd refuses is critical, says why, and holds nothing known`(
        members: String, format: String, why: String
    ) async throws {
        let flag = try await read(members, format: format)
        guard case .refused(let reason, isOwnFault: true) = flag.acceptance else {
            Issue.record("\(flag.acceptance)")
            return
        }
        #expect(reason.hasPrefix("flagd refuses the file: x ") && reason.contains(why), "\(reason)")
        #expect(flag.value == .unknown("flagd refuses the file"))
    }

    @Test(arguments: ["on", "off", "yes", "no", "y", "1a", "1.2.3", "-", "_", "null2"])
    func `a plain word of YAML is the text that flagd reads`(word: String) async throws {
        let flag = try await read(
            "variants: {\(word): true, other: false}, defaultVariant: \(word)", format: "yaml")
        #expect(flag.value == .on && flag.acceptance == .accepted)
    }

    static let broken = """
        flags:
          good: {variants: {"on": true, "off": false}, defaultVariant: "on"}
          bad: {variants: {"on": true, "off": false}, defaultVariant: nwe}
        """

    @Test func `one bad flag makes the whole file refused, and nothing in it is confirmed`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.broken, to: "flags.yaml")
        let backend = try FlagdFile(name: "features", path: path)
        let sample = try await backend.read()
        #expect(sample.notices.map(\.status) == [.critical])
        #expect(
            sample.notices[0].text
                == #"flagd refuses the file: bad has the default variant "nwe", which is none of its variants; "#
                + "it goes on with what it had")
        let why = #"flagd refuses the file: bad has the default variant "nwe", which is none of its variants"#
        #expect(
            sample.flags.map(\.acceptance)
                == [.refused(why, isOwnFault: false), .refused(why, isOwnFault: true)])
        #expect(sample.flags.allSatisfy { !$0.value.isKnown })
        let good = sample.flags[0]
        let change = FlagChange(
            opID: "op", flag: "good", backend: "features", from: .on, to: .off,
            expectedRevision: good.revision)
        #expect(await backend.apply(change) == .refused(why))
        #expect(String(decoding: try Files.read(path, limit: 10_000), as: UTF8.self) == Self.broken)
        // Mended, it is what it says.
        try folder.write(Self.broken.replacing("nwe", with: "\"on\""), to: "flags.yaml")
        #expect(try await backend.read().flags.map(\.value) == [.on, .on])
        #expect(try await backend.read().notices.isEmpty)
    }

    @Test(arguments: [
        #"{"flags": {}, "metadata": 1}"#, #"{"flags": {}, "$evaluators": [1]}"#,
        #"{"flags": {}, "$evaluators": {"a": {}}}"#, #"{"flags": {"a": 1}}"#, #"{"flags": [7]}"#,
    ])
    func `what else flagd refuses is critical`(text: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "flags.json")
        let sample = try await FlagdFile(name: "features", path: path).read()
        #expect(sample.notices.first?.status == .critical)
    }

    @Test(arguments: [
        (
            "flags.json",
            #"{"flags": [{"key": "erp.v2", "variants": {"on": true, "off": false}, "defaultVariant": "on"},"#
                + #" {"key": "x", "variants": {"a": 1}, "defaultVariant": "a"}]}"#
        ),
        (
            "flags.yaml",
            "flags:\n- key: erp.v2\n  variants: {'on': true, 'off': false}\n  defaultVariant: 'on' # why\n"
        ),
    ])
    func `a list of flags is read and changed in place`(file: String, text: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: file)
        let backend = try FlagdFile(name: "features", path: path)
        let flag = try #require(try await backend.read().flags.first)
        #expect(flag.name == "erp.v2" && flag.value == .on)
        let outcome = await backend.apply(
            FlagChange(
                opID: "op", flag: "erp.v2", backend: "features", from: .on, to: .off,
                expectedRevision: flag.revision))
        guard case .confirmed(let after) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(after.value == .off)
        let now = String(decoding: try Files.read(path, limit: 10_000), as: UTF8.self)
        #expect(now.utf8.count == text.utf8.count + 1 && now.contains("# why") == text.contains("# why"))
    }

    static let merged = """
        base: &base
          variants: {"on": true, "off": false}
          defaultVariant: "on"
        flags:
          own: {<<: *base, defaultVariant: "off"}
          shared: {<<: *base}
          listed:
            <<: [{state: DISABLED}, *base]
        """

    @Test func `merge keys are read, and what others share is not changed for one`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.merged, to: "flags.yaml")
        let backend = try FlagdFile(name: "features", path: path)
        let flags = try await backend.read().flags
        #expect(flags.map(\.value) == [.off, .on, .codeDefault])
        func turn(_ index: Int, to value: FlagValue) async -> ChangeOutcome {
            await backend.apply(
                FlagChange(
                    opID: "op", flag: flags[index].name, backend: "features", from: flags[index].value,
                    to: value, expectedRevision: flags[index].revision))
        }
        guard case .refused(let why) = await turn(1, to: .off) else {
            Issue.record("the shared value was changed")
            return
        }
        #expect(why.contains("without touching more"))
        guard case .confirmed = await turn(0, to: .on) else {
            Issue.record("its own value was not changed")
            return
        }
        // What is merged is part of the flag: a change there is seen before a change here.
        try folder.write(Self.merged.replacing("true", with: "1"), to: "flags.yaml")
        let after = try await backend.read().flags
        #expect(zip(flags, after).allSatisfy { $0.revision != $1.revision })
    }

    @Test(arguments: ["flags.json", "flags.yaml"])
    func `keys that only look alike are two flags`(file: String) async throws {
        let folder = try TemporaryFolder()
        let body = #"{"variants": {"on": true, "off": false}, "defaultVariant": "@"}"#
        let text =
            "{\"flags\": {\"caf\u{E9}\": \(body.replacing("@", with: "on")), "
            + "\"cafe\u{301}\": \(body.replacing("@", with: "off"))}}"
        let path = try folder.write(text, to: file)
        let sample = try await FlagdFile(name: "features", path: path).read()
        #expect(sample.flags.map(\.value) == [.on, .off])
        #expect(Set(sample.flags.map(\.id)).count == 2)
    }

    @Test func `comments and blanks are no change, and the file's time is when it changed`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.broken.replacing("nwe", with: "\"on\""), to: "flags.yaml")
        let backend = try FlagdFile(name: "features", path: path)
        let before = try await backend.read()
        try folder.write("# hello\n" + Self.broken.replacing("nwe", with: "\"on\""), to: "flags.yaml")
        let after = try await backend.read()
        #expect(before.flags.map(\.revision) == after.flags.map(\.revision))
        let time = try #require(try Files.facts(path)).modified / 1_000_000
        #expect(after.changedAt == WallTime(milliseconds: time))
    }

    @Test func `an empty file is said to take all flags away`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(" \n", to: "flags.yaml")
        await #expect {
            try await FlagdFile(name: "features", path: path).read()
        } throws: { error in
            (error as? ReadFailure)?.advice.contains("drops all flags") == true
        }
    }
}

import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import TestSupport
import Testing

@Suite struct FlagdFileTests {
    static let yaml = """
        # flags of eu-shop, edited by hand too
        $schema: https://flagd.dev/schema/v0/flags.json
        flags:
          erp.v2:   # the new ERP path
            state: ENABLED
            variants: {"on": true, "off": false}
            defaultVariant: "on"   # since the upgrade
          cart.new:
            state: ENABLED
            variants:
              new: true
              old: false
            defaultVariant: old
            targeting:
              fractional:
                - {cat: [{var: $flagd.flagKey}, {var: targetingKey}]}
                - [new, 25]
                - [old, 75]
          search:
            state: ENABLED
            variants: {os1: opensearch-1, os2: opensearch-2}
            defaultVariant: os2
          gone:
            state: DISABLED
            variants: {on: true, off: false}
            defaultVariant: on
          für:
            state: ENABLED
            variants: {ja: true, nein: false}
            defaultVariant: nein
        """
    static let json = """
        {"flags": {
           "erp.v2": {"state": "ENABLED",  "variants": {"on": true, "off": false}, "defaultVariant":"on"},
           "x": {"state":"ENABLED","variants":{"a":1},"defaultVariant":"a"}
        } }
        """

    func flag(_ name: String, in backend: FlagdFile) async throws -> FlagReading {
        try #require(try await backend.read().flags.first { $0.name == name })
    }

    func turnOff(_ flag: FlagReading) -> FlagChange {
        FlagChange(
            opID: "op", flag: flag.name, backend: flag.backend, from: flag.value, to: .off,
            expectedRevision: flag.revision)
    }

    func text(_ path: String) throws -> String {
        String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self)
    }

    @Test func `a member in another case is the one that is written, as it is the one flagd reads`()
        async throws
    {
        let folder = try TemporaryFolder()
        let before =
            #"{"Flags": {"x": {"variants": {"on": true, "off": false}, "defaultVariant": "off", "DefaultVariant": "on"}}}"#
        let path = try folder.write(before, to: "flags.json")
        let backend = try FlagdFile(name: "features", path: path)
        guard case .confirmed = await backend.apply(turnOff(try await flag("x", in: backend))) else {
            Issue.record("it was not turned off")
            return
        }
        var expected = before
        expected.replace(#"t": "on"}"#, with: #"t": "off"}"#)
        #expect(try text(path) == expected)
    }

    @Test func `reads every kind of flag as what it is`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.yaml, to: "flags.yaml")
        let flags = try await FlagdFile(name: "features", path: path).read().flags
        #expect(flags.map(\.name) == ["erp.v2", "cart.new", "search", "gone", "für"])
        #expect(flags.map(\.value) == [.on, .rollout(25), .variant("os2"), .codeDefault, .off])
        #expect(flags[0].fixedReason == nil)
        #expect(flags[1].fixedReason?.contains("share") == true)
        #expect(flags[2].fixedReason?.contains("ON") == true)
        #expect(flags[3].fixedReason?.contains("disabled") == true)
        #expect(Set(flags.map(\.revision)).count == 5)
    }

    @Test(arguments: [
        ("flags.yaml", yaml, "defaultVariant: \"on\"", "defaultVariant: \"off\""),
        ("flags.json", json, "\"defaultVariant\":\"on\"", "\"defaultVariant\":\"off\""),
    ])
    func `changes one word and keeps comments, order and mode`(
        file: String, before: String, old: String, new: String
    ) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(before, to: file, mode: 0o640)
        let backend = try FlagdFile(name: "features", path: path)
        let outcome = await backend.apply(turnOff(try await flag("erp.v2", in: backend)))
        guard case .confirmed(let after) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(after.value == .off)
        var expected = before
        expected.replace(old, with: new, maxReplacements: 1)
        #expect(try text(path) == expected)
        #expect(try Files.facts(path)?.mode == 0o640)
    }

    @Test func `a foreign change in between is a conflict and stays`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.json, to: "flags.json")
        let backend = try FlagdFile(name: "features", path: path)
        let seen = try await flag("erp.v2", in: backend)
        let foreign = Self.json.replacing("\"defaultVariant\":\"on\"", with: "\"defaultVariant\":\"off\"")
        try folder.write(foreign, to: "flags.json")
        guard case .conflict(let now) = await backend.apply(turnOff(seen)) else {
            Issue.record("a foreign change was overwritten")
            return
        }
        #expect(now.value == .off)
        #expect(try text(path) == foreign)
    }

    @Test func `a change of another flag is no conflict`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.yaml, to: "flags.yaml")
        let backend = try FlagdFile(name: "features", path: path)
        let seen = try await flag("erp.v2", in: backend)
        try folder.write(
            Self.yaml.replacing("defaultVariant: os2", with: "defaultVariant: os1"), to: "flags.yaml")
        guard case .confirmed = await backend.apply(turnOff(seen)) else {
            Issue.record("refused")
            return
        }
        #expect(try text(path).contains("defaultVariant: os1"))
    }

    @Test(arguments: ["cart.new", "search", "gone", "absent"])
    func `what is not ON or OFF by its default variant is refused and left alone`(name: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.yaml, to: "flags.yaml")
        let backend = try FlagdFile(name: "features", path: path)
        var change = turnOff(try await flag("erp.v2", in: backend))
        change.flag = name
        if name != "absent" { change.expectedRevision = try await flag(name, in: backend).revision }
        guard case .refused(let why) = await backend.apply(change) else {
            Issue.record("\(name) was changed")
            return
        }
        #expect(!why.isEmpty)
        #expect(try text(path) == Self.yaml)
    }

    @Test(arguments: ["{", "flags: [1, 2", "flags: 7", "flags:\n  a: 1\n  a: 2\n", "- 1"])
    func `a file that makes no sense says where`(content: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(content, to: "flags.yaml")
        let backend = try FlagdFile(name: "features", path: path)
        await #expect {
            try await backend.read()
        } throws: { error in
            guard let failure = error as? ReadFailure else { return false }
            return failure.kind == .malformed && failure.message.contains("flags.yaml:")
        }
    }

    @Test func `a missing file is a source that cannot be reached`() async throws {
        let folder = try TemporaryFolder()
        let backend = try FlagdFile(name: "features", path: folder.path("none.yaml"))
        await #expect {
            try await backend.read()
        } throws: { error in
            (error as? ReadFailure)?.kind == .unreachable
        }
    }
}

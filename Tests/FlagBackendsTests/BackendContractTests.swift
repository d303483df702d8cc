import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import TestSupport
import Testing

/// What every backend owes the engine, on the fake that the engine's tests run on and on the real ones alike.
@Suite struct BackendContractTests {
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case fake, json, yaml, list, magento, oldMagento, magentoWithTable
        var testDescription: String { rawValue }
    }

    /// A backend with one flag, `erp.v2`, which is ON, and what others do to it.
    struct Subject {
        let backend: any FlagBackend
        let turn: (_ isOn: Bool) throws -> Void
        let cut: () throws -> Void
        /// Kept for its life.
        let keep: [Any]

        init(_ kind: Kind) throws {
            switch kind {
            case .fake:
                let fake = FakeFlags([
                    FlagReading(
                        name: "erp.v2", backend: "flagd", value: .on, variants: ["on", "off"], revision: "1")
                ])
                backend = fake
                turn = { fake.set("erp.v2", to: $0 ? .on : .off) }
                cut = { fake.hangUp(ReadFailure(.unreachable, "gone")) }
                keep = []
            case .json: self = try Self.file("flags.json", #"{"flags": {"erp.v2": {BODY}}}"#)
            case .list: self = try Self.file("flags.json", #"{"flags": [{"key": "erp.v2", BODY}]}"#)
            case .yaml: self = try Self.file("flags.yaml", "flags:\n  erp.v2: {BODY} # why\n")
            case .magento, .oldMagento, .magentoWithTable:
                let table = FakeSettingsTable([FakeSettingsTable.row("default", "", "1")])
                let shop = try MagentoShop(
                    ["default/\(MagentoShop.path)": "1"], isOld: kind == .oldMagento,
                    flags: [MagentoFlag(name: "erp.v2", path: MagentoShop.path)],
                    table: kind == .magentoWithTable ? table : nil)
                backend = shop.backend
                turn = { isOn in
                    try shop.keep(isOn ? "1" : "0", at: "default/\(MagentoShop.path)")
                    table.edit { $0.rows[0].value = isOn ? "1" : "0" }
                }
                cut = {
                    try shop.folder.write("#!/bin/sh\necho no route to host >&2\nexit 255\n", to: "magento")
                    table.edit { $0.rows[0].updated = WallTime(seconds: 9_999) }
                }
                keep = [shop, table]
            }
        }

        private init(
            backend: any FlagBackend, turn: @escaping (Bool) throws -> Void, cut: @escaping () throws -> Void,
            keep: [Any]
        ) {
            (self.backend, self.turn, self.cut, self.keep) = (backend, turn, cut, keep)
        }

        private static func file(_ name: String, _ frame: String) throws -> Subject {
            let folder = try TemporaryFolder()
            let body = #""variants": {"on": true, "off": false}, "defaultVariant": "@""#
            func text(_ isOn: Bool) -> String {
                frame.replacing("BODY", with: body.replacing("@", with: isOn ? "on" : "off"))
            }
            let path = try folder.write(text(true), to: name)
            return Subject(
                backend: try FlagdFile(name: "features", path: path),
                turn: { try folder.write(text($0), to: name) }, cut: { try folder.write("{", to: name) },
                keep: [folder])
        }

        func flag() async throws -> FlagReading { try #require(try await backend.read().flags.first) }

        func change(of flag: FlagReading, to value: FlagValue, _ opID: String = "op") -> FlagChange {
            FlagChange(
                opID: opID, flag: flag.name, backend: flag.backend, from: flag.value, to: value,
                expectedRevision: flag.revision)
        }
    }

    @Test(arguments: Kind.allCases)
    func `reads what is there, and the same again while nothing changes`(kind: Kind) async throws {
        let subject = try Subject(kind)
        let flag = try await subject.flag()
        #expect(flag.name == "erp.v2" && flag.backend == subject.backend.name && flag.value == .on)
        #expect(flag.fixedReason == nil && !flag.revision.isEmpty)
        let again = try await subject.flag()
        #expect(again.value == flag.value && again.revision == flag.revision)
        #expect(subject.backend.schedule.source == subject.backend.name && !subject.backend.manner.isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `a change is confirmed by a reading that holds it, and the next reading agrees`(kind: Kind)
        async throws
    {
        let subject = try Subject(kind)
        for (round, value) in [FlagValue.off, .on].enumerated() {
            let before = try await subject.flag()
            let outcome = await subject.backend.apply(subject.change(of: before, to: value, "op\(round)"))
            guard case .confirmed(let after) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(after.value == value && after.revision != before.revision)
            let next = try await subject.flag()
            #expect(next.value == value && next.revision == after.revision)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a foreign change is seen, and is a conflict that is left alone`(kind: Kind) async throws {
        let subject = try Subject(kind)
        let seen = try await subject.flag()
        try subject.turn(false)
        #expect(try await subject.flag().value == .off)
        guard case .conflict(let now) = await subject.backend.apply(subject.change(of: seen, to: .off)) else {
            Issue.record("a foreign change was overwritten")
            return
        }
        #expect(now.value == .off)
        #expect(try await subject.flag().value == .off)
    }

    @Test(arguments: Kind.allCases)
    func `an unknown flag, and what is neither ON nor OFF, are refused and nothing is done`(
        kind: Kind
    ) async throws {
        let subject = try Subject(kind)
        let seen = try await subject.flag()
        var other = subject.change(of: seen, to: .off)
        other.flag = "erp.v\u{FE0F}2"
        guard case .refused = await subject.backend.apply(other),
            case .refused = await subject.backend.apply(subject.change(of: seen, to: .rollout(50), "op2"))
        else {
            Issue.record("not refused")
            return
        }
        #expect(try await subject.flag().revision == seen.revision)
    }

    @Test(arguments: Kind.allCases)
    func `when the line is cut a read throws, and no change is called done`(kind: Kind) async throws {
        let subject = try Subject(kind)
        let seen = try await subject.flag()
        try subject.cut()
        await #expect(throws: ReadFailure.self) { try await subject.backend.read() }
        switch await subject.backend.apply(subject.change(of: seen, to: .off)) {
        case .refused, .unknown: break
        case let outcome: Issue.record("\(outcome)")
        }
    }
}

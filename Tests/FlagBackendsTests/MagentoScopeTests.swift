import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import TestSupport
import Testing

/// A setting holds for a part of the store: the default, a website, a store view.
@Suite struct MagentoScopeTests {
    static let path = MagentoShop.path
    typealias Table = FakeSettingsTable

    private func flag(_ scope: FlagScope) -> [MagentoFlag] {
        [MagentoFlag(name: "grid.async", path: Self.path, scope: scope)]
    }

    private func change(_ flag: FlagReading, to value: FlagValue) -> FlagChange {
        FlagChange(
            opID: "op", flag: flag.name, backend: flag.backend, from: flag.value, to: value,
            expectedRevision: flag.revision)
    }

    /// Where the value comes from: its own, its website's, the default's.
    @Test(arguments: [
        (["stores/de": "0", "websites/eu": "1", "default": "1"], FlagValue.off),
        (["websites/eu": "0", "default": "1"], .off),
        (["default": "1"], .on),
        ([:], .off),
    ])
    func `a store view inherits from its website and from the default`(
        values: [String: String], value: FlagValue
    ) async throws {
        let shop = try MagentoShop(
            Dictionary(uniqueKeysWithValues: values.map { ("\($0.key)/\(Self.path)", $0.value) }),
            known: [Self.path], flags: flag(FlagScope(.storeView, "de")),
            table: Table(storeViews: [("de", "eu"), ("us", "am")]))
        let read = try await shop.backend.read().flags
        #expect(read.map(\.value) == [value] && read.first?.scope == FlagScope(.storeView, "de"))
    }

    @Test func `a store view whose website is not known inherits nothing known`() async throws {
        let shop = try MagentoShop(
            ["default/\(Self.path)": "1"], flags: flag(FlagScope(.storeView, "de")))
        guard case .unknown(let why)? = try await shop.backend.read().flags.first?.value else {
            Issue.record("a value was made up")
            return
        }
        #expect(why.contains("name a database"))
    }

    @Test func `is switched in its own scope`() async throws {
        let scope = FlagScope(.website, "eu")
        let shop = try MagentoShop(["default/\(Self.path)": "1"], flags: flag(scope))
        let seen = try #require(try await shop.backend.read().flags.first)
        #expect(seen.value == .on)
        guard case .confirmed(let after) = await shop.backend.apply(change(seen, to: .off)) else {
            Issue.record("not confirmed")
            return
        }
        #expect(after.value == .off)
        #expect(try shop.value("websites/eu/\(Self.path)") == "0\n")
        #expect(try shop.value() == "1\n", "the default is as it was")
        let set = shop.calls.filter { $0.hasPrefix("config:set") }
        #expect(set == ["config:set --scope=websites --scope-code=eu -- \(Self.path) 0"])
    }

    /// ON in two store views, and a row of a third that env.php overrules: the command has the last word.
    private func overridden(_ scope: FlagScope = .all) throws -> (shop: MagentoShop, table: Table) {
        let table = Table(
            [
                Table.row("default", "", "1", updated: 5_000), Table.row("stores", "de", "1", website: "eu"),
                Table.row("stores", "fr", "1", website: "eu"), Table.row("stores", "us", "1", website: "am"),
                Table.row("websites", "am", nil),
            ], storeViews: [("de", "eu"), ("fr", "eu"), ("us", "am")])
        let shop = try MagentoShop(
            [
                "default/\(Self.path)": "1", "stores/de/\(Self.path)": "1", "stores/fr/\(Self.path)": "1",
                "stores/us/\(Self.path)": "0",
            ], flags: flag(scope), table: table)
        return (shop, table)
    }

    @Test func `narrower scopes are read, and a change at default does not hide what stays ON`() async throws
    {
        let (shop, _) = try overridden()
        let seen = try #require(try await shop.backend.read().flags.first)
        #expect(
            Set(seen.overrides) == [
                FlagOverride(FlagScope(.storeView, "de"), .on),
                FlagOverride(FlagScope(.storeView, "fr"), .on),
                FlagOverride(FlagScope(.storeView, "us"), .off),
                FlagOverride(FlagScope(.website, "am"), .off),
            ])
        #expect(seen.differing.words == "OFF in website am and store view us" && seen.unseen == nil)
        guard case .confirmed(let after) = await shop.backend.apply(change(seen, to: .off)) else {
            Issue.record("not confirmed")
            return
        }
        #expect(after.value == .off && !after.isOff && after.differing.words == "ON in 2 store views")
    }

    @Test func `of a website only its own store views are narrower`() async throws {
        let (shop, _) = try overridden(FlagScope(.website, "eu"))
        let seen = try #require(try await shop.backend.read().flags.first)
        #expect(seen.overrides.map(\.scope.code) == ["de", "fr"])
    }

    @Test func `without the table it says that narrower scopes are not seen`() async throws {
        let shop = try MagentoShop(["default/\(Self.path)": "1"])
        let unseen = try await shop.backend.read().flags.first?.unseen
        #expect(unseen == "narrower scopes are not read: no database is named")
        let (other, table) = try overridden()
        table.fail(ReadFailure(.unreachable, "connect to db1 timed out"))
        let flag = try #require(try await other.backend.read().flags.first)
        #expect(flag.value == .on && flag.overrides.isEmpty)
        #expect(flag.unseen == "narrower scopes could not be read: connect to db1 timed out")
    }

    @Test func `the command is asked when a row has changed, and now and then, not at each look`()
        async throws
    {
        let time = ManualTime()
        let table = Table([Table.row("default", "", "1", updated: 5_000)])
        let shop = try MagentoShop(["default/\(Self.path)": "1"], table: table, time: time)
        func look() async throws -> FlagReading? { try await shop.backend.read().flags.first }
        #expect(try await look()?.value == .on && shop.calls.count == 1)
        #expect(shop.backend.manner.hasSuffix("config:show when a row has changed, and every 5 min"))
        time.advance(by: .seconds(299))
        #expect(try await look()?.value == .on && shop.calls.count == 1)
        // env.php is not in the table.
        try shop.keep("0", at: "default/\(Self.path)")
        time.advance(by: .seconds(1))
        #expect(try await look()?.value == .off && shop.calls.count == 2)
        table.edit { $0.rows[0].updated = WallTime(seconds: 6_000) }
        #expect(try await look()?.changedAt == nil, "the row is dead: it says 1")
        #expect(shop.calls.count == 3)
        table.edit { $0.rows[0].value = "0" }
        #expect(try await look()?.changedAt == WallTime(seconds: 6_000))
        #expect(shop.calls.count == 4)
    }

    @Test func `what was asked before a change is not kept after it`() async throws {
        let table = Table([Table.row("default", "", "1")])
        let shop = try MagentoShop(["default/\(Self.path)": "1"], table: table)
        let seen = try #require(try await shop.backend.read().flags.first)
        // A look that begins before the change and ends after it.
        try shop.folder.write("", to: "gate")
        table.edit { $0.rows.append(Table.row("stores", "x", nil)) }
        async let late = shop.backend.read()
        try await eventually("the late look has asked") {
            try Files.facts(shop.folder.path("gated")) != nil
        }
        guard case .confirmed = await shop.backend.apply(change(seen, to: .off)) else {
            Issue.record("not confirmed")
            return
        }
        try shop.folder.write("", to: "go")
        #expect(try await late.flags.first?.value == .on, "it began before")
        #expect(try await shop.backend.read().flags.first?.value == .off, "not what the late look brought")
    }

    @Test func `a table of a clock that is ahead does not say that a flag was turned in the future`()
        async throws
    {
        let time = ManualTime()
        let wall = time.now.wall
        let table = Table([Table.row("default", "", "1")])
        table.edit {
            $0.serverTime = wall.advanced(bySeconds: 600)
            $0.rows[0].updated = wall.advanced(bySeconds: 590)
        }
        let shop = try MagentoShop(["default/\(Self.path)": "1"], table: table, time: time)
        #expect(try await shop.backend.read().flags.first?.changedAt == wall.advanced(bySeconds: -10))
    }
}

import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import TestSupport
import Testing

@Suite struct MagentoConfigTests {
    static let path = MagentoShop.path

    func flag(_ shop: MagentoShop) async throws -> FlagReading {
        try #require(try await shop.backend.read().flags.first)
    }

    func change(_ shop: MagentoShop, to value: FlagValue) async throws -> FlagChange {
        let seen = try await flag(shop)
        return FlagChange(
            opID: "op", flag: seen.name, backend: seen.backend, from: seen.value, to: value,
            expectedRevision: seen.revision)
    }

    /// Whatever `config:show` prints, byte for byte.
    func printed(_ text: String, exit code: Int = 0) async throws -> FlagReading {
        let shop = try MagentoShop()
        try shop.folder.write(text, to: "answer")
        try shop.folder.write(String(code), to: "exit")
        return try await flag(shop)
    }

    @Test(arguments: [
        ("1\n", FlagValue.on), ("0\n", .off), ("1\r\n", .on), ("0\r\n", .off), ("1", .on),
        ("\n", .off), ("\r\n", .off), ("****\n", .variant("encrypted")), ("os2\n", .variant("os2")),
        ("dev/grid/async_indexing - 1\n", .on), ("dev/grid/async_indexing - 1\r\n", .on),
        ("dev/grid/async_indexing - \n", .off),
        ("Deprecated: Creation of dynamic property in /app/x.php on line 7\n1\n", .on),
        ("\nWarning: include(x.php) in /app/y.php on line 7\n\n", .off),
    ])
    func `reads what config:show prints`(text: String, value: FlagValue) async throws {
        #expect(try await printed(text).value == value)
    }

    @Test(arguments: [
        ("", "config:show said nothing"),
        (
            "\nWarning: include(x.php) in /app/y.php on line 7\n",
            "config:show said nothing but Warning: include(x.php) in /app/y.php on line 7"
        ),
        ("There are no commands defined in the \"config\" namespace.\n", "config:show said: There are no"),
        ("1\n0\n", "config:show said more than a value"),
        ("An error occurred\nTry again later\n", "config:show said more than a value: An error occurred"),
        ("1 0\n", "config:show said: 1 0"),
    ])
    func `what is no value is not known, and not OFF`(text: String, why: String) async throws {
        let flag = try await printed(text)
        guard case .unknown(let reason) = flag.value else {
            Issue.record("\(flag.value)")
            return
        }
        #expect(reason.hasPrefix(why), "\(reason)")
    }

    @Test func `a command that fails for every flag is a source that fails`() async throws {
        await #expect {
            try await printed("ssh: connect to host app1 port 22: Connection refused\n", exit: 255)
        } throws: { error in
            let failure = error as? ReadFailure
            return failure?.kind == .malformed && failure?.message.contains("Connection refused") == true
        }
    }

    @Test func `a path that is gone after an upgrade is not known, with the reason, not the code's default`()
        async throws
    {
        guard case .unknown(let why) = try await flag(try MagentoShop()).value else {
            Issue.record("a value was made up")
            return
        }
        #expect(why.hasPrefix("the store has no such setting") && why.contains("path doesn't exist"))
        let old = try await flag(try MagentoShop(isOld: true))
        #expect(!old.value.isKnown, "\(old.value)")
    }

    @Test func `one empty line is a setting that nothing gives a value, which Magento takes for no`()
        async throws
    {
        #expect(try await flag(try MagentoShop(known: [Self.path])).value == .off)
    }

    @Test(arguments: [("1", FlagValue.on), ("0", .off)])
    func `a version that says the same of 0 and of nothing is asked for the group`(
        value: String, is expected: FlagValue
    ) async throws {
        let shop = try MagentoShop(["default/\(Self.path)": value], isOld: true)
        #expect(try await flag(shop).value == expected)
        #expect(shop.calls.last == "config:show -- " + (value == "1" ? Self.path : "dev/grid"))
    }

    static let three = [
        MagentoFlag(name: "a", path: "dev/grid/async_indexing"),
        MagentoFlag(name: "b", path: "dev/grid/other"),
        MagentoFlag(name: "c", path: "sales_email/general/async_sending"),
    ]

    @Test(arguments: [true, false])
    func `settings of one group are asked for in one call where the version shows groups`(isOld: Bool)
        async throws
    {
        let shop = try MagentoShop(
            [
                "default/dev/grid/async_indexing": "1", "default/dev/grid/other": "0",
                "default/sales_email/general/async_sending": "1",
            ], isOld: isOld, flags: Self.three)
        for round in 0..<2 {
            try shop.forgetCalls()
            #expect(try await shop.backend.read().flags.map(\.value) == [.on, .off, .on])
            let asked = shop.calls.map { $0.replacing("config:show -- ", with: "") }
            let paths = Self.three.map(\.path)
            // A version that takes whole paths alone is asked for the group once.
            let expected = isOld ? ["dev/grid", paths[2]] : (round == 0 ? ["dev/grid"] : []) + paths
            #expect(asked == expected)
        }
    }

    @Test func `switches through config:set and reads back`() async throws {
        let shop = try MagentoShop(["default/\(Self.path)": "1"])
        guard case .confirmed(let after) = await shop.backend.apply(try await change(shop, to: .off)) else {
            Issue.record("not confirmed")
            return
        }
        #expect(after.value == .off)
        #expect(try shop.value() == "0\n")
    }

    @Test func `a foreign change in between is a conflict and nothing is set`() async throws {
        let shop = try MagentoShop(["default/\(Self.path)": "1"])
        let change = try await change(shop, to: .off)
        try shop.keep("0", at: "default/\(Self.path)")
        guard case .conflict(let now) = await shop.backend.apply(change) else {
            Issue.record("no conflict")
            return
        }
        #expect(now.value == .off)
        #expect(!shop.calls.contains { $0.contains("config:set") })
    }

    @Test(arguments: [("locked", "locked in env.php"), ("import", "app:config:import")])
    func `tells why Magento refuses`(obstacle: String, why: String) async throws {
        let shop = try MagentoShop(["default/\(Self.path)": "1"])
        let change = try await change(shop, to: .off)
        try shop.folder.write("", to: obstacle)
        guard case .refused(let text) = await shop.backend.apply(change) else {
            Issue.record("not refused")
            return
        }
        #expect(text.contains(why))
        #expect(try shop.value() == "1\n")
    }

    @Test func `a save that does not show is not called done`() async throws {
        let shop = try MagentoShop(["default/\(Self.path)": "1"])
        let change = try await change(shop, to: .off)
        try shop.folder.write("", to: "deaf")
        #expect(
            await shop.backend.apply(change) == .unknown("config:set said yes, and config:show reads ON"))
    }

    @Test(arguments: [("1", []), ("255", ["/usr/bin/env"])])
    func `a save whose command did not end well is told as saved, and what may be undone`(
        code: String, prefix: [String]
    ) async throws {
        let shop = try MagentoShop(["default/\(Self.path)": "1"], prefix: prefix)
        let change = try await change(shop, to: .off)
        try shop.folder.write(code, to: "end")
        guard case .saved(let after, let why) = await shop.backend.apply(change) else {
            Issue.record("not told as saved")
            return
        }
        #expect(after.value == .off)
        #expect(
            why == "the config cache is perhaps not cleaned: "
                + "config:set said no (exit code \(code)): Broken pipe")
        #expect(try await flag(shop).value == .off)
    }

    @Test func `a command that said no and saved nothing is refused, unless it may be at work elsewhere`()
        async throws
    {
        for (prefix, isLost) in [([], false), (["/usr/bin/env"], true)] {
            let shop = try MagentoShop(["default/\(Self.path)": "1"], prefix: prefix)
            let change = try await change(shop, to: .off)
            try shop.folder.write("255", to: "end")
            try shop.folder.write("", to: "deaf")
            switch await shop.backend.apply(change) {
            case .unknown(let why) where isLost: #expect(why.hasSuffix("and config:show reads ON"))
            case .refused(let why) where !isLost: #expect(why.contains("exit code 255"))
            case let outcome: Issue.record("\(prefix): \(outcome)")
            }
        }
    }

    private func backend(_ program: String, path: String) -> MagentoConfig {
        MagentoConfig(
            name: "magento",
            command: MagentoCommand(
                [program], prefix: CommandPrefix([]), environment: [:], deadline: .seconds(5),
                folder: "/nowhere"),
            flags: [MagentoFlag(name: "x", path: path)], interval: .seconds(60), time: ManualTime())
    }

    @Test func `a program that is not there is named`() async throws {
        await #expect {
            try await backend("/nowhere/magento", path: Self.path).read()
        } throws: { error in
            guard let failure = error as? ReadFailure else { return false }
            return failure.kind == .unusable && failure.message.contains("/nowhere/magento")
        }
    }

    @Test(arguments: ["--help", "a b", "x;rm", ""])
    func `sends no path that is not one`(path: String) async throws {
        let shop = try MagentoShop()
        await #expect(throws: ReadFailure.self) {
            try await backend(shop.folder.path("magento"), path: path).read()
        }
        #expect(shop.calls.isEmpty)
    }
}

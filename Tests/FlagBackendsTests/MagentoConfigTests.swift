import FeatureFlags
import FlagBackends
import Monitoring
import Platform
import TestSupport
import Testing

/// A real child process stands for `bin/magento`: it keeps one value a file.
@Suite struct MagentoConfigTests {
    static let path = "dev/grid/async_indexing"
    static let script = """
        #!/bin/sh
        # usage: magento config:show -- PATH | config:set -- PATH VALUE
        here=$(dirname "$0")
        file="$here/$(echo "$3" | tr / _)"
        echo "$*" >> "$here/calls"
        [ -f "$here/slow" ] && sleep "$(cat "$here/slow")"
        case "$1" in
        config:show)
            [ -f "$file" ] || { echo "Configuration for path: \\"$3\\" doesn't exist" >&2; exit 1; }
            cat "$file" ;;
        config:set)
            [ -f "$here/locked" ] && { echo "The value you set has already been locked." >&2; exit 1; }
            [ -f "$here/import" ] && { echo "Please run app:config:import" >&2; exit 1; }
            [ -f "$here/deaf" ] || echo "$4" > "$file"
            echo "Value was saved." ;;
        *) exit 2 ;;
        esac
        """

    struct Store {
        let folder: TemporaryFolder
        let backend: MagentoConfig

        init(value: String?, deadline: Duration = .seconds(20)) throws {
            folder = try TemporaryFolder("magento")
            // Led by the shell: a file that a process forked elsewhere still holds open for writing cannot be
            // started itself ("Text file busy").
            try folder.write(MagentoConfigTests.script, to: "magento", mode: 0o700)
            if let value { try folder.write(value + "\n", to: "dev_grid_async_indexing") }
            backend = MagentoConfig(
                name: "magento", command: ["/bin/sh", folder.path("magento")], prefix: CommandPrefix([]),
                environment: ["PATH": ChildCommand.standardPath],
                paths: [("grid.async", MagentoConfigTests.path)], interval: .seconds(60), deadline: deadline)
        }

        func flag() async throws -> FlagReading { try #require(try await backend.read().flags.first) }

        func change(to value: FlagValue) async throws -> FlagChange {
            let seen = try await flag()
            return FlagChange(
                opID: "op", flag: seen.name, backend: seen.backend, from: seen.value, to: value,
                expectedRevision: seen.revision)
        }

        func kept() throws -> String {
            String(
                decoding: try Files.read(folder.path("dev_grid_async_indexing"), limit: 1000), as: UTF8.self)
        }
    }

    @Test(arguments: [
        ("1", FlagValue.on), ("0", .off), ("", .off), ("****", .variant("encrypted")),
        ("os2", .variant("os2")),
        ("dev/grid/async_indexing - 1", .on),
    ])
    func `reads what config:show prints`(printed: String, value: FlagValue) async throws {
        #expect(try await Store(value: printed).flag().value == value)
    }

    @Test func `a path that is set nowhere is the application's own default`() async throws {
        #expect(try await Store(value: nil).flag().value == .codeDefault)
    }

    @Test func `switches through config:set and reads back`() async throws {
        let store = try Store(value: "1")
        guard case .confirmed(let after) = await store.backend.apply(try await store.change(to: .off)) else {
            Issue.record("not confirmed")
            return
        }
        #expect(after.value == .off)
        #expect(try store.kept() == "0\n")
    }

    @Test func `a foreign change in between is a conflict and nothing is set`() async throws {
        let store = try Store(value: "1")
        let change = try await store.change(to: .off)
        try store.folder.write("0\n", to: "dev_grid_async_indexing")
        guard case .conflict(let now) = await store.backend.apply(change) else {
            Issue.record("no conflict")
            return
        }
        #expect(now.value == .off)
        let calls = String(decoding: try Files.read(store.folder.path("calls"), limit: 10_000), as: UTF8.self)
        #expect(!calls.contains("config:set"))
    }

    @Test(arguments: [("locked", "locked in env.php"), ("import", "app:config:import")])
    func `tells why Magento refuses`(obstacle: String, why: String) async throws {
        let store = try Store(value: "1")
        let change = try await store.change(to: .off)
        try store.folder.write("", to: obstacle)
        guard case .refused(let text) = await store.backend.apply(change) else {
            Issue.record("not refused")
            return
        }
        #expect(text.contains(why))
        #expect(try store.kept() == "1\n")
    }

    @Test func `a save that does not show is not called done`() async throws {
        let store = try Store(value: "1")
        let change = try await store.change(to: .off)
        try store.folder.write("", to: "deaf")
        #expect(
            await store.backend.apply(change) == .unknown("config:set said yes, and config:show reads ON"))
    }

    @Test func `a command that does not end leaves the outcome open`() async throws {
        let store = try Store(value: "1", deadline: .seconds(2))
        let change = try await store.change(to: .off)
        // The read before the change is quick, the save is not.
        try store.folder.write(
            Self.script.replacing("config:set)", with: "config:set)\n    sleep 30"), to: "magento",
            mode: 0o700)
        guard case .unknown(let text) = await store.backend.apply(change) else {
            Issue.record("not open")
            return
        }
        #expect(text.contains("stopped"))
    }

    @Test func `a program that is not there is named`() async throws {
        let backend = MagentoConfig(
            name: "magento", command: ["/nowhere/magento"], prefix: CommandPrefix([]), environment: [:],
            paths: [("grid.async", Self.path)], interval: .seconds(60), deadline: .seconds(2))
        await #expect {
            try await backend.read()
        } throws: { error in
            guard let failure = error as? ReadFailure else { return false }
            return failure.kind == .unusable && failure.message.contains("/nowhere/magento")
        }
    }

    @Test(arguments: ["--help", "a b", "x;rm", ""])
    func `sends no path that is not one`(path: String) async throws {
        let store = try Store(value: "1")
        let backend = MagentoConfig(
            name: "magento", command: [store.folder.path("magento")], prefix: CommandPrefix([]),
            environment: [:], paths: [("x", path)], interval: .seconds(60), deadline: .seconds(5))
        await #expect(throws: ReadFailure.self) { try await backend.read() }
        #expect(try Files.facts(store.folder.path("calls")) == nil)
    }
}

import Platform
import TestSupport
import Testing

/// Commands of one's own, run by the built program.
@Suite(.timeLimit(.minutes(3))) struct OwnCommandTests {
    private static let tool = """
        #!/bin/sh
        here=$(dirname "$0")
        echo "$(id -u) $(pwd) $*" >> "$here/runs"
        env > "$here/its-environment"
        case "$1" in
        say) echo "hello $2" ;;
        fail) echo "it did not work" >&2; exit 7 ;;
        hang) sleep 600 & echo $! > "$here/grandchild"; trap '' TERM; wait; sleep 600 ;;
        flood) head -c 10000000 /dev/zero | tr '\\0' 'x' ;;
        paint) printf '\\033]2;evil\\007\\033[31mred\\033[0m\\n' ;;
        esac

        """

    private func shop(access: String = "operate") throws -> Shop {
        let shop = try Shop("commands", access: access)
        try shop.put(Self.tool, at: "tool", mode: 0o700)
        let tool = shop.path("tool")
        let names = ["say", "fail", "flood", "paint"].map { "\($0): [\(tool), \($0), \"{name}\"]" }
        let hangs = "hang: {run: [\(tool), hang], deadline: 2s}, slow: {run: [\(tool), hang]}"
        try shop.configure(
            access: access, more: "    commands: {integration: {\(names.joined(separator: ", ")), \(hangs)}}")
        return shop
    }

    /// On the page of the flow.
    private func page(_ shop: Shop) async throws -> Pty {
        let pty = try shop.open(variables: ["SHOP_SECRET": "hunter2"])
        try await pty.sees("orders → ERP")
        pty.send("2\r")
        try await pty.sees("What to do")
        return pty
    }

    private func run(_ name: String, on pty: Pty) async throws {
        pty.send(":run \(name)\r")
        try await eventually("the question stands", within: .seconds(15)) {
            pty.send("\u{c}")
            try await Task.sleep(for: .milliseconds(50))
            return pty.screen.text.contains("Closes in 5")
        }
        pty.send(name)
        try await pty.wait(for: "the name is complete") { screen in
            !["type the name of the command", "the name is not complete"].contains {
                screen.text.contains($0)
            }
        }
        pty.send("\t\t\r")
    }

    private func record(_ shop: Shop) async throws -> [String] {
        let shown = try await shop.run("audit", "show")
        return String(decoding: shown.output, as: UTF8.self).split(separator: "\n").map {
            String($0.split(separator: " ")[2])
        }
    }

    @Test func `prints, fails, floods and paints, and what it did is shown as it was and on record`()
        async throws
    {
        let shop = try shop()
        let pty = try await page(shop)
        defer { pty.close() }
        for (name, words) in [
            ("say", ["hello orders", "exit code 0 after"]),
            ("fail", ["it did not work", "exit code 7 after"]),
            ("flood", ["xxxxxxxx", "Cut here: it printed 9."]),
            ("paint", ["]2;evil", "[31mred", "exit code 0 after"]),
        ] {
            try await run(name, on: pty)
            try await pty.sees("exit code")
            if name == "flood" { pty.send("G") }
            for word in words { try await pty.sees(word) }
            pty.send("\u{1b}")
            try await pty.sees("What to do")
        }
        try await pty.leave()
        #expect(try await record(shop) == Array(repeating: ["runs", "ran"], count: 4).flatMap(\.self))
        let shown = String(decoding: try await shop.run("audit", "show").output, as: UTF8.self)
        #expect(shown.contains("\(shop.path("tool")) say orders") && shown.contains("exit code 7 after"))
        #expect(try await shop.run("audit", "verify").end == .exited(0))
        let first = try shop.text(shop.path("runs")).split(separator: "\n").first
        let own = String(
            decoding: try await ChildProcess.run(
                ChildCommand(["id", "-u"]), deadline: .seconds(5)
            ).output, as: UTF8.self)
        #expect(first.map(String.init) == own.filter(\.isNumber) + " / say orders")
        #expect(try !shop.text(shop.path("its-environment")).contains("hunter2"))
    }

    @Test func `one that hangs is ended at its deadline with all that it started, and the console goes on`()
        async throws
    {
        let shop = try shop()
        let pty = try await page(shop)
        defer { pty.close() }
        try await run("hang", on: pty)
        try await pty.sees("at work for")
        pty.send("\u{1b}")
        try await pty.sees("hang goes on, at most for")
        pty.send("?")
        try await pty.sees("keys")
        pty.send("\u{1b}")
        try await pty.sees("hang: ended after 2 s, its deadline: what it did is not known; :run shows")
        try await isGone(shop)
        try await pty.leave()
        #expect(try await record(shop) == ["runs", "ran"])
    }

    @Test(arguments: [true, false])
    func `one that is at work ends with the console, and that is on record`(isQuit: Bool) async throws {
        let shop = try shop()
        let pty = try await page(shop)
        defer { pty.close() }
        try await run("slow", on: pty)
        try await eventually("it is at work") { try Files.facts(shop.path("grandchild")) != nil }
        if isQuit {
            pty.send("\u{3}")
            try await pty.sees("The command slow is at work: it is ended with this console.")
            pty.send("\u{3}")
        } else {
            pty.signal(Program.Signal.hangUp)
        }
        _ = try await pty.exit()
        try await isGone(shop)
        #expect(try await record(shop) == ["runs", "ran"])
        let shown = String(decoding: try await shop.run("audit", "show").output, as: UTF8.self)
        #expect(shown.contains("ended with the console"))
    }

    @Test func `nothing is run where nothing may be changed`() async throws {
        let shop = try shop(access: "read-only")
        let pty = try await page(shop)
        defer { pty.close() }
        pty.send(":run say\r")
        try await pty.sees("this environment is read-only")
        pty.send("!")
        try await pty.leave()
        #expect(try Files.facts(shop.path("runs")) == nil)
    }

    private func isGone(_ shop: Shop) async throws {
        let pid = try shop.text(shop.path("grandchild")).filter(\.isNumber)
        try await eventually("what it started is gone", within: .seconds(10)) {
            try Files.facts("/proc/\(pid)") == nil
        }
    }
}

import Platform
import TestSupport

/// A shop made of files: a log, a command, flags in two files and behind a script that stands for
/// `bin/magento`. What the built program needs to watch a store and switch its flags without a server.
final class Shop: Sendable {
    static let environment = "eu-shop"
    let folder: TemporaryFolder

    init(_ name: String = "shop", access: String = "operate", production: Bool = true) throws {
        folder = try TemporaryFolder(name)
        try folder.write(Self.yaml, to: "flags.yaml", mode: 0o640)
        try folder.write(Self.json, to: "flags.json", mode: 0o644)
        try folder.write(Self.magento, to: "magento", mode: 0o700)
        try folder.write("1\n", to: "dev_grid_async_indexing")
        try folder.write("{\"success\": 1, \"queues\": []}", to: "answer.json")
        try folder.write("", to: "system.log")
        try configure(access: access, production: production)
    }

    func configure(access: String = "operate", production: Bool = true, more: String = "") throws {
        try folder.write(
            """
            environments:
              \(Self.environment):
                production: \(production)
                access: \(access)
                sources:
                  answer: {type: command, run: [/bin/cat, \(path("answer.json"))], output: json, interval: 1s}
                  app-log: {type: log, path: \(path("system.log")), format: plain, interval: 1s}
            \(more)
                flags:
                  flags-yaml: {type: flagd, path: \(path("flags.yaml")), interval: 1s}
                  flags-json: {type: flagd, path: \(path("flags.json")), interval: 1s}
                  settings:
                    type: magento-config
                    command: [\(path("magento"))]
                    interval: 60s
                    paths: {grid.async: dev/grid/async_indexing}
                integrations:
                  orders:
                    thing: orders
                    direction: out
                    system: ERP
                    outcomes: [{source: answer}, {source: app-log, failure: "order * failed*"}]

            """, to: "config.yaml")
    }

    func path(_ name: String) -> String { folder.path(name) }
    /// A file of the environment's state.
    func kept(_ name: String) -> String { path("state/hypercare/\(Self.environment)/\(name)") }

    func text(_ path: String) throws -> String {
        String(decoding: try Files.read(path, limit: 8 << 20), as: UTF8.self)
    }

    /// Written as one whole file, so that no reader sees half of it.
    func put(_ text: String, at name: String, mode: UInt32 = 0o600) throws {
        let directory = try Directory(folder.path)
        try AtomicFile(name, in: directory, mode: mode).replace(with: Array(text.utf8))
    }

    var variables: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path, "LANG": "C.UTF-8",
            "TERM": "xterm-256color", "XDG_STATE_HOME": path("state"),
        ]
    }

    /// Starts the console, behind a prefix such as `strace` when one is given.
    func open(
        _ prefix: [String] = [], rows: Int = 40, columns: Int = 160, variables more: [String: String] = [:]
    ) throws -> Pty {
        let pty = try Pty(rows: rows, columns: columns)
        try pty.start(
            prefix + [Program.path, "--config", path("config.yaml")],
            environment: variables.merging(more) { $1 })
        return pty
    }

    /// Runs the program to its end, without a terminal.
    func run(_ arguments: String..., variables more: [String: String] = [:]) async throws -> ChildResult {
        try await run(arguments, variables: more)
    }

    func run(_ arguments: [String], variables more: [String: String] = [:]) async throws -> ChildResult {
        try await ChildProcess.run(
            ChildCommand(
                [Program.path] + arguments + ["--config", path("config.yaml")],
                environment: variables.merging(more) { $1 }),
            deadline: .seconds(30), outputCap: 1 << 20)
    }

    /// Begins a script that is to know how often it was run: `$n`, and its folder `$here`.
    static let counting = """
        #!/bin/sh
        here=$(dirname "$0")
        n=$(cat "$here/n" 2>/dev/null)
        n=$(( ${n:-0} + 1 ))
        echo $n > "$here/n.$$" && mv "$here/n.$$" "$here/n"
        """

    static let yaml = """
        # flags of the shop; mira looks after them
        flags:
          erp.v2:   # the new path
            state: ENABLED
            variants: {"on": true, "off": false}
            defaultVariant: "on"   # since October
          stock.delta:
            state: ENABLED
            variants: {"on": true, "off": false}
            defaultVariant: "off"

        """

    static let json = """
        {
          "$schema": "https://flagd.dev/schema/v0/flags.json",
          "flags": {
            "pay.new": { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "off" },
            "cart.v3": { "state": "ENABLED", "variants": { "on": true, "off": false }, "defaultVariant": "on" }
          }
        }

        """

    /// Values are files beside it. What it is called with, and its environment, is on record.
    static let magento = """
        #!/bin/sh
        # usage: magento config:show -- PATH | config:set -- PATH VALUE
        here=$(dirname "$0")
        file="$here/$(echo "$3" | tr / _)"
        echo "$*" >> "$here/calls"
        env > "$here/environment"
        case "$1" in
        config:show) cat "$file" ;;
        config:set) echo "$4" > "$file"; echo "Value was saved." ;;
        cache:clean) echo x > "$here/cleaned"; echo "Cleaned cache types:"; echo "$2" ;;
        *) exit 2 ;;
        esac

        """
}

extension Shop {
    /// One whose flag was turned OFF, and an editor saved the file as it had been right after.
    static func overwritten() async throws -> (Shop, Pty) {
        let shop = try Shop()
        let pty = try shop.open()
        try await pty.ask(for: "erp.v2")
        try await pty.confirm("erp.v2")
        try await pty.sees("erp.v2 is OFF: sent and read back")
        try shop.put(Shop.yaml, at: "flags.yaml", mode: 0o640)
        return (shop, pty)
    }
}

/// What the person at the keyboard does.
extension Pty {
    /// The last row: the keys that work here and now.
    var hints: String { screen.row(screen.rows - 1) }

    func sees(_ text: String, within limit: Duration = .seconds(30)) async throws {
        try await wait(for: "“\(text)” on the screen", within: limit) { $0.text.contains(text) }
    }

    /// Moves to a flag; its row is chosen when the last row offers to turn it.
    func choose(_ flag: String) async throws {
        try await sees(flag)
        try await eventually("no question stands") { self.hints.contains("? help") }
        send("5")
        var key = "j"
        for _ in 0..<30 {
            if hints.contains("turn \(flag) ") {
                // A late answer to an earlier key would move on: that nothing does is seen over time.
                let moves: Void? = try? await eventually("the cursor moves", within: .milliseconds(700)) {
                    !self.hints.contains("turn \(flag) ")
                }
                if moves == nil { return }
            }
            let before = hints
            send(key)
            let moved: Void? = try? await eventually("the cursor moves", within: .milliseconds(1500)) {
                self.hints != before
            }
            // The last row: from the first again.
            key = moved == nil ? "g" : "j"
        }
        try await eventually("\(flag) is chosen") { self.hints.contains("turn \(flag) ") }
    }

    /// Opens the question and waits until it takes keys.
    func ask(for flag: String) async throws {
        try await choose(flag)
        send("t")
        // Drawn anew, as its clock would be within two seconds.
        try await eventually("“Closes in 5” on the screen", within: .seconds(15)) {
            self.send("\u{c}")
            try await Task.sleep(for: .milliseconds(50))
            return self.screen.text.contains("Closes in 5")
        }
    }

    /// Answers the question of a production store.
    func confirm(_ flag: String) async throws {
        send(flag)
        try await wait(for: "the name is complete") { screen in
            !["type the flag's name", "the name is not complete"].contains { screen.text.contains($0) }
        }
        send("\t\t\r")
    }

    /// Leaves, and gives the terminal back.
    func leave() async throws {
        send(":q\r")
        let end = try await exit()
        guard end == .code(0) else { throw NotInTime(description: "it ended with \(end)") }
    }
}

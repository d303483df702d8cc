import Documents
import Glibc
import Platform
import TestSupport
import Testing

/// The built program without a terminal: what it prints where, and how it ends.
@Suite struct CommandLineTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("cli") }

    private struct Ended {
        var code: Int32
        var output: String
        var error: String
    }

    /// A signal fails the test: bad input never traps. A nil variable is left out.
    private func run(_ arguments: [String], _ variables: [String: String?] = [:]) async throws -> Ended {
        try await run(program: [Program.path] + arguments, variables)
    }

    private func run(program: [String], _ variables: [String: String?] = [:]) async throws -> Ended {
        var environment: [String: String?] = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8", "TERM": "xterm-256color",
        ]
        environment.merge(variables) { $1 }
        let result = try await ChildProcess.run(
            ChildCommand(program, environment: environment.compactMapValues { $0 }, directory: folder.path),
            deadline: .seconds(30))
        var code: Int32 = -1
        if case .exited(let number) = result.end { code = number }
        #expect(![-1, 132, 133, 134, 139].contains(code), "\(program): \(result.end)")
        return Ended(
            code: code, output: String(decoding: result.output, as: UTF8.self),
            error: String(decoding: result.error, as: UTF8.self))
    }

    /// Watches a program that says ok; `second` adds another environment.
    private func goodConfig(mode: UInt32 = 0o600, second: Bool = false) throws -> String {
        try folder.write(
            """
            environments:
              shop: {sources: {check: {type: command, run: [echo, OK]}}}
            \(second ? "  other: {sources: {check: {type: command, run: [/bin/false]}}}" : "")

            """, to: "good.yaml", mode: mode)
    }

    @Test(arguments: [
        ([], 2, "hypercare init"), (["hepl"], 2, "did you mean help?"),
        (["version"], 2, "`hypercare help` lists"), (["--confg", "x"], 2, "did you mean --config?"),
        (["--config"], 2, "--config FILE"), (["config"], 2, "check, schema"),
        (["help", "keyz"], 2, "did you mean keys?"), (["completion", "tcsh"], 2, "bash, zsh, fish"),
        (["demo", "--seed", "x"], 2, "whole number"), (["demo"], 2, "terminal"),
        (["status", "--jsno"], 3, "did you mean --json?"), (["status"], 3, "hypercare init"),
        (["status", "--json", "--plain"], 3, "exclude"),
        (["status", "--patience", "x"], 3, "seconds from 1"),
        (["doctor"], 2, "hypercare init"),
        (["\u{1b}[2J"], 2, "␛[2J"), (["init", "--yes", "--config", "/proc/none/x.yaml"], 1, "/proc/none"),
        (["init", "--yes", "--config", "folder/"], 2, "nothing was written"),
        (["init", "--yes", "--env", "bad name"], 2, "cannot be a name"),
    ])
    func `what it cannot do is one sentence on standard error`(
        arguments: [String], code: Int32, words: String
    ) async throws {
        let ended = try await run(arguments)
        #expect(ended.code == code && ended.output == "")
        #expect(ended.error.contains(words), "\(ended.error)")
        #expect(ended.error.hasPrefix("hypercare: ") && ended.error.hasSuffix("\n"))
        #expect(ended.error.split(separator: "\n").count == 1 && !ended.error.contains("\u{1b}"))
    }

    @Test(arguments: [
        (["--version"], "hypercare 0"), (["help"], "hypercare doctor [SOURCE]"),
        (["help", "config"], "trigger_check"),
        (["help", "keys"], "Ctrl-L"), (["help", "sources"], "queue_message_status"),
        (["help", "flags"], "audit log"), (["help", "exit-codes"], "critical"),
        (["doctor", "--help"], "--env NAME"), (["config", "--help"], "config schema"),
        (["help", "audit"], "audit verify"), (["man"], ".TH HYPERCARE"),
        (["completion", "fish"], "complete -c"), (["status", "--schema"], "urn:hypercare:status:2"),
    ])
    func `what it prints needs no home, no terminal and no locale`(
        arguments: [String], words: String
    ) async throws {
        let ended = try await run(arguments, ["HOME": nil, "TERM": nil, "LANG": nil, "PATH": nil])
        #expect(ended.code == 0 && ended.error == "")
        #expect(ended.output.contains(words), "\(ended.output.prefix(300))")
    }

    @Test(arguments: [
        "--version", "help", "help config", "man", "config schema", "completion zsh",
        "config check --config good.yaml", "doctor --config good.yaml", "status --config good.yaml",
        "status --json --config good.yaml", "status --schema", "audit verify --config good.yaml",
    ])
    func `what a full disk does not take is said, and is no success`(words: String) async throws {
        _ = try goodConfig()
        _ = try PrivateDirectory.open(folder.path(".local/state/hypercare/shop"))
        try folder.write("", to: ".local/state/hypercare/shop/audit.jsonl")
        let program = [Program.path] + words.split(separator: " ").map(String.init)
        let full = try await run(program: ["/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/full"] + program)
        #expect(full.error == "hypercare: cannot write the output: No space left on device\n")
        #expect(full.code == (words.hasPrefix("status") ? 3 : 1))
        // A reader that has seen enough is no error: `hypercare help | head -1`.
        let cut = try await run(
            program: ["/bin/sh", "-c", "(\"$0\" \"$@\"; echo $? >&2) | :"] + program)
        #expect(cut.error == "0\n")
    }

    @Test(arguments: ["a file", "junk", "too large", "a folder", "a FIFO", "nothing there", "others write"])
    func `a config that cannot be one is named with its place`(kind: String) async throws {
        var path = folder.path("config.yaml")
        var words = "config.yaml"
        switch kind {
        case "a file": words = try folder.write("a: [", to: "config.yaml") + ":"
        case "junk": words = try folder.write("\u{0}\u{7f}\u{1b}[2J", to: "config.yaml") + ":1:1: "
        case "too large": try folder.write(String(repeating: "a", count: 2 << 20), to: "config.yaml")
        case "a folder": path = folder.path
        case "a FIFO": #expect(unsafe mkfifo(path, 0o600) == 0)
        case "others write":
            path = try goodConfig(mode: 0o666)
            #expect(unsafe chmod(path, 0o666) == 0)
            words = "o-w "
        default: words = "there is no file"
        }
        if kind == "a folder" { words = "not a regular file" }
        let ended = try await run(["config", "check", "--config", path])
        #expect(ended.code == 2 && ended.output == "" && !ended.error.contains("\u{1b}"))
        #expect(ended.error.contains(words), "\(ended.error)")
    }

    @Test func `all mistakes of a config come at once, and a secret among them is not shown`() async throws {
        let path = try folder.write(
            """
            environments:
              shop:
                acess: operate
                access: maybe
                sources:
                  db: {type: mysql, host: a, host: b, user: u, database: d, password: hunter2}

            """, to: "bad.yaml")
        let ended = try await run(["config", "check", "--config", path])
        #expect(ended.code == 2)
        let wanted = [
            ":3:5: unknown key \"acess\", did you mean \"access\"?",
            ":4:13: expected one of read-only, operate",
            ":6:34: duplicate key \"host\"", ":6:75: a secret must not stand in the config",
        ]
        for (line, words) in zip(ended.error.split(separator: "\n"), wanted) {
            #expect(line.hasPrefix(path + words), "\(line)")
        }
        #expect(ended.error.contains("4 mistakes") && !ended.error.contains("hunter2"))
    }

    @Test func `the config of the README watches a store as it is printed`() async throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let readme = String(
            decoding: try Files.read(root.joined(separator: "/") + "/README.md", limit: 1 << 20),
            as: UTF8.self)
        let samples = readme.split(separator: "```yaml\n").dropFirst().compactMap {
            $0.split(separator: "```").first.map(String.init)
        }
        let first = try #require(samples.first { $0.contains("type: mysql") })
        // The others are parts of it, and name a source and a flag.
        let named = """
                  app1-log: {type: log, path: /var/log/app1.log}
                flags: {features: {type: flagd, path: /srv/flags.yaml}}

            """
        for text in [first, first + named + samples.filter { $0 != first }.joined()] {
            let path = try folder.write(text, to: "readme.yaml")
            let ended = try await run(["config", "check", "--config", path])
            #expect(ended.code == 0, "\(ended.error)")
        }
    }

    @Test func `init writes a file for its owner alone that is good, and replaces none unasked`() async throws
    {
        let place = folder.path + "/.config/hypercare/config.yaml"
        let made = try await run(["init", "--yes", "--rabbit-url", "https://mq:15671"])
        #expect(made.code == 0, "\(made.error)")
        #expect(made.output.contains(place) && made.output.contains("rabbit-password"))
        #expect(try Files.facts(place)?.mode == 0o600)
        #expect(try await run(["config", "check"]).code == 0)
        let again = try await run(["init", "--yes"])
        #expect(again.code == 2 && again.error.contains("--force"))
        #expect(try await run(["init", "--yes", "--force"]).code == 0)
    }

    @Test func `init asks again for an answer that will not do`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.start([Program.path, "init"])
        let asked = [
            ("name of the store", "bad name\r"), ("cannot be a name", "eu\r"), ("yes or no", "maybe\r"),
            ("expected yes or no", "no\r"), ("database host", "\r"), ("its port", "1\r"),
            ("nobody listens there", "\r"), ("its port [1]", "\r"), ("taken as it is", "\r"),
            ("database password", "none\r"), ("database name", "\r"), ("read-only or operate", "\u{4}"),
        ]
        for (words, answer) in asked {
            try await program.pty.wait(for: words) { $0.text.contains(words) }
            program.pty.send(answer)
        }
        #expect(try await program.pty.exit() == .code(1))
        #expect(program.pty.screen.text.contains("nothing was written"))
    }

    @Test func `doctor says what to do with each source, and knows their names`() async throws {
        let path = try folder.write(
            """
            environments:
              shop:
                time_zone: Europe/Berln
                sources:
                  db: {type: mysql, host: 127.0.0.1, port: 1, user: u, database: d}
                  mq: {type: rabbitmq, url: "http://127.0.0.1:1", user: u, password: {env: HOME}}
                  mq2: {type: rabbitmq, url: "http://127.0.0.1:1", user: u, password: {env: NONE}}
                  app-log: {type: log, path: \(folder.path)/none.log}
                  check: {type: command, run: [echo, OK]}
                flags:
                  own: {type: flagd, path: \(folder.path)/flags.yaml}

            """, to: "doctor.yaml")
        try folder.write(
            """
            flags:
              only.one: {state: ENABLED, variants: {a: 1, b: 2}, defaultVariant: a}

            """, to: "flags.yaml")
        let all = try await run(["doctor", "--config", path])
        #expect(all.code == 1 && all.error == "" && all.output.contains("5 steps failed"))
        for words in [
            "127.0.0.1:1", "management plugin", "none.log", "`password` says it is kept",
            "1 flag, it cannot be toggled here", "every 5 s: the whole file at each look",
            "zoneinfo/Europe/Berln",
        ] {
            #expect(all.output.contains(words), "\(all.output)")
        }
        let one = try await run(["doctor", "check", "--config", path])
        #expect(
            one.code == 0 && one.output.hasSuffix("every step held\n") && !one.output.contains("none.log"))
        let none = try await run(["doctor", "chekc", "--config", path])
        #expect(none.code == 2 && none.error.contains("did you mean check?"))
    }

    @Test func `status prints whole JSON, ends as a plugin and leaves the console's files alone`()
        async throws
    {
        let config = try goodConfig(second: true)
        let good = try await run(["status", "--json", "--config", config, "--env", "shop"])
        #expect(good.code == 0 && good.error == "")
        let root = try JSON.read(Array(good.output.utf8), name: "status")
        #expect(root["verdict"]?.text == "ok")
        #expect(
            try await run(["status", "--config", config, "--env", "shop"]).output == "OK - shop: 1 check ok\n"
        )
        let bad = try await run(["status", "--plain", "--config", config, "--env", "other"])
        #expect(bad.code == 1 || bad.code == 2, "\(bad.output)")
        #expect(bad.output.contains("source:check"))
        let unknown = try await run(["status", "--json", "--config", config])
        #expect(unknown.code == 3 && unknown.output == "" && unknown.error.contains("--env: shop, other"))
        #expect(root["version"]?.text == "2" && root["exitCode"]?.text == "0")
        #expect(try await StatusSchema.mistakes(in: good.output, folder: folder) == "")
        // A lock taken by a look would leave a console that starts meanwhile without its state.
        let listed = try await run(program: ["/bin/ls", folder.path + "/.local/state/hypercare/shop"])
        #expect(listed.output == "status\n")
    }

    @Test func `status promises no next try, as it ends`() async throws {
        let config = try folder.write(
            """
            environments:
              shop: {sources: {app-log: {type: log, path: \(folder.path)/none.log}}}

            """, to: "once.yaml")
        let ended = try await run(["status", "--config", config])
        #expect(ended.code == 2 && ended.output.contains("critical source:app-log: "), "\(ended)")
        #expect(!ended.output.contains("next"), "\(ended.output)")
    }

    @Test func `what needs a second read that does not come is not judged, and no success`() async throws {
        let script = try folder.write(
            """
            #!/bin/sh
            [ -e "$0.called" ] && exec sleep 20
            touch "$0.called"
            echo '{"queues": [{"name": "erp", "ready": 5, "consumers": 0}]}'

            """, to: "queues", mode: 0o700)
        let config = try folder.write(
            """
            environments:
              shop:
                sources: {mq: {type: command, run: [\(script)], output: json, interval: 60s, deadline: 30s}}

            """, to: "twice.yaml")
        let ended = try await run(["status", "--patience", "2", "--config", config])
        #expect(ended.code == 3 && ended.error == "", "\(ended)")
        let words = """
            UNKNOWN - shop: 1 of 2 checks ok, 1 not judged
            not judged queue:erp: needs a second reading

            """
        #expect(ended.output == words)
        #expect(try Files.facts(script + ".called") != nil)
    }

    @Test(arguments: [">&-", "<&- >&- 2>&-", "| head -n 1"])
    func `an output that is closed is no crash`(redirection: String) async throws {
        let config = try goodConfig()
        for command in ["help config", "status --config \(config)"] {
            let ended = try await run(
                program: [
                    "/bin/bash", "-c", "set -o pipefail; \"$0\" \(command) \(redirection)", Program.path,
                ])
            #expect(ended.code == 0, "\(command) \(redirection): \(ended.error)")
        }
    }

    @Test func `without an audit log it says so`() async throws {
        let config = try goodConfig()
        for command in ["show", "verify"] {
            let ended = try await run(["audit", command, "--config", config])
            #expect(ended.code == 1 && ended.output == "" && ended.error.contains("audit.jsonl"))
        }
    }

    @Test func `an audit log that was taken away or damaged is no fresh start`() async throws {
        let config = try goodConfig()
        for part in [".local", ".local/state", ".local/state/hypercare", ".local/state/hypercare/shop"] {
            #expect(unsafe mkdir(folder.path(part), 0o700) == 0)
        }
        let anchor = #"{"version":1,"seq":3,"sha256":"\#(String(repeating: "a", count: 64))"}"#
        try folder.write(anchor + "\n", to: ".local/state/hypercare/shop/audit.head")
        let gone = try await run(["audit", "verify", "--config", config])
        #expect(gone.code == 1 && gone.output.contains("record 3 was written and is gone"), "\(gone)")
        try folder.write("\u{1b}[2J no record\n", to: ".local/state/hypercare/shop/audit.jsonl")
        for command in ["show", "verify"] {
            let ended = try await run(["audit", command, "--config", config])
            #expect(ended.code == 1 && !(ended.output + ended.error).contains("\u{1b}"))
            #expect((ended.output + ended.error).contains("audit.jsonl"))
        }
    }

    @Test func `bash completes commands, options and files from the script`() async throws {
        let script = """
            source <("$0" completion bash)
            complete_() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hypercare; echo "${COMPREPLY[*]}"; }
            complete_ hypercare sta
            complete_ hypercare --env x config ""
            complete_ hypercare status --j
            complete_ hypercare --theme = da
            complete_ hypercare --config /etc/pass
            """
        let ended = try await run(program: ["/bin/bash", "-c", script, Program.path])
        let lines = ended.output.split(separator: "\n")
        #expect(lines.prefix(4) == ["status", "check schema", "--json", "dark"] && ended.error == "")
        #expect(lines.last?.contains("/etc/passwd") == true)
    }
}

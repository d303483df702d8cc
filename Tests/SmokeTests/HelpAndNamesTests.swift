import Platform
import TestSupport
import Testing

/// What shells offer of the config, a part of a help topic, and the pager.
@Suite struct HelpAndNamesTests {
    private let folder: TemporaryFolder
    private let config: String

    init() throws {
        folder = try TemporaryFolder("names")
        try folder.write(
            """
            flags:
              erp.v2: {state: ENABLED, variants: {"on": true}, defaultVariant: "on"}
              $(touch here): {state: ENABLED, variants: {"on": true}, defaultVariant: "on"}

            """, to: "flags.yaml")
        config = try folder.write(
            """
            environments:
              eu-shop:
                sources: {db: {type: mysql, user: u, database: d}, app-log: {type: log, path: /x}}
                flags: {own: {type: flagd, path: \(folder.path)/flags.yaml}}
                integrations: {orders: {thing: a, direction: in, system: B}}
              us-shop:
                sources: {check: {type: command, run: [echo, OK]}}

            """, to: "config.yaml")
    }

    private func run(_ program: [String], _ more: [String: String] = [:]) async throws -> (
        code: Int32?, text: String
    ) {
        var environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8"]
        environment.merge(more) { $1 }
        let ended = try await ChildProcess.run(
            ChildCommand(program, environment: environment, directory: folder.path), deadline: .seconds(30))
        let text = String(decoding: ended.output + ended.error, as: UTF8.self)
        if case .exited(let code) = ended.end { return (code, text) }
        return (nil, text)
    }

    @Test func `bash offers environments, sources and entities of the config, and runs nothing of it`()
        async throws
    {
        let script = """
            source <("$0" completion bash)
            complete_() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hypercare; echo "${COMPREPLY[*]}"; }
            complete_ "$0" --config "$1" --env e
            complete_ "$0" --config "$1" --env = us
            complete_ "$0" doctor --config "$1" ch
            complete_ "$0" --config "$1" doctor --env eu-shop ""
            complete_ "$0" status --config "$1" --entity fl
            complete_ "$0" status --config "$1" --entity flag : e
            complete_ "$0" status --config "$1" --entity source :
            complete_ "$0" status --config /none --entity fl
            """
        let ended = try await run(["/bin/bash", "-c", script, Program.path, config])
        let lines = ended.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.count == 9, "\(lines)")
        #expect(Array(lines.prefix(3)) == ["eu-shop", "us-shop", "check"], "\(lines)")
        #expect(lines[3].hasSuffix("db app-log own") && !lines[3].contains("check"), "\(lines)")
        #expect(
            Array(lines.dropFirst(4)) == ["flag:erp.v2", "erp.v2", "db app-log check", "", ""], "\(lines)")
        #expect(try Files.facts(folder.path("here")) == nil)
    }

    @Test func `help prints a part of a topic, and says what was meant by one it does not have`() async throws
    {
        let part = try await run([Program.path, "help", "config", "rabbitmq"])
        #expect(part.code == 0 && part.text.contains("vhosts") && !part.text.contains("table_prefix"))
        let typo = try await run([Program.path, "help", "config", "rabitmq"])
        #expect(typo.code == 2)
        #expect(typo.text == "hypercare: help config has no part \"rabitmq\", did you mean rabbitmq?\n")
    }

    @Test func `long help goes through the pager at a terminal alone, and a short one does not`() async throws
    {
        let pager = try folder.write(
            "#!/bin/sh\necho \"paged $* by $LESS\"; head -n 2; exec cat >/dev/null\n", to: "pager",
            mode: 0o700)
        let plain = try await run([Program.path, "help", "config"], ["PAGER": pager])
        #expect(plain.code == 0 && !plain.text.contains("paged"))
        let cases = [
            ("\(pager) -x", "paged -x by FRX"), ("X=1 \(pager) \"a b\"", "paged a b by FRX"),
            ("", "Sizes: 64KB"),
            ("cat", "Sizes: 64KB"), ("/none/pager", "Sizes: 64KB"),
        ]
        for (value, words) in cases {
            let pty = try Pty(rows: 24, columns: 100)
            defer { pty.close() }
            try pty.start(
                [Program.path, "help", "config"],
                environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TERM": "xterm", "PAGER": value])
            #expect(try await pty.exit() == .code(0), "\(value)")
            #expect(String(decoding: pty.bytes, as: UTF8.self).contains(words), "\(value)")
        }
        let pty = try Pty(rows: 24, columns: 100)
        defer { pty.close() }
        try pty.start(
            [Program.path, "help", "status"],
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TERM": "xterm", "PAGER": pager])
        #expect(try await pty.exit() == .code(0))
        #expect(!pty.screen.text.contains("paged") && pty.screen.text.contains("--patience"))
    }

    @Test func `less is the pager where nobody says another, and q leaves it`() async throws {
        guard try Files.facts("/usr/bin/less", links: .followed) != nil else {
            try Test.cancel("there is no less")
        }
        let pty = try Pty(rows: 24, columns: 100)
        defer { pty.close() }
        try pty.start(
            [Program.path, "help", "config"],
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TERM": "xterm"])
        try await pty.wait(for: "its first page") {
            $0.row(0).hasPrefix("The config is YAML") && $0.row(23).hasPrefix(":")
        }
        pty.send("q")
        #expect(try await pty.exit() == .code(0))
    }
}

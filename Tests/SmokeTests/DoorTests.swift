import Glibc
import Platform
import TestSupport
import Testing

/// Whoever has a shell on the same machine, or a server in between, gets nothing run and no password.
@Suite struct DoorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("doors") }

    private struct Ended {
        var code: Int32
        var text: String
    }

    private func run(
        _ arguments: [String], in directory: String = "/", path: String = "/usr/bin:/bin"
    ) async throws -> Ended {
        let result = try await ChildProcess.run(
            ChildCommand(
                [Program.path] + arguments,
                environment: ["PATH": path, "HOME": folder.path, "LANG": "C.UTF-8", "TMPDIR": folder.path],
                directory: directory), deadline: .seconds(60), outputCap: 1 << 20)
        guard case .exited(let code) = result.end else { throw NotInTime(description: "\(result.end)") }
        return Ended(code: code, text: String(decoding: result.output + result.error, as: UTF8.self))
    }

    private func make(_ name: String, mode: UInt32) {
        #expect(unsafe mkdir(folder.path(name), 0o700) == 0 && chmod(folder.path(name), mode) == 0)
    }

    /// A script that leaves a sign when it is run.
    private func planted(at name: String, mode: UInt32 = 0o755) throws -> String {
        try folder.write("#!/bin/sh\necho > \(folder.path("ran"))\necho OK\n", to: name, mode: mode)
    }

    private var hasRun: Bool { get throws { try Files.facts(folder.path("ran")) != nil } }

    private func config(_ sources: String, flags: String = "", top: String = "", at name: String = "c.yaml")
        throws
        -> String
    {
        try folder.write(
            "\(top)environments:\n  shop:\n    sources:\n      one: {\(sources)}\n\(flags)", to: name)
    }

    /// Every command that would run something, each with the code by which it refuses a bad config.
    private static let commands: [([String], Int32)] = [
        (["config", "check"], 2), (["doctor"], 2), (["status"], 3), ([], 2),
    ]

    private func refuses(_ config: String, _ words: String) async throws {
        for (command, code) in Self.commands {
            let ended = try await run(command + ["--config", config])
            #expect(ended.code == code && ended.text.contains(words), "\(command): \(ended)")
        }
        #expect(try !hasRun)
    }

    @Test func `nothing is run that lies where somebody happens to be`() async throws {
        make("here", mode: 0o755)
        make("here/bin", mode: 0o755)
        for name in ["here/bin/magento", "here/check", "here/ssh"] { _ = try planted(at: name) }
        let flags = "    flags: {f: {type: magento-config, paths: {a.b: dev/grid/async_indexing}}}\n"
        let cases = [
            try config("type: command, run: [echo, OK]", flags: flags, at: "1.yaml"),
            try config("type: command, run: [./check]", at: "2.yaml"),
            try config("type: command, run: [check]", at: "3.yaml"),
            try config("type: command, run: [sh, check]", at: "4.yaml"),
            try config("type: command, run: [check], via: [env]", at: "5.yaml"),
            try config("type: log, path: /x, via: [./ssh, app1]", at: "6.yaml"),
        ]
        for config in cases {
            for command in [["doctor"], ["status", "--patience", "3"]] {
                let ended = try await run(
                    command + ["--config", config], in: folder.path("here"), path: ".::bin:/usr/bin:/bin")
                #expect((0..<4).contains(ended.code), "\(config): \(ended)")
            }
            #expect(try !hasRun, "\(config)")
        }
    }

    @Test(arguments: ["the file", "its folder", "a link", "a script"])
    func `a plugin that others may write is refused before it is run, with what to do`(what: String)
        async throws
    {
        make("plugins", mode: what == "its folder" ? 0o757 : 0o755)
        var path = try planted(at: "plugins/check", mode: what == "the file" ? 0o757 : 0o755)
        if what == "a link" {
            make("open", mode: 0o773)
            try folder.link(path, as: "open/check")
            path = folder.path("open/check")
        }
        if what == "a script" { #expect(unsafe chmod(path, 0o646) == 0) }
        let run = what == "a script" ? "[sh, \(path)]" : "[\(path), -x]"
        try await refuses(try config("type: command, run: \(run)"), "cannot trust \(path): ")
        let told = try await self.run(["config", "check", "--config", folder.path("c.yaml")])
        #expect(told.text.contains("c.yaml:4:") && told.text.contains("Do: chmod o-w "), "\(told)")
        #expect(told.text.hasSuffix("\n1 mistake; `hypercare help config` explains the keys\n"), "\(told)")
    }

    @Test(arguments: [0o644, 0o664] as [UInt32])
    func `a config in a folder that others may write runs nothing`(mode: UInt32) async throws {
        make("shared", mode: 0o777)
        let path = try config("type: command, run: [\(planted(at: "check"))]", at: "shared/c.yaml")
        #expect(unsafe chmod(path, mode) == 0)
        try await refuses(path, "can be written by")
        // What it says of its own group does not count for itself.
        let other = try config(
            "type: command, run: [\(folder.path("check"))]", top: "trusted_groups: [root, users]\n",
            at: "g.yaml")
        guard TemporaryFolder.share(other) else { try Test.cancel("only root gives a file to a group") }
        #expect(unsafe chmod(other, 0o664) == 0)
        try await refuses(other, "can be written by its group users")
    }

    @Test func `all that is refused is told in one run`() async throws {
        let first = try planted(at: "first", mode: 0o757)
        let second = try planted(at: "se cond", mode: 0o757)
        let path = try folder.write(
            """
            trusted_groups: [opss]
            environments:
              shop:
                sources:
                  one: {type: command, run: [\(first)]}
                  two: {type: command, run: [sh, -c, "\(first); '\(second)'"]}
                  three: {type: log, path: /x, via: [nice, "\(second)"]}

            """, to: "c.yaml")
        for (command, code) in Self.commands {
            let lines = try await run(command + ["--config", path]).text.split(separator: "\n")
            let told = lines.filter { $0.contains("cannot trust") }
            #expect(told.count == 4, "\(command): \(lines)")
            #expect(told.count { $0.hasSuffix("Do: chmod o-w '\(second)'") } == 2, "\(lines)")
            #expect(lines.count == (command == ["config", "check"] ? 6 : 4), "\(code): \(lines)")
        }
        // The config itself, its folder, and no word of what is in it.
        make("open", mode: 0o707)
        let theirs = try config("type: command, run: [\(first)]", at: "open/c.yaml")
        #expect(unsafe chmod(theirs, 0o606) == 0)
        let lines = try await run(["doctor", "--config", theirs]).text.split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.contains("cannot trust \(theirs)") }, "\(lines)")
        #expect(try !hasRun)
    }

    @Test(.enabled(if: getuid() == 0, "only root can give a file away"))
    func `root runs nothing that another owns, nor reads another's config in a shared folder`() async throws {
        make("tmp", mode: 0o1777)
        let plugin = try planted(at: "check")
        let theirs = try config("type: command, run: [\(plugin)]", at: "tmp/c.yaml")
        #expect(unsafe chown(theirs, 61_234, 61_234) == 0)
        try await refuses(theirs, "it belongs to 61234, who could act as root")
        let ours = try config("type: command, run: [\(plugin)]")
        #expect(try await run(["status", "--config", ours]).code == 0)
        #expect(unsafe unlink(folder.path("ran")) == 0 && chown(plugin, 61_234, 61_234) == 0)
        try await refuses(ours, "belongs to 61234")
    }

    @Test func `a program that takes audit records is looked at too, and its arguments are not shown`()
        async throws
    {
        let sources = "type: log, path: /var/log/none"
        func config(_ program: String) throws -> String {
            try self.config(
                sources, flags: "    access: operate\n    audit: {anchor: [\(program), hunter2-c4nary]}\n")
        }
        let path = try planted(at: "anchor", mode: 0o777)
        try await refuses(
            try config(path), "cannot trust \(path): it can be written by everybody")
        try await refuses(try config("./anchor"), "expected the program's whole path")
        #expect(unsafe chmod(path, 0o755) == 0)
        let doctor = try await run(["doctor", "--config", try config(path)])
        #expect(doctor.text.contains(path) && !doctor.text.contains("hunter2"), "\(doctor)")
    }

    @Test func `a line break in a name begins no line of its own`() async throws {
        let bad = "x\nOK - eu: all fine"
        let good = try config("type: command, run: [echo, OK]")
        let two = try folder.write("environments: {}\nother: 1\n", to: "two.yaml")
        for command in [
            ["config", "check"], ["doctor"], ["status"], ["audit", "show"], ["audit", "verify"], [],
        ] {
            for options in [["--config", "/\(bad)"], ["--config", good, "--env", bad]] {
                let ended = try await run(command + options)
                #expect(ended.code != 0 && ended.text.split(separator: "\n").count == 1, "\(ended)")
            }
            // A list of mistakes stays one.
            let ended = try await run(command + ["--config", two])
            #expect(ended.text.split(separator: "\n").count == 3, "\(ended)")
        }
        for command in [
            ["doctor", bad, "--config", good], ["demo", "--theme", bad], ["demo", "--theme", "/\(bad)"],
            ["--config", good, "--theme", bad], ["status", "--config", good, "--entity", bad], [bad],
            ["init", "--yes", "--config", "\(bad)/"], ["init", "--yes", "--env", bad, "--config", "y"],
        ] {
            let ended = try await run(command)
            #expect(ended.code != 0 && ended.text.split(separator: "\n").count == 1, "\(command): \(ended)")
        }
    }

    @Test func `a trusted group that does not exist is a mistake`() async throws {
        let path = try config("type: command, run: [echo, OK]", top: "trusted_groups: [root, opss]\n")
        let ended = try await run(["config", "check", "--config", path])
        #expect(
            ended.code == 2
                && ended.text.hasPrefix("\(path):1:24: this machine has no such group\n1 mistake; "),
            "\(ended)")
    }

    @Test func `a theme and a certificate that others may write are refused`() async throws {
        let theme = try folder.write("name: x\n", to: "theme.yaml", mode: 0o666)
        let demo = try await run(["demo", "--theme", theme])
        #expect(demo.code == 2 && demo.text.contains("cannot trust \(theme): it can be written by everybody"))
        if getuid() == 0 {
            #expect(unsafe chmod(theme, 0o644) == 0 && chown(theme, 61_234, 61_234) == 0)
            let demo = try await run(["demo", "--theme", theme])
            #expect(demo.code == 2 && demo.text.hasSuffix("Do: look into it and use a copy of your own\n"))
        }
        let authority = try folder.write("x", to: "ca.pem", mode: 0o666)
        let config = try config("type: mysql, host: db1, user: u, database: m, tls: {ca: \(authority)}")
        try await refuses(config, "cannot trust \(authority): it can be written by everybody")
    }

    @Test func `a password that can be read on the way is refused, or told of for as long as it is so`()
        async throws
    {
        let broker = try HTTPResponder(status: "503 Service Unavailable", body: "{}")
        let password = try folder.write("hunter2-c4nary", to: "password")
        // Not this machine by its spelling, though it is.
        let source =
            "type: rabbitmq, url: \"http://0.0.0.0:\(broker.port)\", user: hc, password: {file: \(password)}"
        try await refuses(
            try config(source), "the password could be read on the way: give an https:// address")
        #expect(broker.requests.isEmpty)
        let config = try config(source + ", insecure: no TLS before March")
        #expect(try await run(["config", "check", "--config", config]).code == 0)
        let words = "the password can be read on the way: no TLS before March"
        for command in [["doctor"], ["status", "--json"]] {
            let ended = try await run(command + ["--config", config])
            #expect(ended.text.contains(words), "\(ended)")
        }
        #expect(!broker.requests.isEmpty)
    }

    @Test(arguments: [
        "500 Internal Server Error", "401 Unauthorized", "404 Not Found", "302 Found", "200 OK",
    ])
    func `a page that shows the request it refuses shows no password`(status: String) async throws {
        let canary = "hunter2-c4nary"
        // Of hc:hunter2-c4nary, as basic authentication sends it.
        let base64 = "aGM6aHVudGVyMi1jNG5hcnk"
        for form in 0..<3 {
            let broker = try HTTPResponder { head in
                let login = head.split(separator: "\r\n").first { $0.hasPrefix("Authorization:") } ?? ""
                let (type, body) = [
                    ("text/html", "<html><title>\(login) and \(canary)</title></html>"),
                    ("application/json", #"{"error":"bad","reason":"\#(login), \#(canary)"}"#),
                    (
                        "text/plain",
                        "\(login) \(String(repeating: "x", count: 145 - login.utf8.count)) \(canary)"
                    ),
                ][form]
                return [
                    .send(
                        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    )
                ]
            }
            let password = try folder.write(canary, to: "password")
            let config = try config(
                "type: rabbitmq, url: \"\(broker.url)\", user: hc, password: {file: \(password)}")
            for command in [["doctor"], ["status", "--json"], ["status", "--plain"]] {
                let ended = try await run(command + ["--config", config])
                #expect(ended.code != 0 && !ended.text.contains("hunter"), "\(ended)")
                #expect(!ended.text.contains(base64.prefix(8)), "\(ended)")
            }
            #expect(broker.requests.contains { $0.contains(base64) })
        }
    }
}

import Glibc
import Platform
import TestSupport
import Testing

/// `config check` on one file with everything wrong in it that can be wrong without a server.
@Suite struct ConfigMistakesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("mistakes") }

    /// A line of the file, and what is to be said of it: the column and the words that begin it.
    private struct Line {
        var text: String
        var said: [String]
        init(_ text: String, _ said: String...) {
            self.text = text
            self.said = said
        }
    }

    private func check(_ text: String) async throws -> (code: Int32?, lines: [String]) {
        let path = try folder.write(text, to: "config.yaml")
        let ended = try await ChildProcess.run(
            ChildCommand(
                [Program.path, "config", "check", "--config", path],
                environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8"]),
            deadline: .seconds(30))
        let lines = String(decoding: ended.error + ended.output, as: UTF8.self).split(separator: "\n").map {
            $0.hasPrefix(path + ":") ? String($0.dropFirst(path.count + 1)) : String($0)
        }
        if case .exited(let code) = ended.end { return (code, lines) }
        return (nil, lines)
    }

    private var file: [Line] {
        let open = "{thing: a, direction: in, system: B"
        let path = folder.path
        return [
            Line("trusted_groups: [no-such-group]", "18: this machine has no such group"),
            Line("enviroments: {}", "1: unknown key \"enviroments\", did you mean \"environments\"?"),
            Line("environments:"),
            Line("  bad name: {}", "3: this cannot be a name", "13: \"sources\" is missing"),
            Line("  shop:"),
            Line("    prodution: true", "5: unknown key \"prodution\", did you mean \"production\"?"),
            Line("    access: operator", "13: expected one of read-only, operate"),
            Line("    access: operate", "5: duplicate key \"access\""),
            Line(
                "    time_zone: Europe/Berln", "16: there is no such time zone, did you mean Europe/Berlin?"),
            Line("    theme: drak", "12: expected one of dark, light"),
            Line(
                "    window: {start: yesterday, days: 0}", "21: expected a time",
                "38: expected a whole number"),
            Line("    audit: {syslog: /none/log}", "21: there is no socket /none/log"),
            Line("    sources:"),
            Line("      db:"),
            Line("        type: mysql", "9: \"database\" is missing"),
            Line("        host: db1 internal", "15: expected a host name or address, without a blank"),
            Line("        user: \"hyper\\care\"", "21: \\ begins an escape in double quotes"),
            Line("        password: hunter2", "19: a secret must not stand in the config"),
            Line("        interval: 5", "19: expected a duration from 1s to 1h, such as 5s"),
            Line("        deadline: 10s", "19: the deadline must not be longer than the interval, 5s"),
            Line(
                "        tls: {mode: none, ca: /none/ca.pem}", "21: expected one of required, off",
                "31: there is no file /none/ca.pem"),
            Line(
                "      db2: {type: mysql, host: db1:3306, user: u, database: d}", "32: expected a host name"),
            Line(
                "      rabbit: {type: rabitmq}",
                "22: expected one of mysql, rabbitmq, log, command, release, did you mean rabbitmq?"),
            Line("      mq:"),
            Line("        type: rabbitmq", "9: \"url\" is missing, expected an address"),
            Line("        user: @hypercare", "15: a text that begins with @ stands in quotes"),
            Line("        password: {evn: X}", "20: unknown key \"evn\", did you mean \"env\"?"),
            Line(
                "        vhosts: [/, *.erp, /]", "21: a text that begins with * stands in quotes",
                "28: this name stands in the list already"),
            Line(
                "      mq2: {type: rabbitmq, url: \"http://me:hunter2@mq\", user: u, password: {file: /none/pw}}",
                "34: a user or password must not stand in the address", "84: there is no file /none/pw"),
            Line(
                "      log: {type: log, path: /none/log, log_format: x}",
                "30: there is no file /none/log", "53: \"log_format\" needs format: nginx"),
            Line(
                "      web: {type: log, path: /dev/null, format: nginx, log_format: $status$request}",
                "30: cannot open /dev/null: it is not a regular file",
                "68: log_format: two variables side by side"),
            Line(
                "      far: {type: log, path: /x, via: ssh app1}", "39: expected a list such as [ssh, app1]"),
            Line("      cmd: {type: command, run: [./check]}", "34: expected the program's whole path"),
            Line(
                "      cmd2: {type: command, run: [\(path)/script]}",
                "35: \(path)/script is not executable. Do: chmod +x \(path)/script"),
            Line("    flags:"),
            Line(
                "      db: {type: flagd, path: \(path)/flags.yaml}", "7: \"db\" is a source already",
                "31: \(path)/flags.yaml"),
            Line("    integrations:"),
            Line(
                "      one: \(open), outcomes: [{source: lg, success: x}]}",
                "69: there is no such source, did you mean"),
            Line(
                "      two: \(open), flags: [erp.v3]}", "57: there is no such flag, did you mean \"erp.v2\"?"),
            Line(
                "      three: \(open), outcomes: [{source: far, success: {pattern: '^(('}}]}",
                "95: pattern, at byte 3"),
            Line("      four:"),
            Line("        direction: up", "9: \"thing\" is missing", "20: expected one of out, in, both"),
            Line("        system: a: b", "18: a second colon with a blank after it"),
            Line("        owner: mira #7", "21: a blank before # cuts the value"),
            Line(
                "    queues: {limits: {backlog: {warning: 10, critical: 5}}}",
                "32: warning (10) must not be above critical (5)"),
            Line("    limits: {tiers: {ten: {}}}", "22: expected a tier from 1 to 9"),
            Line("    cron:"),
            Line("\tignore: [a]", "1: a tab; YAML wants blanks"),
            Line("    indexers: {ignore: [design_config_grid}", "43: a comma or ] is missing before this"),
            Line("extra: \"never closed", "1: unknown key", "8: the quote opened at 50:8 is never closed"),
        ]
    }

    @Test func `forty mistakes in one file are each named with line, column and what to write`() async throws
    {
        try folder.write(
            "flags: {erp.v2: {state: ENABLED, variants: {a: true}, defaultVariant: b}}\n", to: "flags.yaml")
        try folder.write("#!/bin/sh\n", to: "script", mode: 0o644)
        let found = try await check(file.map(\.text).joined(separator: "\n") + "\n")
        let named = found.lines.filter { !$0.hasSuffix("(a warning)") }.dropLast()
        let wanted = file.enumerated().flatMap { index, line in line.said.map { "\(index + 1):\($0)" } }
        #expect(found.code == 2 && wanted.count >= 40)
        #expect(named.count >= 40 && found.lines.last?.hasPrefix("\(named.count) mistakes") == true)
        for words in wanted {
            #expect(found.lines.contains { $0.hasPrefix(words) }, "\(words)")
        }
        for line in found.lines.dropLast() {
            #expect(wanted.contains { line.hasPrefix($0) }, "not asked for: \(line)")
        }
        #expect(!found.lines.joined().contains("hunter2"))
    }

    @Test func `the schema names the key that was mistyped, not every type there is`() async throws {
        let schema = try await ChildProcess.run(
            ChildCommand([Program.path, "config", "schema"], environment: [:]), deadline: .seconds(10),
            outputCap: 1 << 20)
        try folder.write(String(decoding: schema.output, as: UTF8.self), to: "schema.json")
        try folder.write(
            """
            {"environments": {"shop": {"sources": {
                "db": {"type": "mysql", "hots": "a", "user": "u", "database": "d"},
                "mq": {"type": "rabitmq", "url": "http://a"},
                "log": {"type": "log", "path": "/x"}
            }}}}
            """, to: "document.json")
        let program = """
            import json, sys, jsonschema
            schema, document = (json.load(open(path)) for path in sys.argv[1:])
            jsonschema.Draft202012Validator.check_schema(schema)
            for error in jsonschema.Draft202012Validator(schema).iter_errors(document):
                print(error.absolute_path[-1], error.message)
            """
        let found = try await ChildProcess.run(
            ChildCommand(
                [
                    "/usr/bin/python3", "-c", program, folder.path("schema.json"),
                    folder.path("document.json"),
                ],
                environment: ["LANG": "C.UTF-8"]), deadline: .seconds(30))
        let lines = String(decoding: found.output + found.error, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 2, "\(lines)")
        #expect(lines.contains { $0.contains("'hots' was unexpected") })
        #expect(lines.contains { $0.hasPrefix("type 'rabitmq' is not one of") })
    }

    @Test func `what is not on this machine is a warning, and what is refused here a mistake`() async throws {
        try folder.write("secret\n", to: "password", mode: 0o644)
        let config = """
            environments:
              shop:
                sources:
                  db:
                    type: mysql
                    user: u
                    database: d
                    password: {file: \(folder.path)/PASSWORD}

            """
        let absent = try await check(config)
        #expect(absent.code == 0)
        #expect(
            absent.lines.first
                == "8:26: there is no file \(folder.path)/PASSWORD on this machine (a warning)",
            "\(absent)")
        let open = try await check(config.replacing("PASSWORD", with: "password"))
        #expect(
            open.code == 2 && open.lines.first?.contains("8:26: cannot use the secret") == true, "\(open)")
        #expect(open.lines.first?.contains("Do: chmod 600") == true)
    }
}

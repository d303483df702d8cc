import Platform
import TestSupport
import Testing

/// Passwords go to their server and nowhere else.
@Suite struct SecretTests {
    private static let canaries = ["env-canary-5f1c", "file-canary-82ab", "command-canary-d07e"]

    @Test func `are in no argument, no child's environment, no file, no screen and no error`() async throws {
        let shop = try Shop("secrets")
        let broker = try HTTPResponder { _ in
            let body = "{\"error\":\"not_authorised\",\"reason\":\"Login failed\"}"
            let head = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: "
            return [.send("\(head)\(body.utf8.count)\r\n\r\n\(body)")]
        }
        try shop.put(Self.canaries[1] + "\n", at: "password")
        try shop.put(
            "#!/bin/sh\nenv >> \"$0.env\"\necho \(Self.canaries[2])\n", at: "vault", mode: 0o700)
        try shop.put(
            "#!/bin/sh\nenv >> \"$0.env\"\ncat /proc/[0-9]*/cmdline >> \"$0.arguments\" 2>/dev/null\necho fine\n",
            at: "plugin", mode: 0o700)
        try shop.configure(
            more: """
                      plugin: {type: command, run: [\(shop.path("plugin"))], interval: 1s}
                      db:
                        {type: mysql, host: 127.0.0.1, port: 1, user: hc, database: m, password: {env: DB_SECRET}}
                      broker: {type: rabbitmq, url: "\(broker.url)", user: hc, password: {file: \(shop.path("password"))}}
                      other: {type: rabbitmq, url: "\(broker.url)", user: hc, password: {command: [\(shop.path("vault"))]}}
                """)
        let secret = ["DB_SECRET": Self.canaries[0]]
        let pty = try shop.open(variables: secret)
        defer { pty.close() }
        try await pty.sees("plugin")
        try await eventually("both passwords were sent to the broker") {
            Set(
                broker.requests.compactMap { request in
                    request.split(separator: "\r\n").first { $0.hasPrefix("Authorization:") }
                }
            ).count == 2
        }
        pty.send("0")
        try await eventually("its refusal is shown") { pty.screen.text.contains("refused") }
        // What came under the cursor this moment is not opened by the first key.
        for _ in 0..<3 where !pty.screen.text.contains("back") {
            pty.send("\r")
            try await pty.wait(for: "its page, or why not") {
                $0.text.contains("back") || $0.text.contains("press again")
            }
        }
        try await pty.sees("back")
        pty.send("\u{1b}")
        try await pty.ask(for: "grid.async")
        try await pty.confirm("grid.async")
        try await pty.sees("grid.async is OFF: sent and read back")
        try await pty.leave()

        var places: [(String, [UInt8])] = [("the terminal", pty.bytes)]
        for arguments in [["status", "--json"], ["status", "--plain"], ["doctor"], ["audit", "show"]] {
            let result = try await ChildProcess.run(
                ChildCommand(
                    [Program.path] + arguments + ["--config", shop.path("config.yaml")],
                    environment: shop.variables.merging(secret) { $1 }), deadline: .seconds(60),
                outputCap: 1 << 20)
            places.append((arguments.joined(separator: " "), result.output + result.error))
        }
        for name in ["state.json", "journal.jsonl", "audit.jsonl", "audit.head"] {
            places.append((name, try Files.read(shop.kept(name), limit: 1 << 20)))
        }
        for name in ["plugin.env", "plugin.arguments", "vault.env", "environment", "calls"] {
            places.append((name, try Files.read(shop.path(name), limit: 16 << 20)))
        }
        for (place, bytes) in places {
            #expect(!bytes.isEmpty, "\(place)")
            let text = String(decoding: bytes, as: UTF8.self)
            for canary in Self.canaries { #expect(!text.contains(canary), "\(canary) in \(place)") }
        }
        let environment = try shop.text(shop.path("plugin.env"))
        #expect(!environment.contains("DB_SECRET") && !environment.contains("XDG_"))
    }
}

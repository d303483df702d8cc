import Platform
import TestSupport
import Testing

/// Text from outside that wants to act on the terminal: wherever it comes in and goes out, it is only text.
@Suite struct HostileTextTests {
    private let evil = RawText.hostile

    /// As a JSON string, and so as a double-quoted one of YAML.
    private func quoted(_ text: String) -> String {
        let body = text.unicodeScalars.map { scalar -> String in
            if scalar == "\"" || scalar == "\\" { return "\\" + String(scalar) }
            if scalar.isASCII, scalar.value >= 0x20, scalar.value != 0x7f { return String(scalar) }
            // YAML knows no pairs of surrogates.
            if scalar.value > 0xffff { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "\"" + body.joined() + "\""
    }

    private func hostileShop() throws -> Shop {
        let shop = try Shop("hostile")
        let all = evil.joined(separator: " ")
        let queues = evil.enumerated().map { index, text in
            "{\"name\": \(quoted("q\(index) " + text)), \"ready\": \(90_000 + index), \"consumers\": 0}"
        }
        try shop.put(
            "{\"failure\": 3, \"last_error\": \(quoted(all)), \"status\": \"critical\", \"text\": \(quoted(all)), "
                + "\"queues\": [\(queues.joined(separator: ", "))]}", at: "answer.json")
        let flags = evil.enumerated().map { index, text in
            "\(quoted("f\(index) " + text)): {\"state\": \"ENABLED\", \"variants\": "
                + "{\(quoted("on " + text)): true, \"off\": false}, \"defaultVariant\": \(quoted("on " + text))}"
        }
        try shop.put("{\"flags\": {\(flags.joined(separator: ", "))}}", at: "flags.json")
        try append(line: Array("order 1 failed \(all)".utf8) + RawText.invalid, to: shop, copies: 3)
        try append(
            line: Array(String(repeating: "order \u{1b}[2J\(RawText.number) failed ", count: 5000).utf8),
            to: shop)
        // A plugin and bin/magento that say it raw.
        try bytes(Array(all.replacing("\n", with: " ").utf8) + RawText.invalid, at: "raw", in: shop)
        try shop.put("#!/bin/sh\ncat \"${0%/*}/raw\"\nexit 2\n", at: "plugin", mode: 0o700)
        try shop.put(
            """
            #!/bin/sh
            case "$1" in
            config:show) echo 1 ;;
            *) cat "${0%/*}/raw" >&2; exit 1 ;;
            esac

            """, at: "magento", mode: 0o700)
        try shop.configure(more: "      plugin: {type: command, run: [\(shop.path("plugin"))], interval: 1s}")
        // Control characters are refused in a config; these are not.
        let mild = evil[10...12].joined()
        let config = try shop.text(shop.path("config.yaml"))
        try shop.put(
            config.replacing("thing: orders", with: "thing: \(quoted("orders" + mild))")
                .replacing(
                    "system: ERP", with: "system: \(quoted("ERP" + mild))\n        owner: \(quoted(mild))"
                )
                .replacing(
                    "access: operate",
                    with: "access: operate\n    window: "
                        + "{start: 2026-11-19T12:00:00Z, days: 365, title: \(quoted(mild))}"),
            at: "config.yaml")
        return shop
    }

    private func append(line: [UInt8], to shop: Shop, copies: Int = 1) throws {
        let old = try Files.read(shop.path("system.log"), limit: 8 << 20)
        let lines = Array(repeating: line + [UInt8(ascii: "\n")], count: copies).flatMap { $0 }
        try bytes(old + lines, at: "system.log", in: shop)
    }

    private func bytes(_ bytes: [UInt8], at name: String, in shop: Shop) throws {
        try AtomicFile(name, in: Directory(shop.folder.path)).replace(with: bytes)
    }

    @Test func `what it looks for is found when it is there`() {
        for text in evil {
            #expect(!RawText.findings(text: Array(text.utf8)).isEmpty)
            let inTerminal = !RawText.findings(terminal: Array(text.utf8)).isEmpty
            #expect(inTerminal || text.hasPrefix("\u{85}") == false)
        }
        #expect(!RawText.findings(text: RawText.invalid).isEmpty)
    }

    @Test func `nothing of it reaches the terminal raw, on any screen`() async throws {
        let shop = try hostileShop()
        let pty = try shop.open(rows: 60, columns: 200)
        defer { pty.close() }
        try await pty.sees(RawText.number)
        try await pty.sees("f0 ")
        try append(line: Array("order 2 failed \(evil.joined())".utf8), to: shop)
        // Each pane alone, its first rows opened, the events, a filter, small screens.
        for pane in ["1", "2", "3", "4", "5", "0", "6"] {
            pty.send(pane + "f")
            pty.send("g\r")
            pty.send("\u{c}")
            try await eventually("it is drawn") { pty.hints.contains("?") }
            pty.send("\u{1b}")
            try await pty.sees("?")
            pty.send("f")
        }
        for (rows, columns) in [(40, 120), (24, 80), (10, 40), (60, 200)] {
            pty.resize(rows: rows, columns: columns)
            try await pty.wait(for: "drawn at \(columns)×\(rows)") { screen in
                screen.rows == rows && screen.row(0).unicodeScalars.count > columns - 12
            }
        }
        // What a flag's own command says of the change.
        pty.send("5/grid\r")
        try await pty.ask(for: "grid.async")
        try await pty.confirm("grid.async")
        try await pty.sees("grid.async stays ON, refused: config:set said no")
        try await pty.leave()
        #expect(RawText.findings(terminal: pty.bytes) == [])
        #expect(pty.screen.unknown == [])

        let looks = [
            ["status", "--plain"], ["status", "--json"], ["doctor"], ["audit", "show"], ["audit", "verify"],
        ]
        for arguments in looks {
            let result = try await ChildProcess.run(
                ChildCommand(
                    [Program.path] + arguments + ["--config", shop.path("config.yaml")],
                    environment: shop.variables), deadline: .seconds(30), outputCap: 8 << 20)
            #expect(RawText.findings(text: result.output) == [], "\(arguments)")
            #expect(RawText.findings(text: result.error) == [], "\(arguments)")
            #expect(!result.output.isEmpty, "\(arguments)")
        }
        for file in ["audit.jsonl", "journal.jsonl", "state.json"] {
            #expect(RawText.findings(text: try Files.read(shop.kept(file), limit: 8 << 20)) == [], "\(file)")
        }
    }

    @Test func `a copied row is one plain line`() async throws {
        let shop = try hostileShop()
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("f0 ")
        pty.send("5g")
        for _ in 0..<evil.count {
            let before = pty.screen.clipboard.count
            pty.send("yj")
            try await eventually("it is copied") { pty.screen.clipboard.count > before }
        }
        try await pty.leave()
        for text in pty.screen.clipboard {
            let decoded = Self.decoded(text)
            #expect(!decoded.contains(UInt8(ascii: "\n")))
            #expect(RawText.findings(text: decoded) == [])
        }
    }

    private static func decoded(_ base64: String) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var bits = 0
        var count = 0
        var bytes: [UInt8] = []
        for digit in base64.utf8 {
            guard let value = digits.firstIndex(of: digit) else { break }
            bits = (bits << 6 | value) & 0xffff
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return bytes
    }

    @Test func `mistakes in a config are told without its raw text`() async throws {
        let shop = try Shop()
        let text = evil.map {
            "  \(quoted($0)): {acces: \(quoted($0)), sources: {\(quoted($0)): {type: \(quoted($0))}}}"
        }
        try shop.put("environments:\n" + text.joined(separator: "\n") + "\n", at: "config.yaml")
        for arguments in [["config", "check"], ["status", "--plain"], ["doctor"], ["--env", evil[3]]] {
            let result = try await ChildProcess.run(
                ChildCommand(
                    [Program.path] + arguments + ["--config", shop.path("config.yaml")],
                    environment: shop.variables), deadline: .seconds(10), outputCap: 1 << 20)
            #expect(RawText.findings(text: result.output) == [], "\(arguments)")
            #expect(RawText.findings(text: result.error) == [], "\(arguments)")
            #expect(!result.error.isEmpty)
        }
    }
}

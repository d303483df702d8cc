import Platform
import TestSupport
import Testing

/// One console keeps an environment; what else comes to its folder is told in a sentence, and nothing is lost.
@Suite struct SecondConsoleTests {
    @Test func `a second console watches, says so, and leaves the first one alone`() async throws {
        let shop = try Shop()
        let first = try shop.open()
        defer { first.close() }
        try await first.sees("erp.v2")
        try await eventually("the first one keeps") { try Files.facts(shop.kept("state.json")) != nil }
        let second = try shop.open()
        defer { second.close() }
        try await second.sees("keeps this environment (another console of yours")
        try await second.sees("erp.v2")
        #expect(second.screen.row(0).contains("read-only"))
        second.send("5gt")
        try await second.sees("no flag can be switched: pid ")
        // A script's look disturbs neither.
        #expect(try await shop.run("status", "--plain").end == .exited(0))
        try await first.ask(for: "erp.v2")
        try await first.confirm("erp.v2")
        try await first.sees("erp.v2 is OFF: sent and read back")
        try await second.wait(for: "the second sees it") { screen in
            screen.text.contains("erp.v2 was turned OFF elsewhere, was ON")
                || screen.text.split(separator: "\n").contains {
                    $0.contains("erp.v2 ") && $0.contains("OFF")
                }
        }
        try await second.leave()
        let kept = try shop.text(shop.kept("state.json"))
        try await first.leave()
        #expect(kept.contains("flag@flags-yaml:erp.v2"))
        #expect(try !shop.text(shop.kept("journal.jsonl")).contains("elsewhere"))
        #expect(try await shop.run("audit", "verify").end == .exited(0))
        // And whoever comes next keeps it again.
        let third = try shop.open()
        defer { third.close() }
        try await third.choose("erp.v2")
        try await third.leave()
    }

    @Test func `a look by a script does not make a console that starts beside it a second one`() async throws
    {
        let shop = try Shop()
        try shop.put("#!/bin/sh\necho slow >> \"$0.calls\"\nexec sleep 20\n", at: "slow", mode: 0o700)
        try shop.configure(
            more: "      slow: {type: command, run: [\(shop.path("slow"))], interval: 30s, deadline: 5s}")
        async let look = shop.run("status", "--plain")
        try await eventually("the look is under way") { try Files.facts(shop.path("slow.calls")) != nil }
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.choose("erp.v2")
        #expect(pty.screen.row(0).contains("operate"))
        try await pty.leave()
        #expect(try await look.output.isEmpty == false)
    }

    @Test func `into a folder that others may enter nothing is written, and nothing is changed`() async throws
    {
        let shop = try Shop()
        _ = try PrivateDirectory.open(shop.kept("."))
        let folder = shop.path("state/hypercare/\(Shop.environment)")
        _ = try await ChildProcess.run(
            ChildCommand(["/bin/chmod", "755", folder], environment: [:]), deadline: .seconds(5), outputCap: 0
        )
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("others may enter it (mode 755)")
        try await pty.sees("erp.v2")
        pty.send("5gt")
        try await pty.sees("no flag can be switched: the state cannot be kept")
        for command in ["status", "doctor"] {
            let told = try await shop.run(command)
            #expect(told.end != .exited(0))
            #expect(
                String(decoding: told.output, as: UTF8.self).contains(
                    "no flag can be switched: the audit log cannot be written: cannot use \(folder): others may enter"
                ),
                "\(command): \(String(decoding: told.output, as: UTF8.self))")
        }
        try await pty.leave()
        for name in ["state.json", "lock", "audit.jsonl"] {
            #expect(try Files.facts(shop.kept(name)) == nil)
        }
    }

    @Test func `a state of a newer version stays as it is, and nothing is changed`() async throws {
        let shop = try Shop()
        let body = "{\"future\": true}\n"
        let header =
            "{\"crc32c\":\"\(CRC32C.text(of: Array(body.utf8)))\",\"generation\":9"
            + ",\"length\":\(body.utf8.count),\"schema\":99}\n"
        let folder = try PrivateDirectory.open(shop.path("state/hypercare/\(Shop.environment)"))
        try AtomicFile("state.json", in: folder).replace(with: Array((header + body).utf8))
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("state.json was written by a newer hypercare (format 99)")
        try await pty.sees("erp.v2")
        pty.send("5gjt")
        try await pty.sees("cannot be switched: state.json was written by a newer hypercare")
        try await pty.leave()
        #expect(try shop.text(shop.kept("state.json")) == header + body)
        #expect(try shop.text(shop.path("flags.yaml")) == Shop.yaml)
        #expect(try Files.facts(shop.kept("audit.jsonl")) == nil)
    }

    @Test func `a damaged state is told, set aside and begun anew`() async throws {
        let shop = try Shop()
        let folder = try PrivateDirectory.open(shop.path("state/hypercare/\(Shop.environment)"))
        let damaged = "{\"crc32c\":\"00000000\",\"generation\":3,\"length\":7,\"schema\":1}\n{\"a\":1}"
        try AtomicFile("state.json", in: folder).replace(with: Array(damaged.utf8))
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("state.json and the copy before it are damaged: starting without them")
        try await pty.choose("erp.v2")
        try await pty.leave()
        #expect(try shop.text(shop.kept("state.json.bad-1")) == damaged)
        #expect(try shop.text(shop.kept("state.json")).contains("\"schema\":2}"))
    }
}

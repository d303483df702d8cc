import Platform
import TestSupport
import Testing

/// A flag file that is not the console's alone, seen by the person at it.
@Suite struct FlagFileTests {
    private func record(_ shop: Shop) async throws -> [String] {
        let shown = try await shop.run("audit", "show")
        return String(decoding: shown.output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test
    func `what an editor saves seconds after a change is told as a conflict, and the audit log ends with it`()
        async throws
    {
        let (shop, pty) = try await Shop.overwritten()
        defer { pty.close() }
        try await pty.sees("erp.v2 is ON now; conflict: another program wrote flags.yaml soon after")
        try await pty.sees("1 warning")
        pty.send("6")
        try await pty.sees("conflict: erp.v2 is ON after")
        pty.send("\u{1B}5")
        try await eventually("it is ON again") { pty.hints.contains("turn erp.v2 OFF") }
        #expect(try shop.text(shop.path("flags.yaml")) == Shop.yaml)
        try await pty.leave()
        let lines = try await record(shop)
        #expect(
            lines.map { $0.split(separator: " ").dropFirst(2).first } == ["intent", "confirmed", "conflict"])
        #expect(lines.last?.contains("another program wrote flags.yaml soon after") == true, "\(lines)")
        #expect(try await shop.run("audit", "verify").end == .exited(0))
    }

    @Test func `a file that everybody may write is told by the doctor, and production does not switch in it`()
        async throws
    {
        let shop = try Shop()
        // The first row of the pane is in it.
        try shop.put(Shop.json, at: "flags.json", mode: 0o666)
        let told = "everybody on this machine may write \(shop.path("flags.json"))"
        let doctor = try await shop.run("doctor", "flags-json")
        let text = String(decoding: doctor.output, as: UTF8.self)
        #expect(doctor.end == .exited(1) && text.contains(told) && text.contains("Do: chmod o-w "), "\(text)")
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("cart.v3")
        pty.send("5gt")
        try await pty.sees("everybody on this machine may write")
        #expect(!pty.screen.text.contains("Closes in"))
        try await pty.leave()
        #expect(try shop.text(shop.path("flags.json")) == Shop.json)
    }

    static let setpriv = "/usr/bin/setpriv"
    static let canBecomeAnother = Identity.effectiveUser == 0 && (try? Files.facts(setpriv)) != nil

    @Test(.enabled(if: canBecomeAnother))
    func `a file of another user is shown, and not switched because it could not be left his`() async throws {
        let shop = try Shop()
        for (mode, name) in [("755", ""), ("644", "flags.yaml"), ("644", "config.yaml")] {
            _ = try await ChildProcess.run(
                ChildCommand(["/bin/chmod", mode, shop.path(name)]), deadline: .seconds(5))
        }
        let doctor = try await ChildProcess.run(
            ChildCommand(
                [
                    Self.setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", Program.path, "doctor",
                    "flags-yaml", "--config", shop.path("config.yaml"),
                ], environment: shop.variables), deadline: .seconds(30))
        let text = String(decoding: doctor.output + doctor.error, as: UTF8.self)
        #expect(text.contains("2 flags, none can be toggled here"), "\(text)")
    }
}

import Platform
import TestSupport
import Testing

/// `:save` on the built program.
@Suite struct SavingTests {
    @Test func `writes the screen and a pane to new files of the person alone, and over none`() async throws {
        let program = try Program()
        defer { program.pty.close() }
        try program.startDemo()
        try await program.drawn()
        let (screen, table) = (program.folder.path + "/screen.txt", program.folder.path + "/queues.csv")
        program.pty.send(":save screen ~/screen.txt\r")
        try await program.pty.wait(for: "where") { $0.text.contains("written to \(screen)") }
        let saved = String(decoding: try Files.read(screen, limit: 100_000), as: UTF8.self)
        #expect(saved.contains("erp.order.export") && saved.split(separator: "\n").count > 30)
        #expect(try Files.facts(screen)?.mode == 0o600)
        program.pty.send(":save pane ~/queues.csv --csv\r")
        try await program.pty.wait(for: "where") { $0.text.contains("written to \(table)") }
        let lines = String(decoding: try Files.read(table, limit: 100_000), as: UTF8.self).split(
            separator: "\r\n")
        #expect(lines[0].hasPrefix("name,status,via,depth") && lines.count > 10)

        program.pty.send(":save pane ~/screen.txt\r")
        try await program.pty.wait(for: "why not") { $0.text.contains("nothing was written: cannot write") }
        #expect(String(decoding: try Files.read(screen, limit: 100_000), as: UTF8.self) == saved)
        program.pty.send("6q")
        program.pty.send(":q\r")
        #expect(try await program.pty.exit() == .code(0))
        try await program.isGivenBack()
    }
}

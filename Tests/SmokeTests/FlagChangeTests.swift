import Platform
import TestSupport
import Testing

/// A flag switched in the console, as the person does it: keys, a question, a record, a change, a look.
@Suite struct FlagChangeTests {
    /// What is on record, one phase and flag a line.
    private func record(_ shop: Shop) async throws -> [String] {
        let shown = try await shop.run("audit", "show")
        #expect(shown.end == .exited(0))
        return String(decoding: shown.output, as: UTF8.self).split(separator: "\n").map { line in
            let parts = line.split(separator: " ")
            return parts.count > 4 ? "\(parts[2]) \(parts[4])" : String(line)
        }
    }

    @Test func `switches a flag in YAML, in JSON and by a child process, and has all of it on record`()
        async throws
    {
        let shop = try Shop()
        let pty = try shop.open()
        defer { pty.close() }
        for (flag, value) in [("erp.v2", "OFF"), ("pay.new", "ON"), ("grid.async", "OFF")] {
            try await pty.ask(for: flag)
            #expect(pty.screen.text.contains("Turn \(value) \(flag) in PROD eu-shop"))
            try await pty.confirm(flag)
            try await pty.sees("\(flag) is \(value): sent and read back")
            let said = "turn \(flag) \(value == "ON" ? "OFF" : "ON")"
            try await eventually("the pane says so") { pty.hints.contains(said) }
        }
        let yaml = Shop.yaml.replacing("\"on\"   # since", with: "\"off\"   # since")
        #expect(try shop.text(shop.path("flags.yaml")) == yaml, "comments, order and quotes are kept")
        #expect(try Files.facts(shop.path("flags.yaml"))?.mode == 0o640)
        let json = Shop.json.replacing("\"defaultVariant\": \"off\"", with: "\"defaultVariant\": \"on\"")
        #expect(try shop.text(shop.path("flags.json")) == json)
        #expect(try Files.facts(shop.path("flags.json"))?.mode == 0o644)
        #expect(try shop.text(shop.path("dev_grid_async_indexing")) == "0\n")
        #expect(try shop.text(shop.path("calls")).contains("config:set -- dev/grid/async_indexing 0\n"))
        try await pty.leave()
        #expect(
            try await record(shop)
                == ["erp.v2", "pay.new"].flatMap { ["intent \($0)", "confirmed \($0)"] }
                + ["intent grid.async", "started grid.async", "confirmed grid.async"])
        let verified = try await shop.run("audit", "verify")
        #expect(verified.end == .exited(0))
        let holds = String(decoding: verified.output, as: UTF8.self)
        #expect(holds.contains("7 records, the chain holds\n"))
        #expect(holds.contains("compared with no anchor outside"))

        // One byte of the third record is another.
        var bytes = try Files.read(shop.kept("audit.jsonl"), limit: 1 << 20)
        let lines = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
        bytes[lines[1] + 200] ^= 1
        try AtomicFile("audit.jsonl", in: Directory(shop.kept("."))).replace(with: bytes)
        let found = try await shop.run("audit", "verify")
        #expect(found.end == .exited(1))
        #expect(String(decoding: found.output, as: UTF8.self).contains("audit.jsonl:3: "))
    }

    @Test func `a change by somebody else is refused and shown`() async throws {
        let shop = try Shop()
        let pty = try shop.open()
        defer { pty.close() }
        // While it is asked: the file is read every second, the question falls.
        try await pty.ask(for: "erp.v2")
        let foreign = Shop.yaml.replacing("\"on\"   # since", with: "\"off\"   # deniz,")
        try shop.put(foreign, at: "flags.yaml", mode: 0o640)
        try await pty.sees("erp.v2 is OFF now; nothing was sent, look again")
        #expect(!pty.screen.text.contains("Closes in"))
        #expect(try shop.text(shop.path("flags.yaml")) == foreign)
        // Unseen: these are read once a minute, so the change itself finds it.
        try await pty.ask(for: "grid.async")
        try shop.put("0\n", at: "dev_grid_async_indexing")
        try await pty.confirm("grid.async")
        try await pty.sees("conflict: grid.async was changed and is OFF; nothing was sent")
        try await eventually("the pane shows what is so") { pty.hints.contains("turn grid.async ON") }
        #expect(try !shop.text(shop.path("calls")).contains("config:set"))
        try await pty.leave()
        #expect(try await record(shop) == ["intent grid.async", "conflict grid.async"])
        #expect(try await shop.run("audit", "verify").end == .exited(0))
    }

    enum Obstacle { case notAFile, noSpace, folderGone }

    @Test(arguments: [Obstacle.notAFile, .folderGone])
    func `sends nothing while the audit log cannot be written, and says why`(obstacle: Obstacle) async throws
    {
        try await sendsNothing(obstacle)
    }

    /// Root may not mount everywhere.
    private static func canMount() async -> Bool {
        (try? await shell("unshare -m mount -t tmpfs none /mnt")) != nil
    }

    @Test(.enabled("a full disk can be mounted") { await canMount() })
    func `sends nothing while the disk of the audit log is full, and says why`() async throws {
        try await sendsNothing(.noSpace)
    }

    private func sendsNothing(_ obstacle: Obstacle) async throws {
        let shop = try Shop()
        var prefix: [String] = []
        switch obstacle {
        case .notAFile:
            _ = try PrivateDirectory.open(shop.kept("audit.jsonl"))
        case .noSpace:
            // A full disk of its own, seen by this process alone and gone with it.
            let state = try PrivateDirectory.open(shop.path("state")).path
            let script = "mount -t tmpfs -o size=64k,mode=700 none \(state) && cat /dev/zero > \(state)/full"
            prefix = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", script + "; exec \"$0\" \"$@\""]
        case .folderGone: break
        }
        let pty = try shop.open(prefix)
        defer { pty.close() }
        try await pty.sees("erp.v2")
        if obstacle != .folderGone {
            // Seen before anything is asked.
            try await pty.sees(obstacle == .noSpace ? "No space left on device" : "the audit log cannot be")
            pty.send("5g")
            // Each store fails alone, the log perhaps a moment after the others.
            try await eventually("the key says so") { pty.hints.contains("t switch: ") }
            pty.send("t")
            try await pty.sees("cannot be switched: no audit record can be kept")
        } else {
            try await pty.ask(for: "erp.v2")
            try await removeState(of: shop)
            // The change finds it out, or, when the state was to be saved first, the question falls.
            pty.send("erp.v2\t\t\r")
            try await pty.sees("erp.v2 stays as it was: nothing was sent")
            try await eventually("keys count") { pty.hints.contains("? help") }
        }
        #expect(try shop.text(shop.path("flags.yaml")) == Shop.yaml)
        try await pty.leave()
    }

    /// Once more when a file was made in it meanwhile.
    private func removeState(of shop: Shop) async throws {
        try await eventually("the state's folder is gone") {
            _ = try await ChildProcess.run(
                ChildCommand(["/bin/rm", "-rf", shop.path("state")], environment: [:]),
                deadline: .seconds(5), outputCap: 0)
            return try Files.facts(shop.path("state")) == nil
        }
    }

    @Test func `a question falls when nothing can be kept any more, and what is typed for it is no order`()
        async throws
    {
        let shop = try Shop()
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.ask(for: "erp.v2")
        try await removeState(of: shop)
        let told = "erp.v2 stays as it was: nothing was sent; this console's folder was moved away, removed"
        try await pty.sees(told)
        // Its `e` goes to the next problem, `q` leaves.
        pty.send("erp.v2q\t\t\rq")
        try await eventually("keys count again") { pty.hints.contains("? help") }
        #expect(pty.screen.text.contains(told))
        #expect(try shop.text(shop.path("flags.yaml")) == Shop.yaml)
        try await pty.leave()
    }

    @Test func `a read-only environment says why it changes nothing`() async throws {
        let shop = try Shop(access: "read-only")
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("erp.v2")
        pty.send("5gt")
        try await pty.sees(
            "cannot be switched: this environment is read-only; `access: operate` in its config")
        #expect(pty.hints.contains("t switch: read-only"))
        try await pty.leave()
        #expect(try Files.facts(shop.kept("audit.jsonl")) == nil)
    }

    private func isUntouched(_ pty: Pty) -> Bool { pty.screen.text.contains("type the flag's name") }

    @Test func `Esc, Cancel, type-ahead and paste change nothing`() async throws {
        let shop = try Shop()
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.choose("erp.v2")
        // Typed blindly in one go, before anybody can have read the question.
        pty.send("terp.v2\t\t\r")
        try await pty.sees("Closes in 5")
        #expect(isUntouched(pty), "none of it counted")
        // Pasted, with what would confirm it behind.
        pty.send("\u{1b}[200~erp.v2\t\t\r\u{1b}[201~")
        pty.send("\u{1b}[Z")
        try await eventually("the paste is over") { pty.hints.contains("Enter next field") }
        #expect(isUntouched(pty), "a paste types no name")
        pty.send("\u{1b}")
        try await pty.sees("erp.v2 was not changed")
        // The name is right and Cancel is chosen.
        try await pty.ask(for: "erp.v2")
        pty.send("erp.v2\t\r")
        try await pty.wait(for: "the question is gone") { !$0.text.contains("Closes in") }
        try await pty.sees("erp.v2 was not changed")
        // Confirmed with the wrong name.
        try await pty.ask(for: "erp.v2")
        pty.send("erp.v1\t\t\r")
        try await pty.sees("the name is not complete")
        pty.send("\u{3}")
        try await pty.sees("erp.v2 was not changed")
        try await pty.leave()
        #expect(try shop.text(shop.path("flags.yaml")) == Shop.yaml)
        #expect(try Files.facts(shop.kept("audit.jsonl")) == nil, "nothing was even meant")
    }
}

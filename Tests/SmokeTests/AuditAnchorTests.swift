import Platform
import TestSupport
import Testing

/// The audit log beside what its owner cannot change.
@Suite struct AuditAnchorTests {
    private func turn(_ flag: String, in shop: Shop) async throws {
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.ask(for: flag)
        try await pty.confirm(flag)
        try await pty.sees(": sent and read back")
        try await pty.leave()
    }

    private func verify(_ shop: Shop, _ more: String...) async throws -> (end: ChildEnd, text: String) {
        let result =
            more.isEmpty
            ? try await shop.run("audit", "verify")
            : try await shop.run("audit", "verify", "--anchors", more[0])
        return (result.end, String(decoding: result.output, as: UTF8.self))
    }

    @Test(.timeLimit(.minutes(2)))
    func `a log made anew is named, by the file of the config and by what the system's log took`()
        async throws
    {
        let shop = try Shop()
        let (anchors, socket) = (shop.path("anchors"), shop.path("log"))
        let receiver = try LogReceiver(socket)
        try shop.configure(more: "    audit: {anchor: \(anchors), syslog: \(socket)}")
        try await turn("erp.v2", in: shop)
        let kept = try await verify(shop)
        #expect(kept.end == .exited(0) && kept.text.contains("2 records, the chain holds\n"))
        #expect(kept.text.contains("agree") && kept.text.contains(anchors))
        var sent: [String] = []
        while let line = receiver.next() { sent.append(line) }
        #expect(sent.last?.contains("env=eu-shop") == true && sent.last?.contains("seq=2") == true)
        try shop.put(sent.joined(separator: "\n"), at: "journal")
        let compared = try await verify(shop, shop.path("journal"))
        #expect(compared.end == .exited(0) && compared.text.contains(shop.path("journal")))

        for name in ["audit.jsonl", "audit.head", "state.json"] {
            try Directory(shop.kept("")).remove(name)
        }
        try shop.configure()
        try await turn("erp.v2", in: shop)
        let anew = try await verify(shop)
        #expect(anew.end == .exited(0) && anew.text.contains("compared with no anchor outside"))
        let told = try await verify(shop, shop.path("journal"))
        #expect(told.end == .exited(1) && told.text.contains("the log was made anew"), "\(told.text)")
        try shop.configure(more: "    audit: {anchor: \(anchors)}")
        #expect(try await verify(shop).end == .exited(1))
    }

    @Test(arguments: ["", "/nowhere/anchors", "here"])
    func `doctor says where the newest record is told, and where it cannot be`(anchor: String) async throws {
        let shop = try Shop()
        let place = anchor == "here" ? shop.path("anchors") : anchor
        let socket = shop.path("log")
        let receiver = try LogReceiver(socket)
        try shop.configure(
            more: place.isEmpty
                ? "    audit: {syslog: \(socket)}" : "    audit: {anchor: \(place), syslog: \(socket)}")
        let result = try await shop.run("doctor")
        let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("  anchor ") }
        #expect(receiver.next() == nil, "it only looks")
        #expect(line?.contains(anchor == "/nowhere/anchors" ? "failed" : socket) == true, "\(lines)")
        #expect(line?.contains(place) == true || place.isEmpty)
        #expect(try Files.facts(shop.path("anchors")) == nil)
    }
}

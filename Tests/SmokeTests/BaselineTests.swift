import Documents
import Engine
import Monitoring
import Persistence
import Platform
import TestSupport
import Testing

/// `hypercare baseline` with the built program.
@Suite(.timeLimit(.minutes(3))) struct BaselineTests {
    private func run(_ shop: Shop, _ words: String...) async throws -> (code: ChildEnd, text: String) {
        let ran = try await shop.run(["baseline"] + words)
        return (ran.end, String(decoding: ran.output + ran.error, as: UTF8.self))
    }

    /// A history of so many days, as a console would have kept it.
    private func keep(_ days: Int, in shop: Shop) throws {
        let folder = shop.kept("state.json").dropLast("/state.json".count)
        let history = HistoryDatabase(in: try PrivateDirectory.open(String(folder)))
        let now = try SystemTime().now.wall
        let flow = SeriesID(EntityID(.integration, "orders-erp"), .success)
        _ = try history.append(
            (1...days * 48).map { back in
                HistoryMinute(
                    series: flow, minute: now.advanced(bySeconds: -Double(back) * 1800),
                    average: 12 + Double(back % 5), maximum: 20)
            })
    }

    private func recording(_ shop: Shop, days: Int) throws -> String {
        let values = (0..<days * 48).map { "\(12 + $0 % 5)" }.joined(separator: ",")
        let lines = [
            #"{"recording":1,"store":"north","zone":"UTC","from":"2026-11-18T10:00:00Z","to":"2026-11-18T14:00:00Z","sources":[],"integrations":[],"jobs":[],"expected":[]}"#,
            #"{"history":{"entity":"integration:orders-erp","measure":"successes","from":"2026-11-08T10:00:00Z","step":1800,"values":[\#(values)]}}"#,
        ]
        return try shop.folder.write(lines.joined(separator: "\n") + "\n", to: "past-\(days).jsonl")
    }

    @Test func `what is kept is captured once, shown, and replaced only when that is said`() async throws {
        let shop = try Shop()
        let none = try await run(shop, "show")
        #expect(none.code == .exited(1) && none.text.contains("eu-shop has no baseline. Do: "))
        #expect(try await run(shop, "capture").text.contains("nothing is kept of eu-shop yet"))
        try keep(2, in: shop)
        let early = try await run(shop, "capture")
        #expect(early.code == .exited(1) && early.text.contains("2 d of healthy history"), "\(early.text)")
        try keep(5, in: shop)
        let captured = try await run(shop, "capture")
        #expect(captured.code == .exited(0) && captured.text.contains("5 d, 1 figure"), "\(captured.text)")
        let again = try await run(shop, "capture")
        #expect(again.code == .exited(1) && again.text.contains("--force replaces it"), "\(again.text)")
        #expect(try await run(shop, "capture", "--force").code == .exited(0))
        let shown = try await run(shop, "show")
        #expect(
            shown.text.contains("integration:orders-erp ok/min")
                && shown.text.contains("240 half hours, 5.0 d"))
        let json = try await shop.run("baseline", "show", "--json")
        let document = try JSON.read(json.output, name: "baseline")
        #expect(document["figures"]?.elements?.first?["halfHours"]?.int == 240)
    }

    @Test func `a recording is imported, by a console that watches too`() async throws {
        let shop = try Shop()
        let imported = try await run(shop, "import", recording(shop, days: 9))
        #expect(imported.code == .exited(0) && imported.text.contains("9 d, 1 figure"), "\(imported.text)")
        let shown = try await run(shop, "show")
        #expect(shown.text.contains("from recording north"))
        // Nothing was learned here yet: it is what detectors compare with, and the screen says so.
        let pty = try shop.open()
        defer { pty.close() }
        try await pty.sees("until then compared with the baseline of")
        try await pty.leave()
        let short = try await run(shop, "import", "--force", recording(shop, days: 1))
        #expect(short.code == .exited(1) && short.text.contains("3 d are needed"), "\(short.text)")
        let absent = try await run(shop, "import", "--force", "/nowhere.jsonl")
        #expect(absent.code == .exited(1) && absent.text.split(separator: "\n").count == 1)
        let no = try await run(shop, "import", "--force", shop.folder.write("{}\n", to: "no.jsonl"))
        #expect(no.code == .exited(1) && no.text.contains("it is no recording"), "\(no.text)")
    }

    @Test func `wrong use is one sentence and an exit code, and damage says what to do`() async throws {
        let shop = try Shop()
        for words in [
            ["baseline"], ["baseline", "import"], ["baseline", "captur"], ["baseline", "show", "x"],
        ] {
            let ran = try await shop.run(words)
            let text = String(decoding: ran.error, as: UTF8.self)
            #expect(ran.end == .exited(2), "\(words)")
            #expect(text.hasPrefix("hypercare: ") && text.split(separator: "\n").count == 1, "\(text)")
        }
        _ = try await run(shop, "import", recording(shop, days: 9))
        let text = try shop.text(shop.kept("baseline.json"))
        try shop.folder.write(
            String(text.dropLast(9)), to: "state/hypercare/\(Shop.environment)/baseline.json")
        let damaged = try await run(shop, "show")
        #expect(
            damaged.code == .exited(1) && damaged.text.contains("is damaged (checksum). Do: "),
            "\(damaged.text)")
    }
}

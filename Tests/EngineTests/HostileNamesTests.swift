import Display
import Documents
import EngineAPI
import FeatureFlags
import Monitoring
import Reports
import Screens
import Testing
import Text

@testable import Engine

/// Whatever a server calls its things: on each way out a name is one harmless line, and no two are the same there.
@Suite struct HostileNamesTests {
    private static let long = "erp." + String(repeating: "x", count: 4096)
    /// All but the first hide, break, reorder, act or stand for another.
    private static let names =
        [
            "erp.order", "erp.order ", " erp.order", "erp.order\u{A0}", "erp.order\u{200B}",
            "erp.order\u{FE0F}",
            "erp.order\u{E0100}", "erp\u{AD}.order", "erp\u{202E}.order", "erp\u{2066}.order",
            "erp.order\u{1B}[2J",
            "erp.order\u{9B}2J", "erp.order\n", "erp.order\r", "erp.order\t", "erp.order\u{0}",
            "erp.order\u{7F}",
            "erp.order\u{2028}", "erp.order\u{85}", "erp.order\u{E0041}", "erp.order\u{FFFD}",
            "erp.ord\u{435}r",
            "erp.order\u{E000}", "erp|order", "erp\u{A6}order", "erp.caf\u{E9}", "erp.cafe\u{301}",
            "erp.order\u{1F3FB}",
            "erp.\u{6F22}", "erp.<200B>order", "erp.\u{200B}order", "erp.order ~1", "erp.\\u{200B}order",
            long + "1", long + "2",
        ]
    private static let now = Timestamp(
        boot: .seconds(1000), wall: WallTime(seconds: 1_795_834_800), bootID: "test")

    /// A store in which everything is called so, and each row is critical, so that none is left out.
    private static let store: Snapshot = {
        var snapshot = Snapshot(
            at: now, environment: EnvironmentFacts(name: "eu-shop", isProduction: true, access: .operate))
        let bad = Judgement(.critical)
        snapshot.queues = names.map {
            QueueRow(id: EntityID(.queue, $0), transport: .amqp, judgement: bad, sources: ["mq"])
        }
        snapshot.cron.jobs = names.map { CronRow(code: $0, judgement: bad, sources: ["db"]) }
        snapshot.indexers = names.map {
            IndexerRow(id: EntityID(.indexer, $0), mode: .schedule, judgement: bad, sources: ["db"])
        }
        snapshot.integrations = names.map {
            IntegrationRow(
                integration: Integration(name: $0, thing: "orders", direction: .out, system: "ERP"),
                judgement: bad, sources: ["db"])
        }
        snapshot.flags = names.map {
            FlagRow(
                flag: FlagReading(
                    name: $0, backend: "flagd", value: .variant($0), variants: [$0], revision: $0),
                place: "flagd file", judgement: bad)
        }
        snapshot.sources = names.map { SourceRow(name: $0, kind: "mysql", judgement: bad) }
        snapshot.events = names.map {
            Event(at: now.wall, status: .critical, entity: EntityID(.queue, $0), subject: "queue", text: $0)
        }
        var labels = Labels()
        snapshot.nameRows(&labels)
        return snapshot
    }()

    /// What acts on a terminal, hides or reorders; line feeds are between records alone.
    private func harm(in text: String) -> [String] {
        text.unicodeScalars.compactMap { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                return String(scalar.value, radix: 16)
            default:
                return scalar.properties.isDefaultIgnorableCodePoint ? String(scalar.value, radix: 16) : nil
            }
        }
    }

    private func areApart(_ texts: some Collection<String>) -> Bool {
        Set(texts.map { ExactName($0) }).count == texts.count
    }

    @Test func `in the plain form each is a line of its own`() {
        let plain = StatusReport(Self.store, look: Look(memory: .own)).plain
        let lines = plain.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // The verdict, six kinds of things, and the end.
        #expect(lines.count == 2 + 6 * Self.names.count)
        #expect(lines.flatMap(harm) == [] && !plain.contains("|"))
        #expect(areApart(lines.dropFirst().dropLast()))
    }

    @Test func `in JSON each has a name and a key of its own`() throws {
        let document = StatusDocument.document(StatusReport(Self.store, look: Look(memory: .own)))
        let bytes = try JSONWriter.write(document, sortedKeys: false, pretty: true)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.split(separator: "\n").flatMap { harm(in: String($0)) } == [])
        let root = try JSON.read(bytes, name: "status")
        let checks = try #require(root["checks"]?.elements)
        #expect(checks.count == 6 * Self.names.count)
        for member in ["id", "key"] {
            #expect(areApart(checks.compactMap { $0[member]?.string }), "\(member)")
        }
    }

    private static let panes: [(key: Unicode.Scalar, pane: Pane)] = [
        ("1", .queues), ("2", .integrations), ("3", .cron), ("4", .indexers), ("5", .flags), ("0", .sources),
    ]

    private func model(rows: Int, columns: Int) -> Model {
        var model = Model(
            now: Self.now, size: Size(rows: rows, columns: columns), themes: ["dark"], seed: (1, 2))
        _ = update(&model, .snapshot(Self.store))
        return model
    }

    private func lines(_ model: Model, _ glyphs: GlyphSet) -> [String] {
        let frame = view(model, Canvas(size: model.size, glyphs: glyphs))
        return (0..<model.size.rows).map { row in
            var text = String.UnicodeScalarView()
            for cell in frame.cells[row * model.size.columns..<(row + 1) * model.size.columns]
            where cell.scalar != 0 {
                text.append(Unicode.Scalar(cell.scalar) ?? "\u{0}")
            }
            return String(text)
        }
    }

    @Test(arguments: panes.map(\.key))
    func `on the screen no row looks like another, and none acts`(pane: Unicode.Scalar) {
        for (rows, columns) in [(120, 400), (120, 80), (24, 80), (10, 40)] {
            for glyphs in [GlyphSet.braille, .ascii] {
                var model = model(rows: rows, columns: columns)
                for key in [pane, "f", "g"] { _ = update(&model, .key(.character(key))) }
                let drawn = lines(model, glyphs)
                #expect(drawn.flatMap(harm) == [])
                if rows > Self.names.count * 2, glyphs == .braille {
                    // Where a row has a line of its own; the events, in their pane, tell no names apart.
                    let rows = drawn.filter { $0.drop { $0 == " " }.hasPrefix("\u{2718} ") }
                    #expect(rows.count >= Self.names.count - 2 && areApart(rows), "\(pane) at \(columns)")
                }
                _ = update(&model, .key(.enter))
                #expect(lines(model, glyphs).flatMap(harm) == [])
            }
        }
    }

    @Test func `what is copied is one line, and another for each row`() {
        var (lines, names): ([String], [String]) = ([], [])
        for (key, _) in Self.panes {
            var model = model(rows: 60, columns: 200)
            for key in [key, "f", "g"] { _ = update(&model, .key(.character(key))) }
            var own: [String] = []
            for _ in Self.names {
                for case .copy(let text) in update(&model, .key(.character("Y"))) { lines.append(text) }
                for case .copy(let text) in update(&model, .key(.character("y"))) { own.append(text) }
                _ = update(&model, .key(.character("j")))
            }
            // A bare name is for other tools: what differs by its bytes alone is another there.
            #expect(Set(own.map { Array($0.utf8) }).count == Self.names.count)
            names += own
        }
        #expect(lines.count == 6 * Self.names.count && lines.flatMap(harm) == [])
        #expect(names.count == lines.count && names.flatMap(harm) == [])
        #expect(areApart(lines))
    }
}

import Configuration
import Documents
import EngineAPI
import Monitoring
import TestSupport
import Testing
import Text

/// What the config ties to a flow: whose each row is.
struct TieTests {
    private static func yaml(_ flows: [(String, String)]) -> String {
        let lines = flows.map { name, ties in
            "      \(name): {thing: orders, direction: out, system: ERP, \(ties)}"
        }
        return """
            environments:
              shop:
                sources:
                  app-log: {type: log, path: /x}
                  erp-check: {type: command, run: [x], via: [ssh, app1]}
                integrations:
            \(lines.joined(separator: "\n"))
            """
    }

    private static func snapshot(_ text: String) throws -> Snapshot {
        let shop = try #require(try StoreConfigurationTests.read(text).environment(nil))
        let now = Timestamp(boot: .zero, wall: WallTime(seconds: 0), bootID: "")
        var snapshot = Snapshot(
            at: now, environment: EnvironmentFacts(name: "shop", isProduction: true, access: .operate))
        snapshot.integrations = shop.integrations.map {
            IntegrationRow(integration: $0.integration, judgement: .ok)
        }
        return snapshot
    }

    @Test func `a name goes before a pattern, and of patterns the first in the file counts`() throws {
        let snapshot = try Self.snapshot(
            Self.yaml([
                ("first", "queues: [\"erp.*\", \"*.order\"], jobs: [\"*\"]"),
                ("second", "queues: [erp.stock, \"*.stock\"], indexers: [price], sources: [\"erp-*\"]"),
            ]))
        func flow(_ kind: EntityID.Kind, _ name: String) -> [String] {
            let host = kind == .queue ? "/" : nil
            let source = kind == .integration ? "" : "anywhere"
            return snapshot.flows(of: EntityID(kind, name, in: source, virtualHost: host)).map(\.id.name)
        }
        #expect(flow(.queue, "erp.order") == ["first"] && flow(.queue, "erp.stock") == ["second"])
        #expect(flow(.queue, "erp.all.stock") == ["first"] && flow(.queue, "wms.stock") == ["second"])
        #expect(flow(.queue, "other") == [] && flow(.cron, "other") == ["first"])
        #expect(flow(.cron, CronHeartbeat.id.name) == ["first"])
        #expect(flow(.indexer, "price") == ["second"] && flow(.indexer, "erp.order") == [])
        #expect(flow(.source, "erp-check") == ["second"] && flow(.source, "app-log") == [])
        #expect(flow(.integration, "second") == ["second"])
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `whatever is tied to which flow, a row has the one that the file says`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["a", "b", "a.b", "*", "a*", "*b", "a.*", "*a*", "b.a"]
        for _ in 0..<60 {
            var taken: Set<String> = []
            let flows = (0..<4).map { number in
                let own = pieces.filter { _ in Bool.random(using: &generator) }
                    .filter { taken.insert($0).inserted }
                return (name: "flow\(number)", ties: own)
            }
            let snapshot = try Self.snapshot(
                Self.yaml(
                    flows.map { flow in
                        (flow.name, "queues: [\(flow.ties.map { "\"\($0)\"" }.joined(separator: ", "))]")
                    }))
            for name in ["a", "b", "a.b", "b.a", "ab", "c", "a.b.a", ""] {
                let exact = flows.first { $0.ties.contains(name) }
                let fitting = flows.first { $0.ties.contains { NamePattern($0).matches(name) } }
                #expect(
                    snapshot.flows(of: EntityID(.queue, name)).map(\.id.name)
                        == [exact ?? fitting].compactMap { $0?.name }, "seed \(seed), \(flows), \(name)")
            }
        }
    }

    @Test(
        arguments: [
            (
                [("first", "queues: [\"erp.*\"]"), ("second", "queues: [a, \"erp.*\"]")],
                "8:72: this belongs to first already"
            ),
            (
                [("first", "jobs: [heartbeat]"), ("second", "jobs: [heartbeat]")],
                "8:67: this belongs to first already"
            ),
            (
                [("first", "sources: [erp-chek, \"app*\"]")],
                "7:69: there is no such source, did you mean \"erp-check\"?"
            ),
            ([("first", "sources: [\"web*\"]")], "7:69: there is no such source"),
            ([("first", "queus: [a]")], "7:59: unknown key \"queus\", did you mean \"queues\"?"),
            (
                [("first", "queues: erp.order")], "7:67: expected a list such as [a, b]"
            ),
            (
                [("first", "indexers: [{name: a}]")],
                "7:70: expected a name, * for any text, found a mapping"
            ),
        ] as [([(String, String)], String)])
    func `a tie that cannot be is one sentence with its place`(
        flows: [(String, String)], expected: String
    ) {
        let check = StoreConfiguration.check(Array(Self.yaml(flows).utf8), name: "config.yaml")
        #expect(check.problems.map { "\($0.line):\($0.column): \($0.message)" } == [expected])
    }

    @Test func `a pattern that an earlier one covers is warned of, a name that goes before it is not`() {
        let text = Self.yaml([
            ("first", "queues: [\"erp.*\"]"), ("second", "queues: [\"erp.stock.*\", erp.order, \"*.erp\"]"),
        ])
        let check = StoreConfiguration.check(Array(text.utf8), name: "config.yaml")
        #expect(check.problems.isEmpty)
        #expect(
            check.warnings.map { "\($0.line):\($0.column): \($0.message)" } == [
                "8:69: all that fits here belongs to first, whose pattern stands above and is wider: "
                    + "of patterns the first in the file counts"
            ])
    }
}

import Documents
import EngineAPI
import FeatureFlags
import Monitoring
@testable import Reports
import Testing
import Text

/// `status --json` and its schema.
@Suite struct StatusDocumentTests {
    private func node(_ store: Snapshot) throws -> Node {
        let document = StatusDocument.document(StatusReport(store, look: Look(memory: .console)))
        return try JSON.read(JSONWriter.write(document), name: "status")
    }

    private func figures(_ node: Node?) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: (node?.members ?? []).compactMap { member in
                member.value.text.map { (member.key, $0) }
            })
    }

    @Test func `what is not known is left out, and never zero`() throws {
        var store = LookedAt.store([.unknown])
        store.sources = [LookedAt.source("db", reads: 1, isRead: false)]
        store.cron.sources = ["db"]
        store.cron.jobs = [CronRow(code: "job", judgement: Judgement(.unknown))]
        store.indexers = [IndexerRow(id: EntityID(.indexer, "i"), mode: .schedule, judgement: .ok)]
        store.integrations = [
            IntegrationRow(
                integration: Integration(name: "o", thing: "orders", direction: .out, system: "ERP"),
                judgement: .ok)
        ]
        store.queues[0].inRate = .nan
        store.queues[0].ready = Count(-4)
        let root = try node(store)
        let rows = [
            root["queues"]?.elements?.first, root["cron"]?["heartbeats"]?.elements?.first,
            root["cron"]?["jobs"]?.elements?.first, root["indexers"]?.elements?.first,
            root["integrations"]?.elements?.first,
            root["sources"]?.elements?.first?["probes"]?.elements?.first,
        ]
        let allowed: Set = [
            "tier", "reads", "failures", "skippedTicks", "intervalSeconds", "deadlineSeconds",
        ]
        for row in rows {
            let numbers = figures(row).filter { Double($0.value) != nil && !allowed.contains($0.key) }
            #expect(row != nil && numbers.isEmpty, "\(numbers)")
        }
    }

    @Test func `what a rule says is there with its figures`() throws {
        var store = LookedAt.store([.ok], in: "rabbit")
        var said = LookedAt.pending(store.queues[0].id)
        said.limit = Threshold(critical: 120)
        store.assessments = [said]
        let assessment = try node(store)["assessments"]?.elements?.first
        #expect(
            figures(assessment) == [
                "id": "queue:q0", "key": "queue@rabbit:q0", "rule": "noConsumer", "standing": "pending",
                "status": "ok", "becomes": "critical", "inSeconds": "80.0", "what": "nobody takes messages",
                "value": "40.0", "valueIsBound": "false", "criticalLimit": "120.0", "unit": "seconds",
                "sinceIsBound": "false",
            ])
    }

    @Test func `how much is known of what is usual is told, and in words until it is enough`() throws {
        var store = LookedAt.store([.ok])
        #expect(try node(store)["learning"] == nil)
        store.learnedSeconds = 10_800
        let early = figures(try node(store)["learning"])
        #expect(early == ["seconds": "10800.0", "needed": "259200.0", "enough": "false"])
        let plain = { StatusReport(store, look: Look(memory: .console)).plain }
        #expect(
            plain().hasSuffix(
                "\nlearning, 3 h of 3 d: what is usual is not known yet, limits are wide\n"))
        store.baseline = BaselineFacts(name: "baseline of 2026-11-20, 9 d", isCompared: true)
        #expect(plain().hasSuffix(": until then compared with the baseline of 2026-11-20, 9 d\n"))
        #expect(figures(try node(store)["learning"])["baseline"] == "baseline of 2026-11-20, 9 d")
        store.learnedSeconds = 259_200
        #expect(figures(try node(store)["learning"])["enough"] == "true")
        #expect(!plain().contains("usual"))
    }

    @Test func `a name is told harmless, and exactly beside it`() throws {
        var store = LookedAt.store([.ok])
        store.queues[0].id = EntityID(.queue, "a\u{1B}b/ä", in: "mq", virtualHost: "/")
        store.queues[0].label = store.queues[0].id.name
        let queue = try node(store)["queues"]?.elements?.first
        #expect(queue?["name"]?.string == "a␛b/ä" && queue?["key"]?.string == "queue@mq/%2F:a%1Bb/%C3%A4")
        #expect(EntityID(queue?["key"]?.string ?? "") == store.queues[0].id)
    }

    @Test func `a script is told when a share does not cover its span`() throws {
        var store = LookedAt.store([.ok])
        let flow = Integration(name: "orders-erp", thing: "orders", direction: .out, system: "ERP")
        store.integrations = [IntegrationRow(integration: flow, judgement: .ok)]
        store.integrations[0].fiveMinutes = FailureShare(
            failed: 2, finished: 31, coverage: Coverage(seconds: 247.9))
        let covered = { try node(store)["integrations"]?.elements?.first?["covered5MinSeconds"]?.text }
        #expect(try covered() == "247")
        store.integrations[0].fiveMinutes?.coverage = nil
        #expect(try covered() == nil)
    }

    @Test func `a flag brings what narrower scopes say, what could not be seen and what its reader refuses`()
        throws
    {
        var store = LookedAt.store([.ok])
        var flag = FlagReading(name: "erp/on", backend: "m2", value: .off, variants: [], revision: "r")
        flag.scope = .all
        flag.overrides = [FlagOverride(FlagScope(.storeView, "de"), .on)]
        flag.unseen = "websites may not be read"
        flag.acceptance = .refused("no such variant", isOwnFault: true)
        store.flags = [FlagRow(flag: flag, place: "magento config", judgement: .ok)]
        store.flags[0].progress = .asked(to: .on, opID: "o1")
        let row = try node(store)["flags"]?.elements?.first
        let told = figures(row)
        #expect(
            told["scope"] == "default" && told["unseen"] == "websites may not be read"
                && told["accepted"] == "false" && told["refusedBecause"] == "no such variant"
                && told["progress"] == "asked" && told["askedFor"] == "ON")
        #expect(figures(row?["overrides"]?.elements?.first) == ["scope": "stores/de", "value": "ON"])
    }

    @Test func `what a person has set aside says who, why and until when, and is counted`() throws {
        var store = LookedAt.store([.critical, .ok])
        store.queues[0].judgement.aside = Aside(by: "mira", why: "ERP is closed", at: store.at.wall, .hour)
        let root = try node(store)
        let aside = root["checks"]?.elements?.compactMap { $0["aside"] }
        #expect(
            aside.map { $0.map(figures) } == [
                [
                    "by": "mira", "why": "ERP is closed", "at": store.at.wall.civil.rfc3339,
                    "until": store.at.wall.advanced(bySeconds: 3600).civil.rfc3339,
                ]
            ])
        #expect(root["counts"]?["setAside"]?.int == 1 && root["counts"]?["critical"]?.int == 0)
    }

    /// Document and schema are one declaration; what is left to be checked is that no two records share a name
    /// and that every reference leads somewhere.
    @Test func `the schema is closed`() throws {
        let schema = try JSON.read(JSONWriter.write(StatusDocument.schema), name: "schema")
        let definitions = Set((schema["$defs"]?.members ?? []).map(\.key))
        var references: Set<String> = []
        var records: [String] = []
        func collect(_ node: Node) {
            if let reference = node["$ref"]?.string { references.insert(reference) }
            if let text = node["description"]?.string, node["properties"] != nil { records.append(text) }
            for member in node.members ?? [] { collect(member.value) }
            for element in node.elements ?? [] { collect(element) }
        }
        collect(schema)
        #expect(references == Set(definitions.map { "#/$defs/\($0)" }) && !definitions.isEmpty)
        #expect(Set(records).count == definitions.count + 1 && records.count == definitions.count + 1)
    }
}

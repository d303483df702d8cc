import DemoStore
import Engine
import EngineAPI
import Monitoring
import Platform
import TestSupport
import Testing

@testable import Probes

/// The simulated store and a real one with the same rows are judged alike.
@Suite(.timeLimit(.minutes(3))) struct DemoRowsTests {
    @Test func `the rows of the demo lead to the same judgements in MariaDB`() async throws {
        // Begun so long ago that the story's trouble is now: a job hangs, an indexer sticks.
        let time = ManualTime(wall: try SystemTime().now.wall.advanced(bySeconds: -115))
        let demo = DemoStore.make(seed: 7, time: time)
        let probes = demo.probes.filter {
            $0.schedule.source == "magento-db"
                && ["queues", "cron", "indexers"].contains($0.schedule.subject)
        }
        var simulated: [Fact] = []
        for _ in 0..<23 {
            time.advance(by: .seconds(5))
            simulated = []
            for probe in probes { simulated += try await probe.read().facts }
        }
        let now = time.now.wall
        let rows = DemoRows(simulated, now: now)

        let store = try await StoreServer()
        try await store.run(rows.sql)
        let holder = try await store.holder(rows.locks.map { "SELECT GET_LOCK(\($0),0)" })
        var source = store.source()
        source.cronGroups = rows.groups
        source.usesApplicationLock = true
        let mysql = MySQLStore(source)
        let real =
            try await mysql.sample(QueueReader(source)).facts + mysql.sample(CronReader(source)).facts
            + mysql.sample(IndexerReader(source)).facts

        let expected = try await judgements(simulated, demo.limits, from: now)
        let found = try await judgements(real, demo.limits, from: now)
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (name, judgement) in expected { #expect(found[name] == judgement, "\(name)") }
        #expect(expected["cron:acme_erp_reconcile"]?.hasPrefix("warning · running") == true)
        #expect(expected["indexer:catalog_product_price"]?.hasPrefix("critical · working") == true)
        #expect(expected.count > 35)
        withExtendedLifetime(holder) {}
    }

    /// What an engine makes of the facts when they stay so for a minute: status, words and figure of each
    /// entity, without the numbers and their units, which may differ by a second.
    private func judgements(
        _ facts: [Fact], _ limits: Limits, from wall: WallTime
    ) async throws -> [String: String] {
        let time = ManualTime(wall: wall)
        let probe = FakeProbe("all", time: time, .answer(Sample(facts)))
        let engine = LocalEngine(
            EngineSetup(
                environment: EnvironmentFacts(name: "shop", isProduction: false, access: .readOnly),
                limits: limits, probes: [probe], stores: FakeStores().stores), time: time)
        return try await withThrowingTaskGroup(of: Snapshot?.self) { group in
            group.addTask {
                await engine.run()
                return nil
            }
            group.addTask {
                for await snapshot in engine.snapshots() where snapshot.at.wall.seconds(since: wall) > 60 {
                    return snapshot
                }
                return nil
            }
            group.addTask {
                // Seventy seconds and no more, however slowly the engine follows.
                for _ in 0..<280 {
                    time.advance(by: .milliseconds(250))
                    try await Task.sleep(for: .milliseconds(1))
                }
                try await Task.sleep(for: .seconds(60))
                return nil
            }
            var last: Snapshot?
            while last == nil, let next = try await group.next() { last = next }
            group.cancelAll()
            return last.map(Self.words) ?? [:]
        }
    }

    private static func words(_ snapshot: Snapshot) -> [String: String] {
        func word(_ judgement: Judgement) -> String {
            let figure = judgement.figure.map { "\($0)" } ?? "-"
            let reason = judgement.reason.map { part in
                part.split(separator: " ").filter { word in
                    let letters = word.filter(\.isLetter)
                    return !word.contains(where: \.isNumber) && !["s", "min", "h", "d"].contains(letters)
                }.joined(separator: " ")
            }
            return ([judgement.status.rawValue] + reason + [figure]).joined(separator: " · ")
        }
        var words = ["cron": word(snapshot.cron.judgement)]
        for row in snapshot.queues { words[row.id.description] = word(row.judgement) }
        for row in snapshot.cron.jobs { words[row.id.description] = word(row.judgement) }
        for row in snapshot.indexers { words[row.id.description] = word(row.judgement) }
        return words
    }
}

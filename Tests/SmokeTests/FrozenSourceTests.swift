import TestSupport
import Testing

/// The built program over real servers that answer nothing or the same again: not known, told once, nothing else.
@Suite(.serialized, .timeLimit(.minutes(6))) struct FrozenSourceTests {
    @Test
    func `a cache before the broker, empty lists, an emptied table are one alert of their source each`()
        async throws
    {
        let store = try await LivingStore()
        let proxy = try RepeatingProxy(to: store.broker.managementPort)
        var settings = LivingStore.Watch(interval: 2)
        settings.brokerURL = proxy.url
        let watch = try await HeadlessWatch(Program.path, over: store, config: try store.config(settings))
        defer { watch.kill() }
        try await Task.sleep(for: .seconds(20))
        let told = { @Sendable in try HeadlessWatch.lines(store).filter { !$0.isOfMachine } }
        #expect(try told().map(\.line) == [])

        // Queues go on in truth; what is told of them stands.
        proxy.turn(.repeating)
        try await store.database.query(
            "CREATE TABLE kept SELECT * FROM indexer_state; TRUNCATE indexer_state", database: "magento")
        let emptied = try await watch.line(
            "opened", "source:magento-db", "unreachable", within: .seconds(30))
        #expect(emptied.summary.contains("indexer_state is empty, it had 4 rows"), "\(emptied.line)")
        let repeated = try await watch.line("opened", "source:rabbit", "unreachable", within: .seconds(120))
        #expect(repeated.summary.contains("the broker repeats itself"), "\(repeated.line)")
        proxy.turn(.through)
        try await store.database.query(
            "INSERT INTO indexer_state SELECT * FROM kept; DROP TABLE kept", database: "magento")
        _ = try await watch.line("resolved", "source:rabbit", "unreachable", within: .seconds(90))
        _ = try await watch.line("resolved", "source:magento-db", "unreachable", within: .seconds(60))

        proxy.turn(.empty)
        try await eventually("it is told anew", within: .seconds(60)) {
            try told().count { $0.what == "opened" && $0.entity == "source:rabbit" } == 2
        }
        #expect(try told().last?.summary.contains("lists no queue any more") == true)
        proxy.turn(.through)
        try await eventually("it is over again", within: .seconds(90)) {
            try told().count { $0.what == "resolved" && $0.entity == "source:rabbit" } == 2
        }
        let lines = try told()
        #expect(
            lines.count == 6 && lines.allSatisfy { $0.kind == "unreachable" },
            "\(lines.map(\.line).joined(separator: "\n"))")
        try await watch.end()
        try await store.stop()
    }
}

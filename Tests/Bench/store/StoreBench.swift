import Glibc
import Monitoring
import Platform
import Probes
import TestSupport

// What the whole poll set costs a big store, by the server's own slow log: `make bench-store`, and on the keys of old
// stores without an import `make bench-store ARGUMENTS=old`.

@main
struct StoreBench {
    static let rounds = 25
    static let roundLimit = 5.0
    static let recountLimit = 30.0
    static let statementLimit = 50.0

    static func main() async {
        do {
            let scale = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 1
            exit(try await run(scale: max(1, scale)) ? 0 : 1)
        } catch {
            print("bench-store: \(error)")
            exit(2)
        }
    }

    static func run(scale: Int) async throws -> Bool {
        print("Starting a private MariaDB in a temporary folder.")
        let server = try await MariaDBServer(
            .init(
                slowLog: true, bufferPool: 2048,
                arguments: ["--innodb-log-file-size=512M", "--max-statement-time=0", "--userstat=1"]))
        let store = BigStore(server, scale: scale)
        if CommandLine.arguments.contains("cron") {
            let isOld = CommandLine.arguments.last == "old"
            let isGood = try await CronBench(store: store, isOldAlone: isOld).run()
            try await server.stop()
            return isGood
        }
        let start = ContinuousClock.now
        try await store.fill()
        print("Filled in \((ContinuousClock.now - start).components.seconds) s: \(try await store.sizes()).")

        if CommandLine.arguments.last == "old" {
            try await store.take(.old)
            try await store.become(.calm)
            print("\n\(BigStore.Keys.old.rawValue) \(BigStore.Scenario.calm.rawValue)")
            let isGood = try await measure(server, store, .calm)
            try await server.stop()
            return isGood
        }
        var isGood = true
        for scenario in BigStore.Scenario.allCases {
            try await store.become(scenario)
            print("\n\(scenario.rawValue)")
            isGood = try await measure(server, store, scenario) && isGood
        }
        for keys in BigStore.Keys.allCases where keys == .old {
            try await store.take(keys)
            print("\n\(keys.rawValue)")
            isGood = try await measure(server, store, .backlog) && isGood
        }
        try await server.stop()
        return isGood
    }

    /// Milliseconds of the server's CPU in each round, by what was read: what else runs on the machine does not
    /// count.
    struct Costs {
        var bySubject: [String: [Double]] = [:]
        var totals: [Double] = []

        /// Rounds in which no reader looked back or counted anew: none took twice what it mostly takes and a
        /// millisecond more.
        var ordinary: [Double] {
            let usual = bySubject.mapValues(StoreBench.median)
            return totals.indices.filter { round in
                bySubject.allSatisfy { subject, spent in spent[round] <= 2 * (usual[subject] ?? 0) + 1 }
            }.map { totals[$0] }
        }

        var mean: Double { totals.reduce(0, +) / Double(max(1, totals.count)) }
    }

    /// Runs the rounds at the pace of a console and says what the server says they cost.
    static func measure(
        _ server: MariaDBServer, _ store: BigStore, _ scenario: BigStore.Scenario
    ) async throws -> Bool {
        let mysql = MySQLStore(store.source)
        let probes = mysql.probes()
        let slow = LogTail(server.slowLog)
        _ = try slow.read()
        var costs = Costs()
        var statements: [String: SlowStatement] = [:]
        var sums: [String: Double] = [:]
        var sent: [String] = []
        for round in 0..<rounds {
            let next = ContinuousClock.now + .seconds(5)
            if round > 0 { try await store.live(scenario) }
            var total = 0.0
            var queries = 0
            var bytes = 0
            for probe in probes {
                let before = try await cpu(server)
                let cost = try await probe.read().cost
                let spent = try await cpu(server) - before
                queries += cost.queries
                bytes += cost.bytes
                let entries = try await logged(slow, atLeast: cost.queries)
                sent += entries.map(\.sql)
                total += spent
                if round > 0 { costs.bySubject[probe.schedule.subject, default: []].append(spent) }
                for entry in entries where round > 0 {
                    let shape = entry.shape
                    sums[shape, default: 0] += entry.milliseconds
                    if entry.milliseconds > statements[shape]?.milliseconds ?? -1 {
                        statements[shape] = entry
                    }
                }
            }
            if round == 0 {
                print("  first read with connect, guards, catalog: \(figure(total)) ms, \(queries) queries")
            } else {
                costs.totals.append(total)
                if round == 1 { print("  a round: \(queries) queries, \(bytes) bytes on the wire") }
            }
            try await Task.sleep(until: next)
        }
        await probes.first?.close()
        let worst = costs.totals.max() ?? 0
        let ordinary = costs.ordinary
        print(
            "  an ordinary round (\(ordinary.count) of \(costs.totals.count)): median \(figure(median(ordinary))) ms "
                + "(goal \(Int(roundLimit))); worst, with its recount, \(figure(worst)) ms (goal "
                + "\(Int(recountLimit))); mean of all \(figure(costs.mean)) ms")
        print("    each: \(costs.totals.map(figure).joined(separator: " "))")
        for (subject, spent) in costs.bySubject.sorted(by: { $0.key < $1.key }) {
            print("    \(subject): median \(figure(median(spent))), worst \(figure(spent.max() ?? 0))")
        }
        let dearest = statements.values.sorted { $0.milliseconds > $1.milliseconds }
        print(
            "  dearest statements, by the clock, worst case each (ms, rows examined; none over \(Int(statementLimit))):"
        )
        for entry in dearest.prefix(10) {
            print("    \(figure(entry.milliseconds))  \(entry.examined)  \(entry.sql.prefix(150))")
        }
        print("  what a round spends, by the clock (ms a round):")
        for (shape, sum) in sums.sorted(by: { $0.value > $1.value }).prefix(8) {
            print("    \(figure(sum / Double(rounds - 1)))  \(shape.prefix(150))")
        }
        let bad = sent.filter { sql in ForbiddenSQL.words.contains { sql.contains($0) } }
        print("  \(sent.count) statements, \(bad.count) of the forbidden list")
        for sql in bad.prefix(5) { print("    FORBIDDEN \(sql.prefix(140))") }
        return !ordinary.isEmpty && median(ordinary) <= roundLimit && worst <= recountLimit && bad.isEmpty
            && !sent.isEmpty
            && dearest.first.map { $0.milliseconds <= statementLimit } ?? false
    }

    /// Milliseconds the server has worked for the console's account.
    private static func cpu(_ server: MariaDBServer) async throws -> Double {
        let rows = try await server.query(
            "SELECT cpu_time FROM information_schema.user_statistics WHERE user='hypercare'")
        return (rows.first?.first.flatMap(Double.init) ?? 0) * 1000
    }

    /// A statement is logged after its answer was sent.
    private static func logged(_ slow: LogTail, atLeast queries: Int) async throws -> [SlowStatement] {
        var entries = SlowStatement.parse(try slow.read(), user: "hypercare")
        for _ in 0..<500 where entries.count < queries {
            try await Task.sleep(for: .milliseconds(10))
            entries += SlowStatement.parse(try slow.read(), user: "hypercare")
        }
        return entries
    }

    static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }

    static func figure(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}

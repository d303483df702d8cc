import Glibc
import Monitoring
import Platform
import Probes
import TestSupport

// What the whole poll set costs a big store, by the server's own slow log: `make bench-store`.

@main
struct StoreBench {
    static let rounds = 12
    static let limitMilliseconds = 50.0

    static func main() async {
        do {
            exit(try await run() ? 0 : 1)
        } catch {
            print("bench-store: \(error)")
            exit(2)
        }
    }

    static func run() async throws -> Bool {
        print("Starting a private MariaDB in a temporary folder.")
        let server = try await MariaDBServer(
            .init(
                generalLog: true, slowLog: true, bufferPool: 2048,
                arguments: ["--innodb-log-file-size=512M", "--max-statement-time=0"]))
        let store = BigStore(server)
        if CommandLine.arguments.dropFirst().first == "cron" {
            let isOld = CommandLine.arguments.last == "old"
            let isGood = try await CronBench(store: store, isOldAlone: isOld).run()
            try await server.stop()
            return isGood
        }
        let start = ContinuousClock.now
        try await store.fill()
        print("Filled in \((ContinuousClock.now - start).components.seconds) s: \(try await store.sizes()).")

        var isGood = true
        for scenario in BigStore.Scenario.allCases {
            try await store.become(scenario)
            print("\n\(scenario.rawValue)")
            isGood = try await measure(server, store) && isGood
        }
        try await server.stop()
        return isGood
    }

    /// Runs the rounds and says what the server says they cost.
    static func measure(_ server: MariaDBServer, _ store: BigStore) async throws -> Bool {
        let mysql = MySQLStore(store.source)
        let probes = mysql.probes()
        let slow = LogTail(server.slowLog)
        let general = LogTail(server.generalLog)
        _ = try slow.read()
        _ = try general.read()
        var totals: [Double] = []
        var statements: [String: SlowStatement] = [:]
        for round in 0..<rounds {
            var queries = 0
            for probe in probes { queries += try await probe.read().cost.queries }
            // A statement is logged after its answer was sent.
            var entries = SlowStatement.parse(try slow.read(), user: "hypercare")
            for _ in 0..<500 where entries.count < queries {
                try await Task.sleep(for: .milliseconds(10))
                entries += SlowStatement.parse(try slow.read(), user: "hypercare")
            }
            guard entries.count >= queries else {
                print("  the slow log has \(entries.count) of the round's \(queries) statements")
                return false
            }
            let total = entries.map(\.milliseconds).reduce(0, +)
            if round == 0 {
                print("  first read with connect, guards, catalog: \(figure(total)) ms, \(queries) queries")
                continue
            }
            totals.append(total)
            for entry in entries {
                let shape = entry.shape
                if entry.milliseconds > statements[shape]?.milliseconds ?? -1 { statements[shape] = entry }
            }
        }
        await probes.first?.close()

        totals.sort()
        let median = totals[totals.count / 2]
        print(
            "  a round: median \(figure(median)) ms, worst \(figure(totals.last ?? 0)) ms "
                + "of the server's time (limit \(Int(limitMilliseconds)))")
        print("  dearest statements, worst case each (ms, rows examined):")
        for entry in statements.values.sorted(by: { $0.milliseconds > $1.milliseconds }).prefix(8) {
            print("    \(figure(entry.milliseconds))  \(entry.examined)  \(entry.sql.prefix(110))")
        }
        let log = try general.read()
        let sent = log.split(separator: "\n").compactMap { line in
            line.firstRange(of: "Query\t").map { String(line[$0.upperBound...]) }
        }
        let bad = sent.filter { sql in ForbiddenSQL.words.contains { sql.contains($0) } }
        print("  general log: \(sent.count) statements, \(bad.count) of the forbidden list")
        for sql in bad.prefix(5) { print("    FORBIDDEN \(sql.prefix(140))") }
        return median <= limitMilliseconds && bad.isEmpty && !sent.isEmpty
    }

    static func figure(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}

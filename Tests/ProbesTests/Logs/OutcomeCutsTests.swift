import Monitoring
import Platform
import Probes
import TestSupport
import Testing
import Text

/// However a log is cut into writes, rotations and reads, and however many reads nobody waits for, the figures
/// are those of all its lines.
@Suite struct OutcomeCutsTests {
    private let begin = WallTime(seconds: 1_795_255_400)
    private let rules = [
        OutcomeRule("a", .success, .template("exported"), levels: [.info]),
        OutcomeRule("a", .retry, .template("again")),
        OutcomeRule("a", .failure, .pattern("timeout|refused")),
        OutcomeRule("b", .failure, .template("Trace"), level: .error),
        OutcomeRule("b", .success, .pattern("in (?<ms>\\d+) ms"), latency: .capture("ms", seconds: 0.001)),
    ]

    @Test(arguments: 1...25 as ClosedRange<UInt64>)
    func `totals and sums are the same however the bytes are cut into reads`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let log = try TestLog()
        let time = ManualTime(wall: begin)
        var source = LogSource(
            "log", path: log.path, format: .monolog, rules: rules, deadline: .seconds(30))
        log.append("[\(begin.civil.rfc3339)] main.INFO: begin\n")
        let probe = try LogProbe(source, clock: time)
        _ = try await probe.read()
        var all: [UInt8] = []
        var stream: [UInt8] = []
        var newest: [OutcomeLedger] = []
        for _ in 0..<400 {
            time.advance(by: .seconds(Int(random.next() % 3)))
            let stamp = time.now.wall.civil.rfc3339
            let text = record(Int(random.next() % 8), stamp, &random)
            stream += Array(text.utf8)
            all += Array(text.utf8)
            // The newest bytes stay with the writer for a while, cut anywhere.
            let count = Int(random.next() % UInt64(stream.count + 1))
            log.append(bytes: stream[..<count])
            stream.removeFirst(count)
            switch random.next() % 6 {
            case 0:
                let lost = Task { try await probe.read() }
                lost.cancel()
                _ = await lost.result
            case 1: newest = outcomes(try await probe.read().facts).compactMap(\.ledger)
            case 2 where random.next() % 4 == 0:
                log.append(bytes: stream[...])
                stream = []
                log.rename("system.log.1", to: "system.log.2")
                log.rename(to: "system.log.1")
                log.append("")
            default: break
            }
        }
        log.append(bytes: stream[...])
        newest = outcomes(try await probe.read().facts).compactMap(\.ledger)
        source.rules = rules
        var tally = try OutcomeTally(format: .monolog, rules: rules)
        tally.begin(at: begin)
        var splitter = LineSplitter()
        splitter.feed(all[...]) { tally.take($0, at: time.now.wall) }
        tally.looked(upTo: time.now.wall, at: time.now.wall)
        let expected = tally.readings.compactMap(\.ledger)
        #expect(expected.map(\.total.finished).allSatisfy { $0 > 0 })
        for (seen, whole) in zip(newest, expected) {
            #expect(seen.total == whole.total)
            for span in [60, 300, 900, 3600] { #expect(seen.sum(last: span) == whole.sum(last: span)) }
            #expect(seen.lastSuccess == whole.lastSuccess)
            #expect(seen.lastError == whole.lastError && seen.lastErrorAt == whole.lastErrorAt)
            // Two files end in either order.
            #expect(Self.sorted(seen.latencies) == Self.sorted(whole.latencies))
        }
        #expect(newest.count == expected.count)
    }

    private static func sorted(_ latencies: [OutcomeLedger.Latency]) -> [OutcomeLedger.Latency] {
        latencies.sorted { ($0.at, $0.seconds) < ($1.at, $1.seconds) }
    }

    private func record(_ kind: Int, _ stamp: String, _ random: inout SeededGenerator) -> String {
        switch kind {
        case 0: "[\(stamp)] main.INFO: order exported\n"
        case 1: "[\(stamp)] main.INFO: order exported\nbut then: timeout\n"
        case 2: "[\(stamp)] main.ERROR: refused, \"order exported\"\n#0 x.php\n#1 Trace\n"
        case 3: "[\(stamp)] main.WARNING: try again\r\n"
        case 4: "[\(stamp)] main.INFO: done in \(random.next() % 500) ms\n"
        case 5:
            #"{"message":"refused","level_name":"ERROR","channel":"a","datetime":"\#(stamp)"}"# + "\n"
        case 6: "[\(stamp)] main.ERROR: Exception é \u{1F4A5}\nTrace in 3 ms\n"
        default: "[\(stamp)] main.DEBUG: \(String(repeating: "x", count: Int(random.next() % 3000)))\n"
        }
    }
}

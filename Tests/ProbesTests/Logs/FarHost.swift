import Glibc
import Monitoring
import Platform
import Probes
import TestSupport

/// A machine behind a prefix: its log, its clock, and the line to it that can be held, cut and made lossy.
final class FarHost: Sendable {
    let log: TestLog
    let time: ManualTime
    private let folder: TemporaryFolder

    /// Both clocks at 2026-11-21 10:03:20.
    init() throws {
        log = try TestLog()
        time = ManualTime(wall: WallTime(seconds: 1_795_255_400))
        folder = try TemporaryFolder("far")
        try folder.write("#!/bin/sh\ncat '\(folder.path("now"))'\n", to: "date", mode: 0o700)
        // What runs behind it writes into a pipe that another program carries on.
        try folder.write(
            "#!/bin/sh\n\"$@\" | sh -c 'echo $$ > \"$0\"; exec cat' '\(folder.path("relay"))'\n",
            to: "relayed",
            mode: 0o700)
        try folder.write("#!/bin/sh\n\"$@\" | sed -u '/dropped/d'\n", to: "lossy", mode: 0o700)
        try setClock(aheadBy: 0)
    }

    var relayed: String { folder.path("relayed") }
    var lossy: String { folder.path("lossy") }
    var cutFile: String { folder.path("cut") }
    func path(_ name: String) -> String { folder.path(name) }
    func write(_ text: String, to name: String) throws { try folder.write(text, to: name) }

    /// The far clock shows ours and so many seconds more.
    func setClock(aheadBy seconds: Double) throws {
        let wall = time.now.wall.advanced(bySeconds: seconds)
        try folder.write("\(wall.milliseconds / 1000)\n", to: "now.new")
        _ = unsafe rename(folder.path("now.new"), folder.path("now"))
    }

    /// Stops what carries the newest connection, or lets it go on.
    func hold(_ isHeld: Bool) throws {
        let text = String(decoding: try Files.read(folder.path("relay"), limit: 64), as: UTF8.self)
        guard let pid = Int32(text.prefix { $0.isNumber }) else {
            throw NotInTime(description: "no relay runs")
        }
        _ = kill(pid, isHeld ? SIGSTOP : SIGCONT)
    }

    func source(via: [String] = ["nice"], _ environment: [String: String] = [:]) -> LogSource {
        let path = ["PATH": "\(folder.path("")):\(ChildCommand.standardPath)"]
        return LogSource(
            "app1-log", path: log.path, via: via, format: .monolog,
            rules: [
                OutcomeRule("erp", .success, .template("INFO: done")),
                OutcomeRule("erp", .failure, .template("ERROR: bad")),
            ], interval: .seconds(1), deadline: .seconds(1),
            environment: environment.merging(path) { own, _ in own })
    }

    func probe(via: [String] = ["nice"], _ environment: [String: String] = [:]) throws -> LogStreamProbe {
        var source = source(via: via, environment)
        source.deadline = .seconds(10)
        return try LogStreamProbe(source, clock: time)
    }

    /// Reads until so many successes and failures have been counted in all, and no more.
    func expect(_ total: OutcomeCounts, of probe: LogStreamProbe) async throws -> OutcomeLedger {
        var seen = OutcomeCounts()
        do {
            return try await soon("\(total)") {
                guard let ledger = outcomes(try await probe.read().facts).first?.ledger else { return nil }
                seen = ledger.total
                if seen.finished > total.finished { throw NotInTime(description: "\(seen) is too much") }
                return seen.successes == total.successes && seen.failures == total.failures ? ledger : nil
            }
        } catch {
            throw NotInTime(description: "\(error), \(seen) came")
        }
    }
}

package import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// `status --json`: what a script needs, in names that stay. Times are RFC 3339, UTC; figures that are not
/// known are left out, never zero.
package struct StatusDocument: Encodable, Sendable {
    /// Grows when a member changes its meaning.
    let version = 1
    let at: String
    let environment: String
    let production: Bool
    let access: String
    let verdict: String
    let counts: [String: Int]
    let exitCode: Int
    let checks: [Check]
    let queues: [Queue]
    let integrations: [Flow]
    let indexers: [Indexer]
    let flags: [Flag]

    struct Check: Encodable, Sendable {
        let id: String
        let status: String
        let reason: [String]
        let since: String?
    }

    struct Queue: Encodable, Sendable {
        let name: String
        let via: String
        let depth: Int?
        /// True: the depth is a lower bound.
        let depthIsBound: Bool?
        let inPerSecond: Double?
        let outPerSecond: Double?
        let oldestSeconds: Double?
    }

    struct Flow: Encodable, Sendable {
        let name: String
        let okPerMinute: Double?
        let failedPerMinute: Double?
        let failed5Min: Int?
        let finished5Min: Int?
        /// Where less than the five minutes was watched.
        let covered5MinSeconds: Int?
        let lastSuccess: String?
    }

    struct Indexer: Encodable, Sendable {
        let name: String
        let mode: String
        let status: String?
        let backlog: Int?
        let lagSeconds: Double?
    }

    struct Flag: Encodable, Sendable {
        let name: String
        let place: String
        let value: String
        let revision: String
    }

    package init(_ snapshot: Snapshot) {
        let report = StatusReport(snapshot)
        at = snapshot.at.wall.civil.rfc3339
        environment = Sanitizer.line(snapshot.environment.name)
        production = snapshot.environment.isProduction
        access = snapshot.environment.access.rawValue
        let counted = snapshot.verdict
        verdict = counted.worst.rawValue
        counts = Dictionary(
            counted.counts.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
        exitCode = Int(report.exitCode)
        checks = report.checks.map { id, judgement in
            Check(
                id: Sanitizer.line(id), status: judgement.status.rawValue,
                reason: judgement.reason.map { Sanitizer.line($0) }, since: judgement.since?.civil.rfc3339)
        }
        queues = snapshot.queues.map { row in
            Queue(
                name: Sanitizer.line(row.id.name), via: row.transport.rawValue, depth: row.depth?.value,
                depthIsBound: row.depth?.isBound, inPerSecond: row.inRate, outPerSecond: row.outRate,
                oldestSeconds: row.oldestSeconds)
        }
        integrations = snapshot.integrations.map { row in
            Flow(
                name: Sanitizer.line(row.id.name), okPerMinute: row.successes, failedPerMinute: row.failures,
                failed5Min: row.fiveMinutes?.failed, finished5Min: row.fiveMinutes?.finished,
                covered5MinSeconds: (row.fiveMinutes?.coverage?.seconds).flatMap {
                    Int(exactly: $0.rounded(.down))
                },
                lastSuccess: row.lastSuccess?.civil.rfc3339)
        }
        indexers = snapshot.indexers.map { row in
            Indexer(
                name: Sanitizer.line(row.id.name), mode: row.mode.rawValue, status: row.status,
                backlog: row.backlog, lagSeconds: row.lagSeconds)
        }
        flags = snapshot.flags.map { row in
            Flag(
                name: Sanitizer.line(row.flag.name), place: row.place,
                value: Sanitizer.line(row.flag.value.text), revision: Sanitizer.line(row.flag.revision))
        }
    }
}

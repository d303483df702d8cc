internal import Monitoring
internal import Text

/// Reads bulk operations as the outcomes of integrations (`magento.md` 2 and 10.2, B1 and B4).
///
/// An operation has no time of its end, so its windows are by `started_at`, which asynchronous REST sets.
struct BulkReader: MySQLReader {
    static let subject = "outcomes"

    /// So many operations of a status are looked up: they lie beside their payloads.
    private static let cap = 300

    private let topics: [String: [NamePattern]]

    /// Nil when no integration is measured by bulk operations.
    init?(_ source: MySQLSource) {
        guard !source.topics.isEmpty else { return nil }
        topics = source.topics
    }

    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact] {
        let catalog = try session.catalog()
        let table = try catalog.table("magento_operation")
        guard let index = catalog.index("magento_operation", "status,started_at") else {
            throw ReadFailure(
                .unusable, "magento_operation has no key on status and started_at (Magento before 2.4.3)",
                advice: "Measure these integrations by log lines instead.")
        }
        var integrations: [String: Windows] = [:]
        for name in topics.keys { integrations[name] = Windows() }
        for outcome in Outcome.allCases {
            try add(session, table, index, outcome, now, &integrations)
        }
        let readings = integrations.sorted { $0.key < $1.key }.map { name, windows in
            var reading = OutcomeReading(
                integration: name,
                span: .windows(
                    minute: windows.minute, fiveMinutes: windows.fiveMinutes, hour: windows.hour))
            reading.lastSuccess = windows.lastSuccess
            reading.lastError = windows.lastError?.message
            return reading
        }
        return [.outcomes(readings)]
    }

    private func add(
        _ session: MySQLSession, _ table: String, _ index: String, _ outcome: Outcome, _ now: WallTime,
        _ integrations: inout [String: Windows]
    ) throws(ReadFailure) {
        let rows = try session.rows(
            "SELECT topic_name,COUNT(*),SUM(started_at>=UTC_TIMESTAMP()-INTERVAL 5 MINUTE),"
                + "SUM(started_at>=UTC_TIMESTAMP()-INTERVAL 1 MINUTE),UNIX_TIMESTAMP(MAX(started_at)),"
                + "UNIX_TIMESTAMP(MIN(started_at)),"
                + "SUBSTRING_INDEX(GROUP_CONCAT(LEFT(message,200) ORDER BY started_at DESC,id DESC "
                + "SEPARATOR '\\n'),'\\n',1) FROM (SELECT id,topic_name,started_at,"
                + (outcome.isFailure ? "REPLACE(result_message,'\\n',' ')" : "NULL")
                + " message FROM \(table) FORCE INDEX (\(index)) WHERE status=\(outcome.status) "
                + "AND started_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR ORDER BY started_at DESC "
                + "LIMIT \(Self.cap)) newest GROUP BY topic_name")
        let all = (0..<rows.count).compactMap { rows.int($0, 1) }.reduce(0, +)
        // Beyond the cut there are more: a window is whole only when the cut lies before it.
        let cut = all < Self.cap ? nil : (0..<rows.count).compactMap { rows.time($0, 5) }.min()
        func isBound(_ seconds: Double) -> Bool { cut.map { now.seconds(since: $0) <= seconds } ?? false }
        for (name, topics) in topics {
            var windows = integrations[name] ?? Windows()
            var found = (hour: 0, fiveMinutes: 0, minute: 0)
            for row in 0..<rows.count {
                guard let topic = rows.text(row, 0), topics.matches(topic) else { continue }
                found.hour += rows.int(row, 1) ?? 0
                found.fiveMinutes += rows.int(row, 2) ?? 0
                found.minute += rows.int(row, 3) ?? 0
                guard let newest = rows.time(row, 4) else { continue }
                if outcome == .success { windows.lastSuccess = max(windows.lastSuccess ?? newest, newest) }
                if outcome.isFailure, windows.lastError.map({ $0.at < newest }) ?? true {
                    windows.lastError = (newest, Sanitizer.line(rows.text(row, 6) ?? "", maxBytes: 300))
                }
            }
            windows.hour += outcome.counts(found.hour, isBound: isBound(3600))
            windows.fiveMinutes += outcome.counts(found.fiveMinutes, isBound: isBound(300))
            windows.minute += outcome.counts(found.minute, isBound: isBound(60))
            integrations[name] = windows
        }
    }

    private struct Windows {
        var minute = OutcomeCounts()
        var fiveMinutes = OutcomeCounts()
        var hour = OutcomeCounts()
        var lastSuccess: WallTime?
        var lastError: (at: WallTime, message: String)?
    }

    /// `OperationInterface`: 4 is open, which is no outcome yet.
    private enum Outcome: CaseIterable {
        case success, retriable, failure, rejected

        var status: Int {
            switch self {
            case .success: 1
            case .retriable: 2
            case .failure: 3
            case .rejected: 5
            }
        }

        var isFailure: Bool { self != .success }

        func counts(_ count: Int, isBound: Bool) -> OutcomeCounts {
            switch self {
            case .success: OutcomeCounts(successes: count, isBound: isBound)
            case .retriable: OutcomeCounts(retries: count, isBound: isBound)
            case .failure, .rejected: OutcomeCounts(failures: count, isBound: isBound)
            }
        }
    }
}

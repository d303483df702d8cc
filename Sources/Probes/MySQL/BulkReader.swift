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
        var newest: [Outcome: Newest] = [:]
        for outcome in Outcome.allCases {
            newest[outcome] = try read(session, table, index, outcome, since: nil)
        }
        // Where one outcome is cut the others are counted as far back: their shares are those of a shorter
        // time, and true.
        let cut = newest.values.compactMap(\.cut).max()
        var counted = newest
        if let cut {
            for outcome in Outcome.allCases where newest[outcome]?.cut != cut {
                counted[outcome] = try read(session, table, index, outcome, since: cut)
            }
        }
        var integrations: [String: Windows] = [:]
        for (name, topics) in topics {
            var windows = Windows()
            for outcome in Outcome.allCases {
                for topic in counted[outcome]?.topics ?? [] where topics.matches(topic.name) {
                    windows.add(topic, outcome)
                }
                for topic in newest[outcome]?.topics ?? [] where topics.matches(topic.name) {
                    windows.note(topic, outcome)
                }
            }
            windows.mark(cutSecondsAgo: cut.map { now.seconds(since: $0) })
            integrations[name] = windows
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

    /// The newest operations of one outcome, by topic.
    private struct Newest {
        struct Topic {
            var name: String
            var hour: Int
            var fiveMinutes: Int
            var minute: Int
            var newest: WallTime?
            var message: String
        }

        var topics: [Topic] = []
        /// Beyond it there are more that were not looked at; nil when these are all.
        var cut: WallTime?
    }

    private func read(
        _ session: MySQLSession, _ table: String, _ index: String, _ outcome: Outcome, since cut: WallTime?
    ) throws(ReadFailure) -> Newest {
        let since = cut.map { " AND started_at>=FROM_UNIXTIME(\($0.milliseconds / 1000))" } ?? ""
        let rows = try session.rows(
            "SELECT topic_name,COUNT(*),SUM(started_at>=UTC_TIMESTAMP()-INTERVAL 5 MINUTE),"
                + "SUM(started_at>=UTC_TIMESTAMP()-INTERVAL 1 MINUTE),UNIX_TIMESTAMP(MAX(started_at)),"
                + "UNIX_TIMESTAMP(MIN(started_at)),"
                + "SUBSTRING_INDEX(GROUP_CONCAT(LEFT(message,200) ORDER BY started_at DESC,id DESC "
                + "SEPARATOR '\\n'),'\\n',1) FROM (SELECT id,topic_name,started_at,"
                + (outcome.isFailure ? "REPLACE(result_message,'\\n',' ')" : "NULL")
                + " message FROM \(table) FORCE INDEX (\(index)) WHERE status=\(outcome.status) "
                + "AND started_at>=UTC_TIMESTAMP()-INTERVAL 1 HOUR\(since) ORDER BY started_at DESC "
                + "LIMIT \(Self.cap)) newest GROUP BY topic_name")
        var found = Newest()
        for row in 0..<rows.count {
            guard let name = rows.text(row, 0) else { continue }
            found.topics.append(
                Newest.Topic(
                    name: name, hour: rows.int(row, 1) ?? 0, fiveMinutes: rows.int(row, 2) ?? 0,
                    minute: rows.int(row, 3) ?? 0, newest: rows.time(row, 4),
                    message: Sanitizer.line(rows.text(row, 6) ?? "", maxBytes: 300)))
        }
        let all = (0..<rows.count).compactMap { rows.int($0, 1) }.reduce(0, +)
        if all >= Self.cap { found.cut = (0..<rows.count).compactMap { rows.time($0, 5) }.min() }
        return found
    }

    private struct Windows {
        var minute = OutcomeCounts()
        var fiveMinutes = OutcomeCounts()
        var hour = OutcomeCounts()
        var lastSuccess: WallTime?
        var lastError: (at: WallTime, message: String)?

        mutating func add(_ topic: Newest.Topic, _ outcome: Outcome) {
            minute += outcome.counts(topic.minute)
            fiveMinutes += outcome.counts(topic.fiveMinutes)
            hour += outcome.counts(topic.hour)
        }

        mutating func note(_ topic: Newest.Topic, _ outcome: Outcome) {
            guard let newest = topic.newest else { return }
            if outcome == .success { lastSuccess = max(lastSuccess ?? newest, newest) }
            if outcome.isFailure, lastError.map({ $0.at < newest }) ?? true {
                lastError = (newest, topic.message)
            }
        }

        /// A window is whole only when the cut lies before it.
        mutating func mark(cutSecondsAgo cut: Double?) {
            guard let cut else { return }
            minute.isBound = cut <= 60
            fiveMinutes.isBound = cut <= 300
            hour.isBound = true
        }
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

        func counts(_ count: Int) -> OutcomeCounts {
            switch self {
            case .success: OutcomeCounts(successes: count)
            case .retriable: OutcomeCounts(retries: count)
            case .failure, .rejected: OutcomeCounts(failures: count)
            }
        }
    }
}

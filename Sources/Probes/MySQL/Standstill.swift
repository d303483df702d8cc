internal import Monitoring
internal import Text

/// Whether a copy of the store's database stands still: cron, queues and indexers seem to be stopped then, all at once,
/// and are not.
///
/// Asked of a server that is a replica or read only. Its newest moment is the newest start of a job or the newest end of
/// a message; it stands still when that is two minutes old and no counter has moved for a minute and a half, the
/// changelogs' and the position of its replication among them, or as soon as it says that it applies nothing. A replica
/// that says it is whole is believed: its primary stands still.
struct Standstill: Sendable {
    private static let old = 120.0
    private static let quiet = 90.0
    /// Its own word is asked for from then on.
    private static let doubtful = 60.0
    private static let mostChangelogs = 50

    private var counters: [String?] = []
    private var movedAt: WallTime?
    private var wasReplica = false
    private var failure: ReadFailure?

    /// Throws why nothing that is read here is of now.
    mutating func look(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) {
        guard let server = session.server else { return }
        if server.role == .replica { wasReplica = true }
        // Without a privilege a stopped replica looks like a primary.
        guard server.role != .primary || wasReplica else { return }
        // The reads of one round see the same.
        if !session.isUngreeted { failure = try judge(server, session, at: now) }
        if let failure { throw failure }
    }

    private mutating func judge(
        _ server: ServerFacts, _ session: MySQLSession, at now: WallTime
    ) throws(ReadFailure) -> ReadFailure? {
        guard let newest = try readCounters(server, session, at: now) else { return nil }
        let age = now.seconds(since: newest)
        guard age >= Self.doubtful else { return nil }
        let own = try ownWord(session)
        if own == .whole { return nil }
        let isQuiet = movedAt.map { now.seconds(since: $0) >= Self.quiet } ?? true
        guard own == .stopped || (age >= Self.old && isQuiet) else { return nil }
        let isReplica = own != nil || wasReplica
        let kind = server.role == .readOnly && !isReplica ? "a server that is read only" : "a replica"
        let why =
            switch own {
            case .stopped: "its SQL thread is stopped"
            case .cutOff: "it gets nothing from its primary"
            case .whole, nil: "no job, no message and no changelog of it moves"
            }
        var failure = ReadFailure(
            .standing, "\(session.source.place) is \(kind), and \(why)",
            advice: "`SHOW REPLICA STATUS` on it says more (GRANT REPLICATION CLIENT lets this account ask). "
                + "The primary is to be asked: locks and lag are right there alone.")
        failure.since = newest
        return failure
    }

    /// The newest moment that any table tells of; nil where none does. Notes when a counter was other than before.
    private mutating func readCounters(
        _ server: ServerFacts, _ session: MySQLSession, at now: WallTime
    ) throws(ReadFailure) -> WallTime? {
        let catalog = try session.catalog()
        var moments: [String] = []
        var asked = ["NULL"]
        if catalog.has("cron_schedule") {
            let table = try catalog.table("cron_schedule")
            moments.append(
                "(SELECT MAX(e) FROM (SELECT executed_at e FROM \(table) ORDER BY schedule_id DESC LIMIT 3000) t)"
            )
            asked.append("(SELECT MAX(schedule_id) FROM \(table))")
        }
        if catalog.has("queue_message_status"),
            catalog.index("queue_message_status", "status,updated_at") != nil
        {
            let table = try catalog.table("queue_message_status")
            moments.append("(SELECT MAX(updated_at) FROM \(table) WHERE status=4)")
            asked.append("(SELECT MAX(id) FROM \(table))")
        }
        for name in catalog.changelogs.sorted().prefix(Self.mostChangelogs) {
            asked.append("(SELECT MAX(version_id) FROM \(SQL.name(name.text)))")
        }
        guard !moments.isEmpty else { return nil }
        let position = server.product == .mariaDB ? "@@global.gtid_slave_pos" : "@@global.gtid_executed"
        asked.append(position)
        let times = moments.map { "UNIX_TIMESTAMP(\($0))" }
        let rows = try session.rows("SELECT " + (times + asked).joined(separator: ","))
        let newest = times.indices.compactMap { rows.time(0, $0) }.max()
        let read = (0..<rows.columns).map { rows.text(0, $0) }
        if !counters.isEmpty, read != counters { movedAt = now }
        counters = read
        return newest
    }

    private enum OwnWord { case whole, stopped, cutOff }

    /// What the server says of its replication; nil where it has none or this account may not ask.
    private func ownWord(_ session: MySQLSession) throws(ReadFailure) -> OwnWord? {
        let rows: MySQLRows
        do throws(ReadFailure) {
            rows = try session.rows("SHOW REPLICA STATUS")
        } catch {
            guard session.isUsable, error.kind != .timedOut, error.kind != .unreachable else { throw error }
            return nil
        }
        // `Replica_IO_Running`, `Replica_SQL_Running`, `Seconds_Behind_Source`, in MariaDB and MySQL alike.
        guard rows.count == 1, let reads = rows.text(0, 10), let applies = rows.text(0, 11) else {
            return nil
        }
        if applies != "Yes" { return .stopped }
        if reads != "Yes" { return .cutOff }
        return rows.int(0, 32) == 0 ? .whole : nil
    }
}

package import Engine
package import Monitoring
package import Platform
import Synchronization
import Text

/// `history.sqlite`: series by the minute and by ten minutes.
///
/// A rollback journal that is cut, not a WAL: there is one short transaction a minute, which a reader waits
/// milliseconds for, and it needs neither shared memory nor room to be read, so a home on the network or on a full or
/// read-only disk will do. `synchronous=FULL`: what was acknowledged is there after a power cut; it costs a few syncs
/// a minute.
///
/// So much is kept as so many minutes of watching bring, whatever the wall clock says of them: a clock that is wrong
/// for a while adds rows and takes none.
package final class HistoryDatabase: Sendable {
    package static let name = "history.sqlite"
    /// Of the schema; a newer one is left alone.
    private static let version: Int64 = 1
    /// Three days by the minute, ninety by ten minutes.
    package static let keptMinutes = 3 * 1440
    package static let keptTens = 90 * 144

    private let directory: Directory
    private let keeps: (minutes: Int, tens: Int)
    private let open = Mutex<Connection?>(nil)

    /// `keeps`: how many minutes and blocks of ten stay.
    package init(
        in directory: Directory, keeps: (minutes: Int, tens: Int) = (keptMinutes, keptTens)
    ) {
        self.directory = directory
        self.keeps = keeps
    }

    private struct Connection {
        let database: SQLite
        let rows: HistoryRows
    }

    private var path: String { directory.path + "/" + Self.name }

    // MARK: Writing

    /// Returns once it is durable, with what had to be done first, if anything.
    package func append(_ minutes: [HistoryMinute]) throws -> String? {
        try open.withLock { open in
            var note: String?
            do {
                if open == nil {
                    let opened = try connectToWrite()
                    open = opened.connection
                    note = opened.note
                }
                guard let connection = open else { return nil }
                // What is there after a failure is looked at again.
                open = nil
                try connection.database.transaction { try add(minutes, to: connection.rows) }
                open = connection
                return note
            } catch let failure as SQLite.Failure {
                throw told(failure)
            }
        }
    }

    private func add(_ minutes: [HistoryMinute], to rows: HistoryRows) throws(SQLite.Failure) {
        // What is no number was not read, and is a gap.
        for minute in minutes where minute.average.isFinite {
            let highest = minute.maximum.isFinite ? minute.maximum : minute.average
            try rows.add(
                HistoryName.text(of: minute.series), minute: minute.minute, average: minute.average,
                highest: highest)
        }
        try tidy(rows)
    }

    private func tidy(_ rows: HistoryRows) throws(SQLite.Failure) {
        try rows.keep(keeps.minutes, of: HistorySpan.minute)
        try rows.keep(keeps.tens, of: HistorySpan.ten)
    }

    // MARK: Opening

    private func connectToWrite() throws -> (connection: Connection, note: String?) {
        do {
            return try connectAndProve()
        } catch let failure as SQLite.Failure where failure.isDamage {
            let kept = try setAside()
            let (connection, note) = try connectAndProve()
            let words =
                "\(path) was damaged (\(failure.message)): it is kept as \(kept), and a new one is begun"
            return (connection, [words, note].compactMap(\.self).joined(separator: "; "))
        }
    }

    private func connectAndProve() throws -> (connection: Connection, note: String?) {
        if try directory.size(Self.name) == nil {
            // The library would leave the mode to the umask.
            try directory.close(try directory.create(Self.name, mode: 0o600))
            try directory.syncDirectory()
        }
        let database = try SQLite(path, creates: true)
        try database.run("PRAGMA synchronous=FULL; PRAGMA cache_size=-1000; PRAGMA temp_store=MEMORY")
        try database.run("PRAGMA journal_mode=TRUNCATE")
        let check = try database.prepare("PRAGMA quick_check(1)")
        guard try check.next(), ExactName.same(check.text(0), "ok") else {
            throw SQLite.Failure(code: 11, message: check.text(0), system: 0)
        }
        let version = try database.number("PRAGMA user_version")
        if version == Self.version {
            return (Connection(database: database, rows: try HistoryRows(database)), nil)
        }
        guard version == 0 else { throw newer(version) }
        var note: String?
        var made: HistoryRows?
        try database.transaction {
            try database.run(HistoryRows.schema)
            let rows = try HistoryRows(database)
            made = rows
            let taken = try HistoryImport(of: directory).run { old in
                let minutes = old.span.width
                try rows.add(
                    old.name, at: old.span, sum: old.average * Double(minutes), count: minutes,
                    highest: old.highest)
            }
            note = taken.map {
                "\($0) of the history that an older version kept were taken over into \(path)"
            }
            try tidy(rows)
            try database.run("PRAGMA user_version=\(Self.version)")
        }
        return (Connection(database: database, rows: try made ?? HistoryRows(database)), note)
    }

    /// Under the next free name, with the journal that belongs to it.
    private func setAside() throws -> String {
        for number in 1...99 {
            let aside = "\(Self.name).bad-\(number)"
            guard try directory.size(aside) == nil else { continue }
            let journal = Self.name + "-journal"
            if try directory.size(journal) != nil { try directory.rename(journal, to: aside + "-journal") }
            try directory.rename(Self.name, to: aside)
            try directory.syncDirectory()
            return aside
        }
        throw StorageFailure("\(path) is damaged, and there are 99 damaged ones kept before it: remove some")
    }

    private func newer(_ version: Int64) -> StorageFailure {
        StorageFailure(
            "\(path) was written by a newer hypercare (format \(version)); it is left as it is and no history is "
                + "kept. Update this one.")
    }

    private func told(_ failure: SQLite.Failure) -> StorageFailure {
        let system = failure.system == 0 ? nil : SystemError("use", path, code: failure.system).description
        return StorageFailure(
            Sanitizer.line(
                failure.isDamage
                    ? "\(path) is damaged (\(failure.message))"
                    : system ?? "cannot use \(path): \(failure.message)", maxBytes: 300))
    }

    // MARK: Reading

    package func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) throws -> [Double?] {
        try steps(series, from: from, to: to, stepSeconds: stepSeconds)?.averages ?? []
    }

    /// The highest values in the same steps.
    package func peaks(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) throws -> [Double?] {
        try steps(series, from: from, to: to, stepSeconds: stepSeconds)?.peaks ?? []
    }

    private func steps(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) throws -> HistorySteps? {
        guard var steps = HistorySteps(from: from, to: to, stepSeconds: stepSeconds) else { return nil }
        do {
            return try open.withLock { open in
                guard let rows = try open?.rows ?? reading() else { return steps }
                let names = [HistoryName.text(of: series), HistoryName.olderText(of: series)]
                // Minutes and the blocks that stand for them are two questions.
                try rows.database.snapshot {
                    for name in names.compactMap(\.self) {
                        if let number = try rows.number(of: name) { try rows.add(number, to: &steps) }
                    }
                }
                return steps
            }
        } catch let failure as SQLite.Failure {
            throw told(failure)
        }
    }

    /// All that was ever kept here.
    package func series() throws -> [SeriesID] {
        do {
            return try open.withLock { open in
                guard let rows = try open?.rows ?? reading() else { return [] }
                return try rows.names().compactMap(HistoryName.series)
            }
        } catch let failure as SQLite.Failure {
            throw told(failure)
        }
    }

    /// For a question before the first minute, and of who only watches; nil while there is no history.
    private func reading() throws -> HistoryRows? {
        guard try directory.size(Self.name) != nil else { return nil }
        let database = try SQLite(path, creates: false)
        let version = try database.number("PRAGMA user_version")
        guard version <= Self.version else { throw newer(version) }
        return version > 0 ? try HistoryRows(database) : nil
    }
}

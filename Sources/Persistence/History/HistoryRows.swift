import Monitoring
import Text

/// The rows of one open history; what it prepared is used again each minute.
final class HistoryRows {
    static let schema = """
        CREATE TABLE series(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        -- width: minutes, 1 or 10; start: minutes since 1970; written: in which order they came.
        CREATE TABLE span(width INTEGER NOT NULL, start INTEGER NOT NULL, written INTEGER NOT NULL,
            PRIMARY KEY(width, start)) WITHOUT ROWID;
        CREATE UNIQUE INDEX span_written ON span(width, written);
        CREATE TABLE value(width INTEGER NOT NULL, start INTEGER NOT NULL, series INTEGER NOT NULL,
            sum REAL NOT NULL, count INTEGER NOT NULL, highest REAL NOT NULL,
            PRIMARY KEY(width, start, series)) WITHOUT ROWID;
        """

    let database: SQLite
    private let span: SQLite.Statement
    private let value: SQLite.Statement
    private let there: SQLite.Statement
    private let merged: SQLite.Statement
    private let name: SQLite.Statement
    private let number: SQLite.Statement
    private let rows: SQLite.Statement
    private var numbers: [ExactName: Int64] = [:]

    init(_ database: SQLite) throws(SQLite.Failure) {
        self.database = database
        span = try database.prepare(
            """
            INSERT INTO span(width, start, written)
            VALUES (?1, ?2, (SELECT coalesce(max(written), 0) + 1 FROM span WHERE width = ?1))
            ON CONFLICT DO NOTHING
            """)
        value = try database.prepare(
            """
            INSERT INTO value(width, start, series, sum, count, highest) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET sum = sum + excluded.sum, count = count + excluded.count,
                highest = max(highest, excluded.highest)
            """)
        there = try database.prepare(
            "SELECT sum, count FROM value WHERE width = ? AND start = ? AND series = ?")
        merged = try database.prepare(
            """
            UPDATE value SET sum = ?, count = 1, highest = max(highest, ?)
            WHERE width = ? AND start = ? AND series = ?
            """)
        name = try database.prepare("INSERT INTO series(name) VALUES (?) ON CONFLICT DO NOTHING")
        number = try database.prepare("SELECT id FROM series WHERE name = ?")
        // In this order: one look for each time that is there, however many series stand beside it.
        rows = try database.prepare(
            """
            SELECT span.start, sum, count, highest FROM span CROSS JOIN value USING (width, start)
            WHERE span.width = ? AND span.start >= ? AND span.start < ? AND series = ?
            """)
    }

    /// Adds `count` minutes of a series, which sum up to `sum`, to the row of that time.
    func add(
        _ series: String, at time: HistorySpan, sum: Double, count: Int64, highest: Double
    ) throws(SQLite.Failure) {
        let series = try known(series)
        try span.run(.integer(time.width), .integer(time.start))
        try value.run(
            .integer(time.width), .integer(time.start), .integer(series), .double(sum), .integer(count),
            .double(highest))
    }

    /// Adds a minute of a series. One that another program, or this one before it was started anew, has seen a part of is
    /// one minute all the same: the mean of both.
    func add(
        _ series: String, minute: WallTime, average: Double, highest: Double
    ) throws(SQLite.Failure) {
        let time = HistorySpan(HistorySpan.minute, around: minute)
        let block = HistorySpan(HistorySpan.ten, around: minute)
        let number = try known(series)
        try there.bind(.integer(time.width), .integer(time.start), .integer(number))
        guard try there.next() else {
            for span in [time, block] {
                try add(series, at: span, sum: average, count: 1, highest: highest)
            }
            return
        }
        let (sum, count) = (there.double(0), there.integer(1))
        while try there.next() {}
        let mean = (sum / Double(max(count, 1)) + average) / 2
        try merged.run(
            .double(mean), .double(highest), .integer(time.width), .integer(time.start), .integer(number))
        try add(series, at: block, sum: mean - sum, count: 1 - count, highest: highest)
    }

    private func known(_ series: String) throws(SQLite.Failure) -> Int64 {
        if let known = numbers[ExactName(series)] { return known }
        try name.run(.text(series))
        let given = try number(of: series) ?? 0
        numbers[ExactName(series)] = given
        return given
    }

    func number(of series: String) throws(SQLite.Failure) -> Int64? {
        try number.bind(.text(series))
        guard try number.next() else { return nil }
        let found = number.integer(0)
        while try number.next() {}
        return found
    }

    func names() throws(SQLite.Failure) -> [String] {
        let names = try database.prepare("SELECT name FROM series ORDER BY id")
        var all: [String] = []
        while try names.next() { all.append(names.text(0)) }
        return all
    }

    /// What was written longest ago goes, not what has the oldest time.
    func keep(_ kept: Int, of width: Int64) throws(SQLite.Failure) {
        let last = try database.number(
            "SELECT written FROM span WHERE width = \(width) ORDER BY written DESC LIMIT 1 OFFSET \(kept)")
        guard last > 0 else { return }
        try database.run(
            """
            DELETE FROM value WHERE width = \(width)
                AND start IN (SELECT start FROM span WHERE width = \(width) AND written <= \(last));
            DELETE FROM span WHERE width = \(width) AND written <= \(last)
            """)
    }

    /// Blocks of ten where they are fine enough, else minutes, and blocks for what has no minutes any more.
    func add(_ number: Int64, to steps: inout HistorySteps) throws(SQLite.Failure) {
        var covered: Set<Int64> = []
        if !steps.isOfTens {
            try rows.bind(
                .integer(HistorySpan.minute), .integer(steps.firstMinute), .integer(steps.endMinute),
                .integer(number))
            while try rows.next() {
                let start = rows.integer(0)
                covered.insert(HistorySpan.block(of: start))
                steps.add(
                    start, sum: rows.double(1), count: rows.integer(2), highest: rows.double(3))
            }
        }
        try rows.bind(
            .integer(HistorySpan.ten), .integer(steps.firstMinute), .integer(steps.endMinute),
            .integer(number))
        while try rows.next() {
            guard !covered.contains(rows.integer(0)) else { continue }
            steps.add(
                rows.integer(0), sum: rows.double(1), count: rows.integer(2), highest: rows.double(3))
        }
    }
}

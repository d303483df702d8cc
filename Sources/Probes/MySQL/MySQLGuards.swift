internal import Monitoring

/// What a session sets before it reads anything, so that it can neither write, nor hold a lock, nor run long.
struct MySQLGuards: Sendable {
    let isMariaDB: Bool
    let limit: Duration

    private var limitMilliseconds: Int64 {
        let parts = limit.components
        return parts.seconds &* 1000 &+ parts.attoseconds / 1_000_000_000_000_000
    }

    /// MariaDB counts the statement limit in seconds, MySQL in milliseconds and for SELECT only.
    var statements: [String] {
        let seconds = "\(Double(limitMilliseconds) / 1000)"
        return [
            "SET NAMES utf8mb4",
            "SET SESSION time_zone='+00:00', autocommit=1, lock_wait_timeout=1, innodb_lock_wait_timeout=1, "
                + "sql_mode='', "
                + (isMariaDB
                    ? "max_statement_time=\(seconds)"
                    // MySQL 8 would tell the next version of a changelog a day late.
                    : "max_execution_time=\(limitMilliseconds) /*!80000 ,information_schema_stats_expiry=0 */"),
            "SET SESSION TRANSACTION READ ONLY",
        ]
    }

    var readBack: String {
        "SELECT @@session.time_zone,@@session.autocommit,@@session.lock_wait_timeout,"
            + "@@session.innodb_lock_wait_timeout,"
            + (isMariaDB
                ? "@@session.tx_read_only,@@session.max_statement_time"
                : "@@session.transaction_read_only,@@session.max_execution_time")
    }

    /// The guards that did not take, in words; empty when all did. A stricter limit is as good.
    func objections(to rows: MySQLRows) -> [String] {
        var objections: [String] = []
        func check(_ name: String, _ column: Int, _ isRight: (String) -> Bool) {
            let value = rows.text(0, column)
            if value.map(isRight) != true { objections.append("\(name) is \(value ?? "not readable")") }
        }
        check("time_zone", 0) { $0 == "+00:00" }
        check("autocommit", 1) { $0 == "1" }
        check("lock_wait_timeout", 2) { Int($0).map { $0 <= 1 } == true }
        check("innodb_lock_wait_timeout", 3) { Int($0).map { $0 <= 1 } == true }
        check("transaction_read_only", 4) { $0 == "1" }
        let most = Double(limitMilliseconds) / (isMariaDB ? 1000 : 1)
        check(isMariaDB ? "max_statement_time" : "max_execution_time", 5) {
            Double($0).map { $0 > 0 && $0 <= most } == true
        }
        return objections
    }
}

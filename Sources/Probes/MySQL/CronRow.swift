internal import Monitoring
internal import Text

/// One row of `cron_schedule`; its code byte for byte.
struct CronTableRow: Sendable {
    var id: UInt64
    var code: String
    var status: String
    var due: WallTime?
    var started: WallTime?
    var ended: WallTime?
    /// One sanitised line; nil where there is none.
    var message: String?

    init(id: UInt64, code: String, status: String, due: WallTime? = nil) {
        self.id = id
        self.code = code
        self.status = status
        self.due = due
    }

    /// From the columns of `CronQueries`; nil without id, code or status.
    init?(_ rows: MySQLRows, _ row: Int) {
        guard let id = rows.uint(row, 0), let code = rows.text(row, 1), let status = rows.text(row, 2) else {
            return nil
        }
        self.init(id: id, code: code, status: status, due: rows.time(row, 3))
        started = rows.time(row, 4)
        ended = rows.time(row, 5)
        message = rows.text(row, 6).map { Sanitizer.line($0, maxBytes: 400) }
    }

    /// The run this row was, once it has ended.
    var run: CronRun? {
        let end: CronRun.End
        switch status {
        case "success": end = .success
        case "error": end = (message ?? "").isEmpty ? .killed : .error
        case "missed": end = .missed
        default: return nil
        }
        var run = CronRun(end, id: id, due: due, started: started, ended: ended)
        run.message = message
        return run
    }
}

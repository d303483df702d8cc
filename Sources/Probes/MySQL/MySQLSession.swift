internal import CMariaDB
internal import Monitoring
internal import Synchronization
internal import Text

/// One guarded connection. Its calls block: only a thread of its own may make them.
///
/// Sendable by hand: the store gives it to one thread at a time and takes it back when that thread is done;
/// `interrupt` alone comes from elsewhere, and the facade guards it.
@safe final class MySQLSession: @unchecked Sendable {
    let version: String
    let isMariaDB: Bool
    /// Nil without TLS.
    let cipher: String?
    let threadID: UInt64
    let source: MySQLSource
    /// False after an answer that was not read to its end, or a broken line.
    private(set) var isUsable = true
    private var cost = ReadCost()
    private var knownCatalog: MySQLCatalog?
    private let handle: OpaquePointer
    private let place: String
    /// Kept for the second connection that stops a statement of this one.
    private let password: String?
    /// The server's clock at the start of the read.
    private(set) var serverTime: WallTime?

    /// Connects and logs in; sets no guard yet. Blocks for at most about `patience` after the name's look-up.
    init(_ source: MySQLSource, password: String?, patience: Duration) throws(ConnectFailure) {
        if let missing = unsafe hm_load(nil) {
            let said = Sanitizer.line(unsafe String(cString: missing))
            throw ConnectFailure(
                code: 0,
                failure: ReadFailure(
                    .unusable, "libmariadb.so.3 cannot be loaded: \(said)",
                    advice: "Install the package libmariadb3."))
        }
        guard let handle = unsafe hm_new() else {
            throw ConnectFailure(
                code: 0, failure: ReadFailure(.unusable, "libmariadb gives no connection: out of memory"))
        }
        let seconds = UInt32(clamping: max(1, patience.components.seconds))
        unsafe hm_set_timeouts(handle, min(seconds, 2), seconds)
        var isSocket = false
        if case .socket = source.address { isSocket = true }
        switch source.tls {
        case .verified(let file) where !isSocket: unsafe hm_set_tls(handle, HM_TLS_VERIFIED, file)
        case .encrypted where !isSocket: unsafe hm_set_tls(handle, HM_TLS_ENCRYPTED, nil)
        default: unsafe hm_set_tls(handle, HM_TLS_OFF, nil)
        }
        let start = ContinuousClock.now
        let answer =
            switch source.address {
            case .tcp(let host, let port):
                unsafe hm_connect(
                    handle, host, UInt32(port), nil, source.user, password, source.database)
            case .socket(let path):
                unsafe hm_connect(handle, nil, 0, path, source.user, password, source.database)
            }
        guard answer == HM_OK else {
            let code = unsafe hm_errno(handle)
            let failure = ReadFailure.mysql(
                code, unsafe String(cString: hm_error(handle)),
                doing: "connect to \(source.place)",
                isTimeout: ContinuousClock.now - start > .milliseconds(Int(min(seconds, 2)) * 900))
            unsafe hm_free(handle)
            throw ConnectFailure(code: code, failure: failure)
        }
        unsafe self.handle = handle
        self.source = source
        self.password = password
        place = source.place
        version = Sanitizer.line(unsafe String(cString: hm_server_version(handle)), maxBytes: 64)
        isMariaDB = version.mentions("MariaDB")
        cipher = unsafe hm_cipher(handle).map { unsafe String(cString: $0) }
        threadID = unsafe hm_thread_id(handle)
    }

    deinit { unsafe hm_free(handle) }

    /// Sets the guards and reads them back.
    func guardItself() throws(ReadFailure) {
        let guards = MySQLGuards(isMariaDB: isMariaDB, limit: source.statementLimit)
        do throws(ReadFailure) {
            for statement in guards.statements { _ = try rows(statement) }
            let objections = guards.objections(to: try rows(guards.readBack))
            if objections.isEmpty { return }
            throw ReadFailure(.unguarded, objections.joined(separator: ", "))
        } catch {
            if [.timedOut, .unreachable, .cancelled].contains(error.kind) { throw error }
            throw ReadFailure(
                .unguarded, "the session's guards did not take on \(place): \(error.message)",
                advice: "Without them a read could hold a lock or run long, so nothing is read. "
                    + "MariaDB 10.1 or MySQL 5.7.20 is needed.")
        }
    }

    /// Asks the server for its time: whether it is still there.
    func greet() throws(ReadFailure) { serverTime = try rows("SELECT UNIX_TIMESTAMP(NOW(3))").time(0, 0) }

    /// A new connection like this one, in the place of one that is gone.
    func again(patience: Duration) throws(ConnectFailure) -> MySQLSession {
        try MySQLSession(source, password: password, patience: patience)
    }

    /// Ends what this connection does on the server, by a second connection. May be called from any thread.
    func stopStatement() {
        // A statement that cannot be stopped so ends by its own time limit.
        _ = try? again(patience: .seconds(1)).rows("KILL QUERY \(threadID)")
    }

    /// What the store's database holds; read once per connection, and again after `forgetCatalog`.
    func catalog() throws(ReadFailure) -> MySQLCatalog {
        if let knownCatalog { return knownCatalog }
        let catalog = try MySQLCatalog(self)
        knownCatalog = catalog
        return catalog
    }

    func forgetCatalog() { knownCatalog = nil }

    /// Sends one statement and reads its whole answer. Beyond the caps the connection is given up.
    func rows(_ sql: String, atMost rowCap: Int = 5000, bytes byteCap: Int = 1 << 20) throws(ReadFailure)
        -> MySQLRows
    {
        guard isUsable else { throw ReadFailure(.unreachable, "\(place): the connection was given up") }
        let start = ContinuousClock.now
        cost.queries += 1
        defer {
            let spent = (ContinuousClock.now - start).components
            cost.milliseconds += Double(spent.seconds) * 1000 + Double(spent.attoseconds) / 1e15
        }
        try check(unsafe hm_query(handle, sql, sql.utf8.count, rowCap, byteCap), start)
        var rows = MySQLRows(columns: Int(unsafe hm_columns(handle)))
        while true {
            let answer = unsafe hm_next(handle)
            if answer == HM_END { break }
            try check(answer, start)
            for column in 0..<UInt32(clamping: rows.columns) {
                var length = 0
                let bytes = unsafe hm_cell(handle, column, &length)
                unsafe rows.append(bytes.map { unsafe UnsafeBufferPointer(start: $0, count: length) })
            }
        }
        cost.bytes += rows.bytes.count
        return rows
    }

    /// From any thread: what is blocked here returns soon, and the connection is of no more use.
    func interrupt() { unsafe hm_interrupt(handle) }

    /// What was asked of the server since the last call.
    func takeCost() -> ReadCost {
        defer { cost = ReadCost() }
        return cost
    }

    private func check(_ answer: hm_result, _ start: ContinuousClock.Instant) throws(ReadFailure) {
        switch answer {
        case HM_OK: return
        case HM_TOO_LARGE:
            isUsable = false
            throw ReadFailure(.malformed, "\(place) sent more than was asked for")
        case HM_INTERRUPTED:
            isUsable = false
            throw ReadFailure(.cancelled, "\(place): the read was given up")
        default:
            let code = unsafe hm_errno(handle)
            // An error of the line, not of the statement.
            if (2000..<3000).contains(code) || code >= 5000 || code == 1927 || code == 1053 {
                isUsable = false
            }
            if [1146, 1054, 1176].contains(code) { knownCatalog = nil }
            throw .mysql(
                code, unsafe String(cString: hm_error(handle)), doing: place,
                isTimeout: ContinuousClock.now - start > .milliseconds(1900))
        }
    }
}

/// Why there is no connection, with the number by which `doctor` tells how far it came.
struct ConnectFailure: Error {
    /// The server's or libmariadb's; 0 when it came to neither.
    let code: UInt32
    let failure: ReadFailure
}

internal import CMariaDB
internal import Monitoring
internal import Platform
internal import Synchronization
internal import Text

/// One guarded connection. Its calls block: only a thread of its own may make them.
///
/// Sendable by hand: the store gives it to one thread at a time and takes it back when that thread is done;
/// `interrupt` alone comes from elsewhere, and the facade guards it.
@safe final class MySQLSession: @unchecked Sendable {
    /// What the server greeted with; a proxy makes it up.
    let greeting: String
    /// What the server is; nil before the guards are set.
    private(set) var server: ServerFacts?
    /// Nil without TLS.
    let cipher: String?
    let threadID: UInt64
    let source: MySQLSource
    /// False after an answer that was not read to its end, or a broken line.
    private(set) var isUsable = true
    private var cost = ReadCost()
    private var knownCatalog: MySQLCatalog?
    /// A table, column or key that the catalogue knew was not there: what was read by it is to be read anew.
    private(set) var isCatalogOutdated = false
    private var factsAge = ContinuousClock.now
    private var standstill = Standstill()
    private var dear: (what: String, at: WallTime)?
    /// When the server told its time last, and what it said.
    private var greeted: (at: ContinuousClock.Instant, time: WallTime)?
    /// The last greeting was left out: whether the server is there shows at the first statement.
    private(set) var isUngreeted = false
    private let handle: OpaquePointer
    private let place: String
    /// Kept for the second connection that stops a statement of this one.
    private let password: String?
    private let redaction: Redaction
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
        redaction = Redaction(Secret(password ?? ""), user: source.user)
        guard answer == HM_OK else {
            let code = unsafe hm_errno(handle)
            let failure = ReadFailure.mysql(
                code, redaction.redacted(unsafe String(cString: hm_error(handle))),
                doing: "connect to \(source.place)",
                isTimeout: ContinuousClock.now - start > .milliseconds(Int(min(seconds, 2)) * 900))
            unsafe hm_free(handle)
            throw ConnectFailure(code: code, failure: failure)
        }
        unsafe self.handle = handle
        self.source = source
        self.password = password
        place = source.place
        greeting = Sanitizer.line(unsafe String(cString: hm_server_version(handle)), maxBytes: 64)
        cipher = unsafe hm_cipher(handle).map { unsafe String(cString: $0) }
        threadID = unsafe hm_thread_id(handle)
    }

    deinit { unsafe hm_free(handle) }

    /// Sets the guards and reads them back: those of the server that says its version, or of the other product
    /// when these do not take.
    func guardItself() throws(ReadFailure) {
        let version = try version()
        let isMariaDB = version.mentions("MariaDB")
        do throws(ReadFailure) {
            do throws(ReadFailure) {
                try set(MySQLGuards(isMariaDB: isMariaDB, limit: source.statementLimit))
            } catch {
                // An unknown variable: a proxy made the version up.
                guard error.kind == .malformed else { throw error }
                try set(MySQLGuards(isMariaDB: !isMariaDB, limit: source.statementLimit))
            }
        } catch {
            if [.timedOut, .unreachable, .cancelled].contains(error.kind) { throw error }
            throw ReadFailure(
                .unguarded, "the session's guards did not take on \(place): \(error.message)",
                advice: "Without them a read could hold a lock or run long, so nothing is read. "
                    + "MariaDB 10.1 or MySQL 5.7.20 is needed.")
        }
        try askWhatItIs()
    }

    private func version() throws(ReadFailure) -> String {
        do throws(ReadFailure) {
            return try rows("SELECT @@version").text(0, 0) ?? greeting
        } catch {
            if !isUsable || error.kind == .timedOut || error.kind == .unreachable { throw error }
            return greeting
        }
    }

    private func set(_ guards: MySQLGuards) throws(ReadFailure) {
        for statement in guards.statements { _ = try rows(statement) }
        let objections = guards.objections(to: try rows(guards.readBack))
        if !objections.isEmpty { throw ReadFailure(.unguarded, objections.joined(separator: ", ")) }
    }

    /// A lock that is free here is free: this is the server on which the store takes its locks.
    var locksAreOurs: Bool { server?.locksAreOurs ?? true }

    private func askWhatItIs() throws(ReadFailure) {
        server = try ServerFacts(self, greeting: greeting)
        factsAge = .now
    }

    /// Throws where this is a copy that is not kept up.
    func refuseStandstill(at now: WallTime) throws(ReadFailure) { try standstill.look(self, at: now) }

    /// Asks the server for its time: whether it is still there. Now and then also what it is, since a replica
    /// becomes the primary while we watch.
    func greet() throws(ReadFailure) {
        let start = ContinuousClock.now
        isUngreeted = greeted.map { start - $0.at < .milliseconds(800) } ?? false
        if isUngreeted, let greeted {
            // The reads of one round stand in line for this connection.
            let passed = (start - greeted.at) / .milliseconds(1)
            serverTime = WallTime(milliseconds: greeted.time.milliseconds + Int64(passed))
        } else {
            serverTime = try rows("SELECT UNIX_TIMESTAMP(NOW(3))").time(0, 0)
            greeted = serverTime.map { (.now, $0) }
        }
        if .now - factsAge >= source.catalogAge { try askWhatItIs() }
    }

    /// Ends what this connection does on the server, by a second connection. May be called from any thread.
    func stopStatement() {
        // A statement that cannot be stopped so ends by its own time limit.
        _ = try? MySQLSession(source, password: password, patience: .seconds(1))
            .rows("KILL QUERY \(threadID)")
    }

    /// What the store's database holds: read anew each minute, and at once when something in it is not there.
    func catalog() throws(ReadFailure) -> MySQLCatalog {
        if let knownCatalog, .now - knownCatalog.readAt < source.catalogAge { return knownCatalog }
        knownCatalog = nil
        let catalog = try MySQLCatalog(self)
        knownCatalog = catalog
        isCatalogOutdated = false
        return catalog
    }

    func forgetCatalog() { knownCatalog = nil }

    /// Whether something dear (ten milliseconds of the server's time) that is due may be read now: of two in one
    /// round, one waits for the next. What costs two or three does not ask: it would only make one more round dear.
    func takesTurn(_ what: String, at now: WallTime) -> Bool {
        if let dear, dear.what != what, (0..<4).contains(now.seconds(since: dear.at)) { return false }
        dear = (what, now)
        return true
    }

    /// Sends one statement and reads its whole answer. Beyond the caps the connection is given up.
    func rows(_ sql: String, atMost rowCap: Int = 5000, bytes byteCap: Int = 1 << 20) throws(ReadFailure)
        -> MySQLRows
    {
        guard isUsable else { throw ReadFailure(.unreachable, "\(place): the connection was given up") }
        let start = ContinuousClock.now
        let wire = unsafe hm_wire_bytes(handle)
        cost.queries += 1
        defer {
            cost.bytes &+= Int(clamping: unsafe hm_wire_bytes(handle) &- wire)
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
            if [1146, 1054, 1176].contains(code) {
                knownCatalog = nil
                isCatalogOutdated = true
            }
            throw .mysql(
                code, redaction.redacted(unsafe String(cString: hm_error(handle))), doing: place,
                isTimeout: ContinuousClock.now - start > .milliseconds(1900), isEstablished: true)
        }
    }
}

/// Why there is no connection, with the number by which `doctor` tells how far it came.
struct ConnectFailure: Error {
    /// The server's or libmariadb's; 0 when it came to neither.
    let code: UInt32
    let failure: ReadFailure
}

internal import CSQLite

/// One connection to a database file; closed when it is let go.
///
/// The handle may be used from any thread: the library is built to lock it (`SQLITE_OPEN_FULLMUTEX`), and each call
/// here is one call there.
@safe final class SQLite: @unchecked Sendable {
    /// What the library says went wrong.
    struct Failure: Error, Sendable {
        var code: Int32
        var message: String
        /// The `errno` behind it, or 0.
        var system: Int32

        /// What is in the file is not what was written.
        var isDamage: Bool {
            code == Int32(csqlite_corrupt) || code == Int32(csqlite_not_a_database)
        }
    }

    private let handle: OpaquePointer

    /// Waits a while for somebody else's lock.
    init(_ path: String, creates: Bool) throws(Failure) {
        var code: Int32 = 0
        guard let handle = unsafe csqlite_open(path, creates, 5000, &code) else {
            throw Failure(code: code, message: "out of memory", system: 12)
        }
        unsafe self.handle = handle
        if code != 0 { throw failure(code) }
    }

    deinit { unsafe csqlite_close(handle) }

    func run(_ sql: String) throws(Failure) {
        let code = unsafe csqlite_run(handle, sql)
        if code != 0 { throw failure(code & 0xFF) }
    }

    func prepare(_ sql: String) throws(Failure) -> Statement {
        var code: Int32 = 0
        guard let statement = unsafe csqlite_prepare(handle, sql, &code) else { throw failure(code & 0xFF) }
        return unsafe Statement(statement, of: self)
    }

    /// The one number that a question answers.
    func number(_ sql: String) throws(Failure) -> Int64 {
        let statement = try prepare(sql)
        return try statement.next() ? statement.integer(0) : 0
    }

    /// All or nothing of `body`.
    func transaction(_ body: () throws -> Void) throws { try within("BEGIN IMMEDIATE", body) }

    /// All that `body` asks is of one moment, whatever is written meanwhile.
    func snapshot(_ body: () throws -> Void) throws { try within("BEGIN", body) }

    private func within(_ begin: String, _ body: () throws -> Void) throws {
        try run(begin)
        do {
            try body()
            try run("COMMIT")
        } catch {
            try? run("ROLLBACK")
            throw error
        }
    }

    fileprivate func failure(_ code: Int32) -> Failure {
        Failure(
            code: code, message: unsafe String(cString: csqlite_message(handle)),
            system: unsafe csqlite_system_error(handle))
    }

    /// A prepared statement, to be run any number of times on one thread.
    @safe final class Statement {
        private let handle: OpaquePointer
        private let database: SQLite

        fileprivate init(_ handle: OpaquePointer, of database: SQLite) {
            unsafe self.handle = handle
            self.database = database
        }

        deinit { unsafe csqlite_finalize(handle) }

        /// From the first parameter on.
        enum Value {
            case integer(Int64)
            case double(Double)
            case text(String)
        }

        /// Binds, and begins anew.
        func bind(_ values: Value...) throws(Failure) { try bind(values) }

        /// True when there is another row.
        func next() throws(Failure) -> Bool {
            let code = unsafe csqlite_step(handle)
            if code == Int32(csqlite_row) { return true }
            guard code == Int32(csqlite_done) else {
                let failure = database.failure(code)
                _ = unsafe csqlite_reset(handle)
                throw failure
            }
            // So that it holds no lock.
            _ = unsafe csqlite_reset(handle)
            return false
        }

        /// For what answers no rows.
        func run(_ values: Value...) throws(Failure) {
            try bind(values)
            while try next() {}
        }

        private func bind(_ values: [Value]) throws(Failure) {
            _ = unsafe csqlite_reset(handle)
            for (index, value) in values.enumerated() {
                let place = Int32(index + 1)
                let code =
                    switch value {
                    case .integer(let number): unsafe csqlite_bind_integer(handle, place, number)
                    case .double(let number): unsafe csqlite_bind_double(handle, place, number)
                    case .text(let text):
                        unsafe csqlite_bind_text(handle, place, text, text.utf8.count)
                    }
                if code != 0 { throw database.failure(code) }
            }
        }

        func integer(_ column: Int32) -> Int64 { unsafe csqlite_integer(handle, column) }
        func double(_ column: Int32) -> Double { unsafe csqlite_double(handle, column) }
        func text(_ column: Int32) -> String { unsafe String(cString: csqlite_text(handle, column)) }
    }
}

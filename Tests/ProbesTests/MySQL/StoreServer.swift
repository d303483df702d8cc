import Monitoring
import Platform
import TestSupport
import Text

@testable import Probes

/// A private MariaDB with a store's schema and the account a console should have.
struct StoreServer {
    let server: MariaDBServer
    let database = "magento"

    init(_ options: MariaDBServer.Options = .init(), prefix: String = "") async throws {
        server = try await MariaDBServer(options)
        try await run("CREATE DATABASE magento", database: "")
        var schema = try Self.schema()
        if !prefix.isEmpty {
            schema = schema.replacing("CREATE TABLE ", with: "CREATE TABLE \(prefix)")
                .replacing(" LIKE catalog_product_price_cl", with: " LIKE \(prefix)catalog_product_price_cl")
                .replacing("REFERENCES ", with: "REFERENCES \(prefix)")
        }
        try await run(schema)
        try await run(
            """
            CREATE USER hypercare@'%' IDENTIFIED BY 'se''cret\\\\';
            GRANT SELECT, TRIGGER ON magento.* TO hypercare@'%';
            CREATE USER nobody@'%' IDENTIFIED BY 'x';
            """)
    }

    static func schema() throws -> String {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let bytes = try Files.read("/\(folder)/Fixtures/magento-schema.sql", limit: 1 << 20)
        return String(decoding: bytes, as: UTF8.self)
    }

    @discardableResult
    func run(_ sql: String, database: String? = nil) async throws -> String {
        try await server.run(sql, database: database ?? self.database)
    }

    /// Rows by the `mariadb` client, as root, in UTC.
    func truth(_ sql: String) async throws -> [[String]] {
        try await server.query("SET time_zone='+00:00'; \(sql)", database: database)
    }

    /// By the first column.
    func truths(_ sql: String) async throws -> [String: [String]] {
        Dictionary(try await truth(sql).map { ($0[0], Array($0.dropFirst())) }) { first, _ in first }
    }

    func source(
        user: String = "hypercare", password: String = "se'cret\\", host: String = "127.0.0.1",
        tls: MySQLSource.TLS = .off
    ) -> MySQLSource {
        MySQLSource(
            name: "magento-db", address: .tcp(host: host, port: UInt16(server.port)), user: user,
            password: { password }, database: database, tls: tls)
    }

    /// A session of root's that holds what a test needs held, such as a lock, until it is let go.
    func holder(_ statements: [String]) async throws -> MySQLSession {
        let source = MySQLSource(
            name: "root", address: .socket(server.socket), user: "root", password: { nil },
            database: database, tls: .off)
        return try await onThread {
            let session = try MySQLSession(source, password: nil, patience: .seconds(60))
            for statement in statements { _ = try session.rows(statement) }
            return session
        }
    }
}

extension MySQLStore {
    /// The first column of the answers to each statement, on the guarded connection.
    func ask(_ statements: String..., within limit: Duration = .seconds(4)) async throws -> [String?] {
        try await read(within: limit) { session throws(ReadFailure) in
            var answers: [String?] = []
            for statement in statements { answers.append(try session.rows(statement).text(0, 0)) }
            return answers
        }.answer
    }
}

/// What a read threw; nil when it did not.
func failure(_ body: () async throws -> Void) async -> ReadFailure? {
    do {
        try await body()
        return nil
    } catch {
        return error as? ReadFailure ?? ReadFailure(.malformed, "another error: \(error)")
    }
}

func measured(_ body: () async throws -> Void) async rethrows -> Duration {
    let start = ContinuousClock.now
    try await body()
    return ContinuousClock.now - start
}

extension MySQLStore {
    /// One read of one reader, remembered by nobody.
    func sample(_ reader: some MySQLReader) async throws -> Sample {
        try await MySQLProbe(reader, of: self).read()
    }
}

/// Seconds since 1970 as the client prints them; `NULL` for nil.
func seconds(_ time: WallTime?) -> String { time.map { "\($0.milliseconds / 1000)" } ?? "NULL" }

/// A sample of another kind than was asked for.
struct OtherFacts: Error {}

extension Sample {
    func queueReadings() throws -> [QueueReading] {
        for case .queues(let readings) in facts { return readings }
        throw OtherFacts()
    }

    func indexers() throws -> [IndexerReading] {
        for case .indexers(let readings) in facts { return readings }
        throw OtherFacts()
    }

    /// The ledger of each integration.
    func ledgers() throws -> [String: OutcomeLedger] {
        for case .outcomes(let readings) in facts {
            return Dictionary(
                readings.map { ($0.integration, $0.ledger) }, uniquingKeysWith: { first, _ in first })
        }
        throw OtherFacts()
    }

    func locks() -> [ExactName: ConsumerLock.State] {
        for case .consumerLocks(let locks) in facts {
            return Dictionary(locks.map { ($0.queue, $0.state) }, uniquingKeysWith: { first, _ in first })
        }
        return [:]
    }

    var notices: [SourceNotice] {
        facts.compactMap { if case .notice(let notice) = $0 { notice } else { nil } }
    }
}

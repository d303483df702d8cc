package import Monitoring

/// What one probe of a store's database reads; its calls block, so it runs on the read's own thread.
protocol MySQLReader: Sendable {
    /// One word: `queues`, `cron`.
    static var subject: String { get }
    /// How often it is read.
    static func interval(_ source: MySQLSource) -> Duration
    /// `self` is what the reader remembers from one read to the next; a failed read leaves it as it was.
    mutating func read(_ session: MySQLSession, at now: WallTime) throws(ReadFailure) -> [Fact]
}

extension MySQLReader {
    static func interval(_ source: MySQLSource) -> Duration { source.interval }
}

/// A reader behind the port: all probes of a source share the store's one connection.
actor MySQLProbe<Reader: MySQLReader>: Probe {
    nonisolated let schedule: ProbeSchedule
    private let store: MySQLStore
    private var reader: Reader

    init(_ reader: Reader, of store: MySQLStore) {
        self.reader = reader
        self.store = store
        let source = store.source
        var schedule = ProbeSchedule(
            id: "\(source.name)/\(Reader.subject)", source: source.name, kind: "mysql",
            subject: Reader.subject, interval: Reader.interval(source), deadline: source.deadline)
        schedule.reach = source.reach
        schedule.insecure = source.insecure
        self.schedule = schedule
    }

    func read() async throws(ReadFailure) -> Sample {
        let reader = self.reader
        // A little early, so that the reason is ours and not "abandoned".
        let limit = max(schedule.deadline - .milliseconds(200), schedule.deadline / 2)
        let (answer, cost) = try await store.read(within: limit) { session throws(ReadFailure) in
            guard let now = session.serverTime else {
                throw ReadFailure(.malformed, "the server does not say its time")
            }
            try session.refuseStandstill(at: now)
            var next = reader
            let facts: [Fact]
            do throws(ReadFailure) {
                facts = try next.read(session, at: now)
            } catch {
                // A table, column or key went while we watched: once more, by what is there now.
                guard session.isCatalogOutdated else { throw error }
                next = reader
                facts = try next.read(session, at: now)
            }
            return (reader: next, facts: facts, now: now)
        }
        self.reader = answer.reader
        return Sample(answer.facts, cost: cost, serverTime: answer.now)
    }

    func close() async { await store.close() }
}

extension MySQLStore {
    /// The probes of this store, all on its one connection.
    package nonisolated func probes() -> [any Probe] {
        var probes: [any Probe] = [
            MySQLProbe(QueueReader(source), of: self), MySQLProbe(CronReader(source), of: self),
            MySQLProbe(IndexerReader(source), of: self),
        ]
        if let bulk = BulkReader(source) { probes.append(MySQLProbe(bulk, of: self)) }
        probes.append(MySQLProbe(ChangesReader(), of: self))
        return probes
    }
}

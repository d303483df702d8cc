internal import Monitoring
internal import Platform
internal import Synchronization

/// The one connection to a store's database: probes stand in line for it.
///
/// Each read has a thread of its own, which blocks. A read that is late is given up: a second connection
/// stops its statement, the first is broken, and what it still brings is thrown away. No more than two
/// threads are ever left behind.
package actor MySQLStore {
    package nonisolated let source: MySQLSource
    private var session: MySQLSession?
    private var isBusy = false
    private var line: [Promise<Void>] = []
    /// Ends the wait for the read under way.
    private var giveUpRead: (@Sendable () -> Void)?
    private var isClosed = false
    private var lastConnectFailure: (failure: ReadFailure, at: ContinuousClock.Instant, password: String?)?
    private let threads = LiveThreads()

    package init(_ source: MySQLSource) { self.source = source }

    /// Runs `body` with the connection on a thread that may block, and says what it cost the server. Returns
    /// or throws within `limit`.
    func read<Answer: Sendable>(
        within limit: Duration,
        _ body: @escaping @Sendable (MySQLSession) throws(ReadFailure) -> Answer
    ) async throws(ReadFailure) -> (answer: Answer, cost: ReadCost) {
        if let objection = source.objection { throw objection }
        guard !isClosed else { throw .closed(source.name) }
        let arrival = ContinuousClock.now
        let end = arrival + limit
        try await enter(until: end)
        defer { leave() }
        if session != nil, let answer = try await run(until: end, password: nil, body) { return answer }
        let password = try await passwordToTry(since: arrival, until: end)
        if let answer = try await run(until: end, password: password, body) { return answer }
        throw ReadFailure(.unreachable, "\(source.place): the connection was lost")
    }

    /// Threads at work or still being given up.
    nonisolated var liveThreads: Int { threads.count }

    /// For all that read from it.
    package func close() {
        isClosed = true
        session = nil
        giveUpRead?()
        for turn in line { turn.forget() }
    }

    /// Nil when the connection at hand is gone.
    private func run<Answer: Sendable>(
        until end: ContinuousClock.Instant, password: String?,
        _ body: @escaping @Sendable (MySQLSession) throws(ReadFailure) -> Answer
    ) async throws(ReadFailure) -> (answer: Answer, cost: ReadCost)? {
        guard !isClosed else { throw .closed(source.name) }
        guard threads.count < 2 else {
            throw ReadFailure(.timedOut, "\(source.place) does not answer; earlier reads are still given up")
        }
        let promise = Promise<MySQLCall.Outcome<Answer>>()
        let call = MySQLCall(session)
        let patience = end - .now
        let (source, threads) = (source, threads)
        session = nil
        do {
            try threads.start {
                let outcome: MySQLCall.Outcome<Answer>
                do throws(ReadFailure) {
                    outcome =
                        if let session = try call.session(source, password: password, patience: patience) {
                            .of(session, body)
                        } else {
                            .lost
                        }
                } catch {
                    outcome = .unconnected(error)
                }
                return { promise.keep(outcome) }
            }
        } catch {
            throw ReadFailure(.unusable, "no thread for the database: \(error)")
        }
        giveUpRead = { promise.forget() }
        let outcome = await promise.value(until: end)
        giveUpRead = nil
        switch outcome {
        case .done(let answer, let cost):
            keep(call)
            return (answer, cost)
        case .lost:
            return nil
        case .failed(let failure):
            keep(call)
            throw failure
        case .unconnected(let failure):
            lastConnectFailure = (failure, .now, password)
            throw failure
        case nil:
            giveUp(call)
            throw isClosed
                ? .closed(source.name)
                : Task.isCancelled
                    ? ReadFailure(.cancelled, "\(source.place): the read was cancelled")
                    : ReadFailure(
                        .timedOut, "\(source.place) did not answer in time",
                        advice: "Is the server frozen, loaded, or behind a firewall?")
        }
    }

    private func keep(_ call: MySQLCall) {
        let usable = call.takeUsable()
        if !isClosed { session = usable }
    }

    /// Stops the statement on the server, then breaks the connection; on a thread, since both may block.
    private func giveUp(_ call: MySQLCall) {
        guard let session = call.abandon() else { return }
        do {
            try threads.start {
                session.stopStatement()
                session.interrupt()
                return {}
            }
        } catch {
            session.interrupt()
        }
    }

    /// The password as it is now. All who stood in line while a connection failed share its failure. One that
    /// was refused is not tried again for a minute, so that the probes of a source do not lock its account
    /// together; another one is, at once.
    private func passwordToTry(
        since arrival: ContinuousClock.Instant, until end: ContinuousClock.Instant
    ) async throws(ReadFailure) -> String? {
        if let (failure, at, _) = lastConnectFailure, at >= arrival { throw failure }
        let password = try await askPassword(until: end)
        if let (failure, at, refused) = lastConnectFailure, failure.kind == .loginRefused,
            .now - at < .seconds(60), refused == password
        {
            throw failure
        }
        return password
    }

    private func askPassword(until end: ContinuousClock.Instant) async throws(ReadFailure) -> String? {
        let source = source
        do {
            guard let password = try await bounded(until: end, { try await source.password() }) else {
                throw ReadFailure.lateSecret(of: source.name)
            }
            return password
        } catch let failure as ReadFailure {
            throw failure
        } catch {
            if Task.isCancelled { throw ReadFailure(.cancelled, "\(source.place): the read was cancelled") }
            throw ReadFailure(.unusable, "the password of \(source.name) cannot be read: \(error)")
        }
    }

    private func enter(until end: ContinuousClock.Instant) async throws(ReadFailure) {
        if !isBusy {
            isBusy = true
            return
        }
        let turn = Promise<Void>()
        line.append(turn)
        if await turn.value(until: end) != nil { return }
        line.removeAll { $0 === turn }
        guard !isClosed else { throw .closed(source.name) }
        throw Task.isCancelled
            ? ReadFailure(.cancelled, "\(source.place): the read was cancelled")
            : ReadFailure(.timedOut, "\(source.place) kept the reads before this one too long")
    }

    private func leave() {
        while !line.isEmpty {
            if line.removeFirst().keep(()) { return }
        }
        isBusy = false
    }
}

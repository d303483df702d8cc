internal import Monitoring
internal import Platform
internal import Synchronization

/// One read on its thread: the session it uses, and whether somebody still waits for it.
final class MySQLCall: Sendable {
    enum Outcome<Answer: Sendable>: Sendable {
        case done(Answer, ReadCost)
        /// The connection at hand is gone: a new one is needed, with the password as it is now.
        case lost
        case failed(ReadFailure)
        case unconnected(ReadFailure)

        static func of(
            _ session: MySQLSession, _ body: (MySQLSession) throws(ReadFailure) -> Answer
        ) -> Outcome {
            do throws(ReadFailure) {
                return .done(try body(session), session.takeCost())
            } catch {
                _ = session.takeCost()
                if session.isUngreeted, !session.isUsable, error.kind == .unreachable { return .lost }
                // What was missing may be there at the next read.
                if error.kind == .unusable { session.forgetCatalog() }
                return .failed(error)
            }
        }
    }

    private struct State {
        var session: MySQLSession?
        var isAbandoned = false
    }

    private let state: Mutex<State>

    init(_ session: MySQLSession?) { state = Mutex(State(session: session)) }

    /// The session at hand when it still answers, else a new one with its guards set; nil when the one at hand
    /// is gone, as when the server was started again since the last read or cut an idle line.
    func session(
        _ source: MySQLSource, password: String?, patience: Duration
    ) throws(ReadFailure) -> MySQLSession? {
        if let kept = state.withLock({ $0.session }) {
            do throws(ReadFailure) {
                try kept.greet()
                return kept
            } catch {
                guard !kept.isUsable, error.kind == .unreachable, !isAbandoned else { throw error }
                return nil
            }
        }
        let new: MySQLSession
        do throws(ConnectFailure) {
            new = try MySQLSession(source, password: password, patience: patience)
        } catch {
            throw error.failure
        }
        state.withLock { $0.session = new }
        guard !isAbandoned else { throw ReadFailure(.cancelled, "\(source.place): the read was given up") }
        try new.guardItself()
        try new.greet()
        return new
    }

    func takeUsable() -> MySQLSession? {
        state.withLock { state in
            let session = state.session
            state.session = nil
            return session?.isUsable == true ? session : nil
        }
    }

    /// Nobody waits any more; the session, if there is one, is to be broken.
    func abandon() -> MySQLSession? {
        state.withLock { state in
            state.isAbandoned = true
            return state.session
        }
    }

    private var isAbandoned: Bool { state.withLock { $0.isAbandoned } }
}

/// Counts the threads of one source that are still at work.
final class LiveThreads: Sendable {
    private let number = Atomic<Int>(0)

    var count: Int { number.load(ordering: .acquiring) }

    /// Runs `body` on a new thread, and what it returns when the thread no longer counts.
    func start(_ body: @escaping @Sendable () -> () -> Void) throws(SystemError) {
        number.wrappingAdd(1, ordering: .acquiringAndReleasing)
        do throws(SystemError) {
            try SystemThread.start("mysql") {
                let finish = body()
                self.number.wrappingSubtract(1, ordering: .acquiringAndReleasing)
                finish()
            }
        } catch {
            number.wrappingSubtract(1, ordering: .acquiringAndReleasing)
            throw error
        }
    }
}

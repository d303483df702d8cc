internal import Monitoring
internal import Synchronization

/// What a probe waits for, so that closing it ends the wait.
final class ReadsUnderWay: Sendable {
    private struct State {
        var isClosed = false
        var newest = 0
        var tasks: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Runs `body`, cancelled when the probe is closed or nobody waits any more.
    func run<Answer: Sendable>(
        of source: String, _ body: @escaping @concurrent @Sendable () async throws -> Answer
    ) async throws -> Answer {
        guard !isClosed else { throw ReadFailure.closed(source) }
        // Awaited here in any case; a group could not be cancelled by who closes.
        let task = Task { try await body() }
        let number = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            state.newest += 1
            state.tasks[state.newest] = { task.cancel() }
            return state.newest
        }
        if number == nil { task.cancel() }
        defer { if let number { state.withLock { state in state.tasks[number] = nil } } }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch is CancellationError where isClosed {
            throw ReadFailure.closed(source)
        }
    }

    func close() {
        let tasks = state.withLock { state in
            state.isClosed = true
            return state.tasks.values.map(\.self)
        }
        for cancel in tasks { cancel() }
    }
}

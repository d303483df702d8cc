internal import Monitoring
internal import Platform
internal import Synchronization

/// What `body` answers, or nil when the moment has passed; then it is cancelled and must end by that.
func bounded<Answer: Sendable>(
    until deadline: ContinuousClock.Instant, _ body: @escaping @concurrent @Sendable () async throws -> Answer
) async throws -> Answer? {
    let isLate = Mutex(false)
    let task = Task { @concurrent in try await body() }
    let lateness = Deadline.call(at: deadline) {
        isLate.withLock { $0 = true }
        task.cancel()
    }
    defer { lateness.cancel() }
    let answer = await withTaskCancellationHandler {
        await task.result
    } onCancel: {
        task.cancel()
    }
    return isLate.withLock { $0 } ? nil : try answer.get()
}

extension ReadFailure {
    /// What fetches a password, such as a program that asks a vault, took all the time of a read.
    static func lateSecret(of owner: String) -> ReadFailure {
        ReadFailure(
            .timedOut, "the password of \(owner) had not come in time",
            advice: "Does the program that fetches it wait for something?")
    }
}

internal import Monitoring

/// What `body` answers, or nil when the moment has passed; then it is cancelled and must end by that.
func bounded<Answer: Sendable>(
    until deadline: ContinuousClock.Instant, _ body: @escaping @concurrent @Sendable () async throws -> Answer
) async throws -> Answer? {
    try await withThrowingTaskGroup(of: Answer?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(until: deadline, clock: .continuous)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}

extension ReadFailure {
    /// What fetches a password, such as a program that asks a vault, took all the time of a read.
    static func lateSecret(of owner: String) -> ReadFailure {
        ReadFailure(
            .timedOut, "the password of \(owner) had not come in time",
            advice: "Does the program that fetches it wait for something?")
    }
}

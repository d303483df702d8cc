/// A fact that did not come true in time.
package struct NotInTime: Error, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
}

/// Waits until the fact is true, looking every 2 ms; throws `NotInTime` after `limit`.
@concurrent package func eventually(
    _ fact: String, within limit: Duration = .seconds(20),
    _ isTrue: @Sendable () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !isTrue() {
        guard ContinuousClock.now < deadline else {
            throw NotInTime(description: "not within \(limit): \(fact)")
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}

/// Tries until there is a value; throws when there is none within twenty seconds.
package func soon<Value>(_ fact: String, _ body: () async throws -> Value?) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
        if let value = try await body() { return value }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw NotInTime(description: "not within 20 s: \(fact)")
}

extension Soak {
    /// All of it in some minutes, with short intervals and holds: what the tests run. Answers what is not as
    /// wanted.
    package static func brief(
        _ binary: String, say: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> [String] {
        let soak = try await Soak(binary, .init(interval: 2, hold: 15), say: say)
        var wrong = try await soak.health(for: 60)
        // Those that come once a minute are told by their own pace, which takes longer.
        let hanging = ["erp.subscribed", "async.operations.all"]
        var told = try await soak.stop(.killed) { $0.pace <= 1 && !hanging.contains($0.queue) }
        told += try await soak.stop(.hung) { hanging.contains($0.queue) }
        for told in told { say(told.line) }
        wrong += told.filter { !$0.isAsWanted }.map(\.line)
        wrong += try await soak.outage(downtime: 10, least: 15, most: 90)
        try await soak.end()
        return wrong
    }
}

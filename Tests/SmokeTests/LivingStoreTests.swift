import TestSupport
import Testing

/// The built program over a store that is well, as `make soak` watches it for longer.
@Suite(.timeLimit(.minutes(6))) struct LivingStoreTests {
    @Test func `a store at work raises no alarm, a consumer that stops is told, and servers come back`()
        async throws
    {
        let wrong = try await Soak.brief(Program.path)
        #expect(wrong == [], "\(wrong.joined(separator: "\n"))")
    }
}

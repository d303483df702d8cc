import TestSupport
import Testing

/// The built program over a store that is well, as `make soak` watches it for longer.
@Suite(.serialized, .timeLimit(.minutes(5))) struct LivingStoreTests {
    @Test func `a store at work raises no alarm, a consumer that stops is told, and servers come back`()
        async throws
    {
        let soak = try await Soak(Program.path, .init(interval: 2, hold: 15))
        #expect(try await soak.health(for: 60) == [])
        for told in try await soak.stop(.killed, where: { $0.pace <= 1 && $0.queue != "erp.subscribed" }) {
            #expect(told.isAsWanted, "\(told.line)")
        }
        for told in try await soak.stop(.hung, where: { $0.queue == "erp.subscribed" }) {
            #expect(told.isAsWanted, "\(told.line)")
        }
        #expect(try await soak.outage(downtime: 10, after: 20) == [])
        try await soak.end()
    }
}

import EngineAPI
import Monitoring
import Screens
import Synchronization
import TestSupport
import Testing

@testable import Session

/// The way of a person's own command beside the engine.
@Suite struct CommandLaneTests {
    private static let run = OwnRun(
        opID: "1", entity: EntityID(.queue, "erp"),
        command: OwnCommand(name: "purge", subject: .queue, arguments: ["x"]), arguments: ["x"])

    private final class Answers: Sendable {
        private let all = Mutex<[RunAnswer]>([])
        var seen: [RunAnswer] { all.withLock { $0 } }
        func add(_ answer: RunAnswer) { all.withLock { $0.append(answer) } }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what the engine does not take on record is not run`() async throws {
        let client = FakeClient()
        let answers = Answers()
        let lane = CommandLane { _ in
            Issue.record("it was run")
            return (RunEnd(.exited(0)), RunOutput())
        }
        lane.run(Self.run, client, by: .mira) { answers.add($0) }
        try await eventually("it is answered") { !answers.seen.isEmpty }
        #expect(answers.seen == [.refused("there is nothing of that name")])
        #expect(client.submitted == [.beginRun(Self.run)])
    }

    @Test(.timeLimit(.minutes(1)))
    func `what cannot be ended does not keep the console`() async throws {
        let client = FakeClient()
        client.hold()
        let lane = CommandLane()
        lane.run(Self.run, client, by: .mira) { _ in }
        try await eventually("it waits for its record") { client.held == 1 }
        let start = ContinuousClock.now
        await lane.end(within: .milliseconds(50))
        #expect(start.duration(to: .now) < .seconds(20))
        client.release()
        await lane.end()
    }
}

import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import TestSupport
import Testing

@testable import Session

@Suite struct EffectRunnerTests {
    private struct NoWaker: Waker {
        func wake() {}
    }

    @Test func `requests beyond the limit are refused and not sent`() async throws {
        let client = FakeClient()
        client.hold()
        let mailbox = Mailbox(waker: NoWaker())
        let runner = EffectRunner(client: client, person: .mira, mailbox: mailbox)
        for number in 1...40 { runner.run(.submit(.readNow(source: nil), number)) }
        try await eventually("all begun") { client.held == EffectRunner.limit }
        let refused = mailbox.take().filter { if case .reply(_, .refused) = $0 { true } else { false } }
        #expect(refused.count == 40 - EffectRunner.limit)
        client.release()
        try await eventually("answered") { runner.running == 0 }
        #expect(client.submitted.count == EffectRunner.limit)
        #expect(mailbox.take().count == EffectRunner.limit)
        runner.run(.submit(.readNow(source: nil), 41))
        try await eventually("room again") { client.submitted.count == EffectRunner.limit + 1 }
    }

    @Test func `a change is sent however much is under way, and however many others are`() async throws {
        let client = FakeClient()
        client.hold()
        let mailbox = Mailbox(waker: NoWaker())
        let runner = EffectRunner(client: client, person: .mira, mailbox: mailbox)
        for number in 1...40 { runner.run(.submit(.readNow(source: nil), number)) }
        try await eventually("all begun") { client.held == EffectRunner.limit }
        for number in 1...30 {
            let change = FlagChange(
                opID: "op\(number)", flag: "f\(number)", backend: "b", from: .on, to: .off,
                expectedRevision: "r")
            runner.run(.submit(.change(change), 100 + number))
        }
        try await eventually("all changes are under way") { client.held == EffectRunner.limit + 30 }
        client.release()
        try await eventually("all are answered") {
            client.submitted.count == EffectRunner.limit + 30 && runner.running == 0
        }
    }

    @Test func `of many details the oldest are dropped, of replies none`() {
        let mailbox = Mailbox(waker: NoWaker())
        mailbox.post(.reply(1, .done))
        for number in 0..<200 { mailbox.post(.detail(EntityID(.queue, "q\(number)"), nil)) }
        mailbox.post(.reply(2, .done))
        var replies: [Int] = []
        var details: [String] = []
        for message in mailbox.take() {
            switch message {
            case .reply(let number, _): replies.append(number)
            case .detail(let entity, _): details.append(entity.name)
            default: break
            }
        }
        #expect(replies == [1, 2])
        #expect(details.count == Mailbox.limit - 2)
        #expect(details.last == "q199")
        #expect(mailbox.take().isEmpty)
    }
}

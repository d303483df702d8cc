import Monitoring
import Testing

@Suite struct MeasuredTests {
    private let erp = EntityID(.queue, "erp")

    private func said(
        _ rule: Rule, _ status: Status, _ what: String, _ measured: [Measured], _ parts: [String] = []
    ) -> Assessment {
        var said = Assessment(rule, of: erp, status, what, parts)
        said.measured = measured
        return said
    }

    private func sentence(_ said: Assessment...) -> String {
        let now = Timestamp(boot: .seconds(100), wall: WallTime(seconds: 1_764_036_877), bootID: "test")
        return Judgement(said, at: Moment(now)).reason.joined(separator: " · ")
    }

    @Test func `figures of several rules are told once, in order, with the limits they are over`() {
        let waits = Measured(.waiting, "103 wait")
        let pace = Measured(.pace, "68 more each minute")
        #expect(
            sentence(
                said(.noConsumer, .critical, "nobody takes messages", [waits, pace]),
                said(
                    .oldest, .critical, "messages wait too long",
                    [Measured(.age, "the oldest 55 s", limit: "20 s")]),
                said(.depth, .warning, "backlog", [Measured(.waiting, "103 wait", limit: "40"), pace]))
                == "nobody takes messages · 103 wait, 68 more each minute, the oldest 55 s (limits 40 and 20 s)"
        )
    }

    @Test func `what is no figure is said, whatever is worse`() {
        #expect(
            sentence(
                said(.depth, .critical, "backlog", [Measured(.waiting, "9000 wait", limit: "2000")]),
                said(.nothingTaken, .warning, "nothing taken for 11 min", [Measured(.waiting, "9000 wait")]),
                said(.failedMessages, .warning, "12 failed in 1 h", []))
                == "backlog · 9000 wait (limit 2000) · nothing taken for 11 min · 12 failed in 1 h")
    }

    @Test func `the journal tells a rule with its own figures`() {
        let one = said(
            .noConsumer, .critical, "nobody takes messages", [Measured(.waiting, "3 wait")], ["a", "b"])
        #expect(one.headline == "nobody takes messages · 3 wait · a")
    }
}

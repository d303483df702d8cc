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

    @Test func `of two rules that count the same the one is told that its row has the figure of`() {
        let began = WallTime(seconds: 1_764_036_000)
        var own = said(.failing, .warning, "11 of 63 failed in 92 s, 17.5 %", [], ["last: HTTP 401"])
        own.isTimeTold = false
        var learned = said(.failsMore, .critical, "11 of 37 attempts failed in 50 s: HTTP 401", [])
        learned.since = began
        #expect(
            sentence(learned, own) == "11 of 63 failed in 92 s, 17.5 % · since 02:00 · last: HTTP 401")
        own.status = .ok
        own.what = ""
        own.parts = []
        #expect(
            sentence(learned, own) == "11 of 37 attempts failed in 50 s: HTTP 401 · since 02:00",
            "alone it speaks for itself")
        let slow = said(.slow, .warning, "slow", [], ["p95 4.8 s (limit 3.0 s)"])
        let slower = said(.slower, .warning, "93 calls took 1.4 s on average in 2 min", [])
        #expect(sentence(slow, slower) == "slow · p95 4.8 s (limit 3.0 s)")
    }

    @Test func `alerts and events tell it in the same words as the row`() {
        let own = said(.failing, .warning, "11 of 63 failed in 92 s, 17.5 %", [])
        let learned = said(.failsMore, .critical, "11 of 37 attempts failed in 50 s", [])
        #expect(learned.spoken(among: [own, learned]) == own)
        #expect(own.spoken(among: [own, learned]) == own)
        let well = said(.failing, .ok, "", [])
        #expect(learned.spoken(among: [well, learned]) == learned, "what is well says nothing")
    }
}

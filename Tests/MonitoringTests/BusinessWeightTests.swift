import Monitoring
import Testing

/// How bad a thing of a flow is goes by what the flow means to the business.
struct BusinessWeightTests {
    private static let queue = EntityID(.queue, "psp.capture")

    private static func flow(_ tier: Int?, isSafeZone: Bool = false) -> Integration {
        Integration(
            name: "payments-psp", thing: "payments", direction: .out, system: "PSP", tier: tier,
            isSafeZone: isSafeZone)
    }

    private static func said(_ rule: Rule, _ status: Status) -> Assessment {
        Assessment(rule, of: queue, status, "nothing taken")
    }

    @Test(arguments: [Rule.nothingTaken, .abandoned, .leftBehind, .jobDue, .jobUnplanned, .suspended, .stuck])
    func `what stands still is critical at once where the flow matters most`(rule: Rule) throws {
        for flow in [Self.flow(1), Self.flow(nil, isSafeZone: true), Self.flow(3, isSafeZone: true)] {
            let weight = try #require(BusinessWeight(flow))
            let told = weight.weighed(Self.said(rule, .warning))
            #expect(told.status == .critical)
            #expect(told.weight?.contains("it belongs to payments → PSP, ") == true)
        }
    }

    @Test(arguments: [Rule.depth, .oldest, .lag, .growing, .grows, .failedMessages, .jobMissed, .invalid])
    func `what is measured against limits is as bad as they say`(rule: Rule) throws {
        let weight = try #require(BusinessWeight(Self.flow(1)))
        #expect(weight.weighed(Self.said(rule, .warning)) == Self.said(rule, .warning))
    }

    @Test(arguments: [2, 3, nil]) func `in the middle, and where nobody said, all is as found`(tier: Int?) {
        #expect(BusinessWeight(Self.flow(tier)) == nil)
    }

    @Test(arguments: [Rule.noConsumer, .depth, .brokerState]) func `what can wait is no more than a warning`(
        rule: Rule
    ) throws {
        let weight = try #require(BusinessWeight(Self.flow(5)))
        let told = weight.weighed(Self.said(rule, .critical))
        #expect(told.status == .warning)
        #expect(told.weight == "a warning, not critical: it belongs to payments → PSP, tier 5")
        #expect(weight.weighed(told) == told)
    }

    @Test func `what waits for its hold will be as bad, and what is well or unknown stays so`() throws {
        let weight = try #require(BusinessWeight(Self.flow(1)))
        var pending = Self.said(.nothingTaken, .ok)
        pending.standing = .pending(.warning, seconds: 30)
        #expect(weight.weighed(pending).standing == .pending(.critical, seconds: 30))
        for status in [Status.ok, .unknown, .off] {
            #expect(weight.weighed(Self.said(.nothingTaken, status)) == Self.said(.nothingTaken, status))
        }
    }

    @Test func `a person's own rule is as bad as that person wrote`() throws {
        for flow in [Self.flow(1), Self.flow(9)] {
            let weight = try #require(BusinessWeight(flow))
            for status in [Status.warning, .critical] {
                #expect(weight.weighed(Self.said(.custom, status)) == Self.said(.custom, status))
            }
        }
    }
}

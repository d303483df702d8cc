import Monitoring
import Testing
import Text

/// How bad something is goes by what the flow means to the business, for rules and detectors alike.
struct TierTests {
    private static func flow(_ tier: Int, isSafeZone: Bool) -> Integration {
        Integration(
            name: "orders", thing: "orders", direction: .out, system: "ERP", tier: tier,
            isSafeZone: isSafeZone)
    }

    @Test(arguments: [1, 2, 3, 9])
    func `what must stay healthy at all costs has the limits of the first tier`(
        tier: Int
    ) {
        let limits = Limits()
        #expect(limits.integration(Self.flow(tier, isSafeZone: true)) == limits.tier(1))
        #expect(limits.integration(Self.flow(tier, isSafeZone: false)) == limits.tier(tier))
    }

    @Test func `limits of its own go before those`() {
        var limits = Limits()
        var own = IntegrationLimits()
        own.fewCount = 7
        limits.integrationsByName["orders"] = own
        #expect(limits.integration(Self.flow(3, isSafeZone: true)) == own)
    }

    @Test(arguments: [1, 2, 3]) func `detectors take the same flows for vital`(tier: Int) {
        for isSafeZone in [false, true] {
            var shape = StoreShape.Flow("orders")
            (shape.tier, shape.isInSafeZone) = (tier, isSafeZone)
            #expect(shape.isVital == (Self.flow(tier, isSafeZone: isSafeZone).limitTier == 1))
        }
    }
}

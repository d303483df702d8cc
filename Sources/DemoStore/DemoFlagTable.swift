import FeatureFlags
import Monitoring

/// The flags of the demo store and who changed them last.
struct DemoFlagTable {
    private(set) var flags: [FlagReading]
    private var revision = 41

    init(at start: WallTime) {
        func flag(
            _ name: String, _ backend: String, _ value: FlagValue, _ by: String?, hoursAgo: Double,
            variants: [String] = ["on", "off"], fixed: String? = nil, scope: FlagScope? = nil
        ) -> FlagReading {
            var flag = FlagReading(
                name: name, backend: backend, value: value, variants: variants, revision: "41")
            flag.changedBy = by
            flag.changedAt = start.advanced(bySeconds: -hoursAgo * 3600)
            flag.fixedReason = fixed
            flag.scope = scope
            return flag
        }
        // By whom no table of Magento's says.
        flags = [
            flag(
                "cart.new", DemoFlags.features, .rollout(25), "jonas", hoursAgo: 26,
                fixed: "a share of the traffic decides; switch it where it is kept"),
            flag("crm.live", DemoFlags.features, .on, "mira", hoursAgo: 50),
            flag("erp.v2", DemoFlags.features, .off, "deniz", hoursAgo: 20),
            flag("psp.capture", DemoFlags.features, .on, "jonas", hoursAgo: 220),
            flag(
                "search", DemoFlags.features, .variant("os2"), "jonas", hoursAgo: 49,
                variants: ["os1", "os2"], fixed: "its variants are not ON and OFF"),
            flag("stock.delta", DemoFlags.features, .on, "mira", hoursAgo: 31),
            flag("wms.returns", DemoFlags.features, .off, "mira", hoursAgo: 52),
            flag("grid.async", DemoFlags.magento, .on, nil, hoursAgo: 61, scope: .all),
            flag("mail.async", DemoFlags.magento, .on, nil, hoursAgo: 61, scope: .all),
        ]
    }

    func value(of name: String) -> FlagValue? { flags.first { $0.name == name }?.value }

    mutating func set(_ name: String, to value: FlagValue, by who: String, at now: WallTime) {
        guard let index = flags.firstIndex(where: { $0.name == name }) else { return }
        revision += 1
        flags[index].value = value
        flags[index].revision = String(revision)
        flags[index].changedBy = who
        flags[index].changedAt = now
    }
}

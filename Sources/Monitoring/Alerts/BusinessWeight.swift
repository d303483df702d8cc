/// How bad a thing of the store is for the business: by the flow that it belongs to, as flows go by their tiers.
///
/// - Tier 1 and the safe zone: what stands still is critical at once, since nothing of the flow is done meanwhile. What
///   is measured against limits (a depth, an age, a lag) is as bad as its limits say.
/// - Tiers 2 and 3, a flow whose tier nobody said, and what belongs to no flow: as found.
/// - Tier 4 and beyond can wait for the morning: what is critical is told as a warning.
package struct BusinessWeight: Sendable, Hashable {
    private enum Pull: Sendable { case up, down }

    private let pull: Pull
    /// `belongs to payments → PSP, tier 1`
    private let whose: String

    /// Nil where the flow changes nothing.
    package init?(_ flow: Integration) {
        self.init(flow.title, tier: flow.tier, isSafeZone: flow.isSafeZone)
    }

    init?(_ flow: StoreShape.Flow) {
        self.init(flow.name, tier: flow.tier, isSafeZone: flow.isInSafeZone)
    }

    private init?(_ name: String, tier: Int?, isSafeZone: Bool) {
        if isSafeZone || tier.map({ $0 <= 1 }) ?? false {
            pull = .up
        } else if let tier, tier >= 4 {
            pull = .down
        } else {
            return nil
        }
        let rank = tier.map { $0 > 1 && isSafeZone ? "the safe zone" : "tier \($0)" } ?? "the safe zone"
        whose = "it belongs to \(name), \(rank)"
    }

    /// Things that flows have, and whose own rules know nothing of tiers.
    package static func weighs(_ kind: EntityID.Kind) -> Bool {
        switch kind {
        case .queue, .cron, .indexer, .recon: true
        case .integration, .flag, .source: false
        }
    }

    /// Whether there is anything to be weighed, before it is asked whose it is.
    package static func concerns(_ said: Assessment) -> Bool {
        if case .pending = said.standing { return said.rule != .custom }
        return said.rule != .custom && (said.status == .critical || said.status == .warning)
    }

    /// What a person wrote a rule for is as bad as that person says.
    package func weighed(_ said: Assessment) -> Assessment {
        guard Self.concerns(said) else { return said }
        var weighed = said
        switch (pull, said.standing) {
        case (.up, .pending(.warning, let seconds)) where said.rule.isStandstill:
            weighed.standing = .pending(.critical, seconds: seconds)
        case (.down, .pending(.critical, let seconds)):
            weighed.standing = .pending(.warning, seconds: seconds)
        case (.up, .judged) where said.rule.isStandstill && said.status == .warning:
            weighed.status = .critical
            weighed.weight = "critical, not a warning: \(whose)"
        case (.down, .judged) where said.status == .critical:
            weighed.status = .warning
            weighed.weight = "a warning, not critical: \(whose)"
        default: break
        }
        return weighed
    }

    func weighed(_ finding: Finding) -> Finding {
        var weighed = finding
        switch pull {
        case .up: if finding.kind.isStandstill { weighed.severity = .critical }
        case .down: weighed.severity = .warning
        }
        return weighed
    }
}

extension Rule {
    /// It says that work is not done at all, however much of it there is.
    fileprivate var isStandstill: Bool {
        switch self {
        case .noConsumer, .nothingTaken, .abandoned, .leftBehind, .jobDue, .jobUnplanned, .stuck,
            .failingRuns,
            .triggers, .changelog, .ahead, .suspended:
            true
        default: false
        }
    }
}

extension Finding.Kind {
    fileprivate var isStandstill: Bool {
        switch self {
        case .noConsumer, .stuck, .died, .overdue, .blind, .stopped: true
        default: false
        }
    }
}

import FeatureFlags
package import Monitoring

// Whom a row belongs to, as the config ties things to flows.
extension [IntegrationRow] {
    /// Those of a row: itself, those that a flag switches, or the one that claims it. One that names it goes before
    /// one whose pattern fits, of several the first of the config.
    package func claiming(_ id: EntityID) -> [IntegrationRow] {
        switch id.kind {
        case .integration: return filter { $0.id == id }
        case .flag:
            let flag = EntityID(.flag, id.name)
            return filter { $0.integration.flags.contains { EntityID(.flag, $0) == flag } }
        case .queue, .cron, .indexer, .source, .recon:
            var best: (flow: IntegrationRow, strength: Ties.Strength)?
            for flow in self {
                guard let strength = flow.integration.ties.strength(of: id) else { continue }
                if best.map({ $0.strength < strength }) ?? true { best = (flow, strength) }
            }
            return best.map { [$0.flow] } ?? []
        }
    }

    /// Whether a flag of this name, in whatever backend, switches one of them.
    package func areSwitched(by name: String) -> Bool {
        let flag = EntityID(.flag, name)
        return contains { $0.integration.flags.contains { EntityID(.flag, $0) == flag } }
    }
}

extension Snapshot {
    /// The flows that a row belongs to; one at most, but for a flag.
    package func flows(of id: EntityID) -> [IntegrationRow] { integrations.claiming(id) }

    /// Those that switch one of these flows, in all backends. Asked for with each frame, of however many flags: what has
    /// another length is not compared.
    package func flags(of flows: [IntegrationRow]) -> [FlagRow] {
        let wanted = flows.flatMap(\.integration.flags)
        guard !wanted.isEmpty else { return [] }
        let lengths = wanted.map(\.utf8.count)
        return flags.indices.filter { place in
            lengths.contains(flags[place].flag.name.utf8.count)
                && flows.areSwitched(by: flags[place].flag.name)
        }.map { flags[$0] }
    }
}

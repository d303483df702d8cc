package import Text

/// What of the store belongs to a flow: names and patterns by kind, as the config has them.
package struct Ties: Hashable, Sendable, Codable {
    package var queues: [NamePattern] = []
    /// Also the heartbeat of cron, by that name.
    package var jobs: [NamePattern] = []
    package var indexers: [NamePattern] = []
    package var sources: [NamePattern] = []

    package init() {}

    /// How closely something is claimed: a name of its own goes before a pattern.
    package enum Strength: Int, Sendable, Comparable {
        case pattern, name

        package static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }
    }

    /// Nil where it does not belong here.
    package func strength(of id: EntityID) -> Strength? {
        let patterns = self[id.kind].filter { $0.matches(id.name) }
        guard !patterns.isEmpty else { return nil }
        return patterns.contains(where: \.isName) ? .name : .pattern
    }

    private subscript(kind: EntityID.Kind) -> [NamePattern] {
        switch kind {
        case .queue: queues
        case .cron: jobs
        case .indexer: indexers
        case .source: sources
        case .integration, .flag, .recon: []
        }
    }
}

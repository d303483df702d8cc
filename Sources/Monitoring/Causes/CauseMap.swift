package import Text

/// What follows from what in a store: a source before what is read of it, cron before its groups, a group before its jobs,
/// a queue before its flow, a flow before its letters and checks, the shop before all of them.
package struct CauseMap: Sendable {
    private var causes: [EntityID: Set<EntityID>] = [:]
    /// Where each thing is read, as far as that is known; else anything may follow from any source.
    package var sources: [EntityID: Set<ExactName>] = [:]
    private let systems: [EntityID: String]
    private let groups: [ExactName: String]
    private let letters: [(name: String, flows: [StoreShape.Flow])]

    package static let shop = EntityID(.integration, "*")
    static let heartbeat = EntityID(.cron, "heartbeat")

    package init(_ shape: StoreShape) {
        groups = Dictionary(
            shape.jobs.map { (ExactName($0.name), $0.group) }, uniquingKeysWith: { first, _ in first })
        systems = Dictionary(
            shape.flows.filter { !$0.system.isEmpty }.map { (EntityID(.integration, $0.name), $0.system) },
            uniquingKeysWith: { first, _ in first })
        letters = shape.queuesWithoutConsumer.map { name in
            (name, shape.flows.filter { $0.queues.contains { name.utf8.starts(with: $0.utf8) } })
        }
        for flow in shape.flows {
            let own = EntityID(.integration, flow.name)
            var before: Set<EntityID> = [Self.shop]
            before.formUnion(flow.queues.map { EntityID(.queue, $0) })
            for job in flow.jobs {
                before.formUnion([EntityID(.cron, job), Self.heartbeat])
                if let group = groups[ExactName(job)] { before.insert(Self.group(group)) }
            }
            causes[own, default: []].formUnion(before)
            for check in flow.checks {
                causes[EntityID(.recon, check), default: []].formUnion(before.union([own]))
            }
            for queue in flow.queues {
                causes[EntityID(.queue, queue), default: []].formUnion([own, Self.shop])
            }
            // A job is late because its flow's other end is.
            for job in flow.jobs { causes[EntityID(.cron, job), default: []].insert(own) }
        }
        for (name, flows) in letters {
            let before = flows.flatMap { flow in
                [EntityID(.integration, flow.name), Self.shop] + flow.queues.map { EntityID(.queue, $0) }
            }
            causes[EntityID(.queue, name), default: []].formUnion(before)
        }
    }

    private static func group(_ name: String) -> EntityID { EntityID(.cron, "group/\(name)") }

    /// Whether trouble of `entity` may follow from trouble of `other`.
    func follows(_ entity: EntityID, from other: EntityID) -> Bool {
        if causes[entity]?.contains(other) == true { return true }
        switch (entity.kind, other.kind) {
        case (_, .source):
            guard entity.kind != .source else { return false }
            return sources[entity].map { $0.contains(ExactName(other.name)) } ?? true
        case (.cron, .cron):
            if other == Self.heartbeat { return true }
            return groups[ExactName(entity.name)].map { Self.group($0) == other } ?? false
        case (.indexer, .cron), (.queue, .cron):
            // Indexers and the consumers of database queues run by cron alone.
            let isOfTheirs = entity.kind == .indexer ? "index" : "consumer"
            return other == Self.heartbeat || other.name.utf8.starts(with: "group/\(isOfTheirs)".utf8)
                || other.name.utf8.starts(with: isOfTheirs.utf8)
        case (.indexer, .integration), (.queue, .integration): return other == Self.shop
        default: return false
        }
    }

    /// Whether the same is wrong with two flows of one system.
    func shareSystem(_ one: EntityID, _ other: EntityID) -> Bool {
        guard let system = systems[one], let others = systems[other] else { return false }
        return ExactName.same(system, others)
    }

    /// The lower, the more upstream.
    static func rank(_ entity: EntityID, _ kind: Finding.Kind) -> Int {
        switch entity.kind {
        case .source: 0
        case .cron: entity == heartbeat ? 1 : entity.name.utf8.starts(with: "group/".utf8) ? 2 : 4
        case .queue: kind == .growing ? 6 : 3
        case .integration: entity == shop ? 3 : 5
        case .flag: 3
        case .indexer, .recon: 6
        }
    }
}

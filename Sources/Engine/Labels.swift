import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// What rows are called on the screen and in reports: the cleaned name, with its virtual host or source only
/// where two share it, and never two alike.
struct Labels {
    private var known: [Part: (ids: [EntityID], labels: [String])] = [:]

    enum Part { case queues, jobs, heartbeats, indexers, flags, sources }

    /// The labels of one part's rows; made anew only when its rows are others.
    mutating func of(_ part: Part, _ ids: [EntityID]) -> [String] {
        if let known = known[part], known.ids == ids { return known.labels }
        let labels = Self.of(ids)
        known[part] = (ids, labels)
        return labels
    }

    static func of(_ ids: [EntityID]) -> [String] {
        var labels = LookAlikes.drawn(ids.map(\.name), maxBytes: 256)
        var places: [ExactName: [Int]] = [:]
        for place in labels.indices { places[ExactName(labels[place]), default: []].append(place) }
        for group in places.values where group.count > 1 {
            let sources = Set(group.map { ExactName(ids[$0].source) })
            let hosts = Set(group.map { ExactName(ids[$0].virtualHost ?? "") })
            for place in group {
                var placement: [String] = []
                if hosts.count > 1, let host = ids[place].virtualHost { placement.append(host) }
                if sources.count > 1 { placement.append(ids[place].source) }
                guard !placement.isEmpty else { continue }
                labels[place] += " (" + Sanitizer.line(placement.joined(separator: ", "), maxBytes: 128) + ")"
            }
        }
        return labels
    }
}

extension Snapshot {
    /// Gives every row its label; to be called once all rows are there.
    mutating func nameRows(_ labels: inout Labels) {
        for (place, label) in labels.of(.queues, queues.map(\.id)).enumerated() {
            queues[place].label = label
        }
        for (place, label) in labels.of(.jobs, cron.jobs.map(\.id)).enumerated() {
            cron.jobs[place].label = label
        }
        for (place, label) in labels.of(.heartbeats, cron.heartbeats.map(\.id)).enumerated() {
            cron.heartbeats[place].label = label
        }
        for (place, label) in labels.of(.indexers, indexers.map(\.id)).enumerated() {
            indexers[place].label = label
        }
        let named = flags.map { EntityID(.flag, $0.flag.name, in: $0.flag.backend) }
        for (place, label) in labels.of(.flags, named).enumerated() { flags[place].label = label }
        for (place, label) in labels.of(.sources, sources.map(\.id)).enumerated() {
            sources[place].label = label
        }
        for place in integrations.indices {
            integrations[place].label = Sanitizer.line(integrations[place].integration.title, maxBytes: 256)
        }
        distinguishFlows()
    }

    /// Two flows of one thing and system are told apart by the names the config gives them.
    private mutating func distinguishFlows() {
        var places: [ExactName: [Int]] = [:]
        for place in integrations.indices {
            places[ExactName(integrations[place].label), default: []].append(place)
        }
        for group in places.values where group.count > 1 {
            let names = LookAlikes.drawn(group.map { integrations[$0].id.name }, maxBytes: 128)
            for (place, name) in zip(group, names) {
                integrations[place].distinction = name
                integrations[place].label += " (\(name))"
            }
        }
    }
}

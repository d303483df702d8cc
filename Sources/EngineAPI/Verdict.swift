package import Monitoring

/// The worst status and how many checks have which: the first thing that is read.
package struct Verdict: Hashable, Sendable, Codable {
    package var worst: Status
    package var counts: [Status: Int]
    package var checks: Int
    /// Of the checks those that a person has set aside: neither well nor trouble, and in no other count.
    package var setAside = 0

    package init(_ judgements: some Sequence<Judgement>) {
        counts = [:]
        checks = 0
        worst = .unknown
        var worstSeen: Status?
        for judgement in judgements {
            checks += 1
            guard judgement.aside == nil else {
                setAside += 1
                continue
            }
            let status = judgement.status
            counts[status, default: 0] += 1
            if status != .off { worstSeen = min(worstSeen ?? .ok, status) }
        }
        // No check at all is not a good morning.
        if let worstSeen { worst = worstSeen }
    }
}

extension Snapshot {
    package var verdict: Verdict {
        var judgements: [Judgement] = []
        judgements += queues.map(\.judgement)
        judgements += integrations.map(\.judgement)
        judgements += cron.known.map(\.judgement)
        judgements += cron.jobs.map(\.judgement)
        judgements += indexers.map(\.judgement)
        judgements += flags.map(\.judgement)
        judgements += sources.map(\.judgement)
        return Verdict(judgements)
    }
}

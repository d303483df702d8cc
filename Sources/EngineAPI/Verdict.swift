package import Monitoring

/// The worst status and how many checks have which: the first thing that is read.
package struct Verdict: Hashable, Sendable, Codable {
    package var worst: Status
    package var counts: [Status: Int]
    package var checks: Int

    package init(_ statuses: some Sequence<Status>) {
        counts = [:]
        checks = 0
        worst = .unknown
        var worstSeen: Status?
        for status in statuses {
            counts[status, default: 0] += 1
            checks += 1
            if status != .off { worstSeen = min(worstSeen ?? .ok, status) }
        }
        // No check at all is not a good morning.
        if let worstSeen { worst = worstSeen }
    }
}

extension Snapshot {
    package var verdict: Verdict {
        var statuses: [Status] = []
        statuses.append(contentsOf: queues.map(\.judgement.status))
        statuses.append(contentsOf: integrations.map(\.judgement.status))
        statuses.append(contentsOf: cron.known.map(\.judgement.status))
        statuses.append(contentsOf: cron.jobs.map(\.judgement.status))
        statuses.append(contentsOf: indexers.map(\.judgement.status))
        statuses.append(contentsOf: flags.map(\.judgement.status))
        statuses.append(contentsOf: sources.map(\.judgement.status))
        return Verdict(statuses)
    }
}

import EngineAPI
import Monitoring

/// Snapshots as one look ends with.
enum LookedAt {
    static let wall = WallTime(seconds: 1_790_000_000)

    static func moment(_ seconds: Double) -> Timestamp {
        Timestamp(boot: .seconds(seconds), wall: wall.advanced(bySeconds: seconds), bootID: "test")
    }

    static func store(_ statuses: [Status], in source: String = "") -> Snapshot {
        var snapshot = Snapshot(
            at: moment(1),
            environment: EnvironmentFacts(name: "eu-shop", isProduction: true, access: .readOnly))
        snapshot.queues = statuses.enumerated().map { index, status in
            QueueRow(
                id: EntityID(.queue, "q\(index)", in: source), transport: .db,
                judgement: Judgement(status, status < .ok ? ["depth 700", "limit 500"] : []),
                sources: [source])
        }
        return snapshot
    }

    static func source(_ name: String, reads: Int, isRead: Bool = true) -> SourceRow {
        var source = SourceRow(name: name, kind: "mysql", judgement: .ok)
        var probe = ProbeRow(
            schedule: ProbeSchedule(
                id: "\(name)/queues", source: name, kind: "mysql", subject: "queues", interval: .seconds(60),
                deadline: .seconds(5)),
            judgement: .ok)
        probe.reads = reads
        probe.failures = isRead ? 0 : reads
        probe.readAt = isRead && reads > 0 ? moment(1) : nil
        source.probes = [probe]
        return source
    }

    static func pending(_ id: EntityID) -> Assessment {
        var said = Assessment(.noConsumer, of: id, .ok, "nobody takes messages", value: 40, unit: .seconds)
        said.standing = .pending(.critical, seconds: 80)
        return said
    }

    static func notJudged(_ id: EntityID) -> Assessment {
        var said = Assessment(.nothingTaken, of: id)
        said.standing = .notJudged("needs a second reading")
        return said
    }
}

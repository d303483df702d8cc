import Display
package import EngineAPI
import FeatureFlags
import Monitoring
package import Screens
import Text

/// One store and one night, as the models of the screens have it: the same names and figures in every scene,
/// for the tests of what is drawn.
package enum StoreNight {
    package enum Scene: String, CaseIterable, Sendable {
        /// A queue without consumer, a silent flow, an unreadable log, a hanging cron job, an indexer behind.
        case incident
        /// The same store on a good morning.
        case calm
        /// The database does not answer.
        case blind
        /// The console was just started: sources are being read, nothing is known.
        case first
        /// Nothing has answered for a long time.
        case unknown
        /// 500 queues.
        case many
        /// Names as long and as foreign as the sanitizer lets through.
        case hostile
    }

    package static func snapshot(_ scene: Scene) -> Snapshot {
        switch scene {
        case .incident: Incident.snapshot
        case .calm: Calm.snapshot
        case .blind: Calm.blind
        case .first: Calm.first
        case .unknown: Calm.unknown
        case .many: Calm.many
        case .hostile: Calm.hostile
        }
    }

    /// A console that has just got this snapshot.
    package static func model(_ scene: Scene, rows: Int, columns: Int) -> Model {
        let snapshot = snapshot(scene)
        var model = Model(now: snapshot.at, size: .init(rows: rows, columns: columns))
        _ = update(&model, .snapshot(snapshot))
        return model
    }

    // MARK: Building rows

    /// 22 November 2026, UTC.
    static func clock(_ hour: Int, _ minute: Int, _ second: Int = 0, day: Int = 22) -> WallTime {
        WallTime(
            seconds: CivilTime.secondsSinceEpoch(
                year: 2026, month: 11, day: day, hour: hour, minute: minute, second: second))
    }

    static func moment(_ wall: WallTime) -> Timestamp {
        Timestamp(
            boot: .milliseconds(wall.milliseconds - clock(0, 0, day: 1).milliseconds), wall: wall,
            bootID: "test")
    }

    static func ago(_ seconds: Double, _ now: Timestamp) -> Timestamp {
        moment(now.wall.advanced(bySeconds: -seconds))
    }

    /// Rates per second, `oldest` in seconds.
    static func queue(
        _ name: String, _ transport: QueueReading.Transport, _ depth: Int?, in inRate: Double?,
        out outRate: Double?, oldest: Double? = nil, _ consumers: QueueReading.Consumers,
        _ trend: [Double?], source: String = "rabbitmq", read: Timestamp
    ) -> QueueRow {
        let sources =
            transport == .db ? ["magento-db"] : consumers == .lockHeld ? [source, "magento-db"] : [source]
        var row = QueueRow(id: EntityID(.queue, name), transport: transport, judgement: .ok, sources: sources)
        row.depth = depth.map { Count($0) }
        row.ready = depth.map { Count($0) }
        row.inProgress = Count(0)
        if transport == .db {
            row.retry = Count(0)
            row.error = Count(0)
        }
        row.inRate = inRate
        row.outRate = outRate
        row.oldestSeconds = oldest
        row.consumers = consumers
        row.isWithoutConsumer = name.hasSuffix(".failed") || name.hasSuffix(".retry")
        row.trend = trend
        row.readAt = read
        return row
    }

    static func flow(
        _ thing: String, _ direction: Integration.Direction, _ system: String, ok: Double?, fail: Double?,
        retry: Double?, share: (Int, Int)?, hour: (Int, Int)?, p95: Double?, last: WallTime?,
        owner: String, source: String, read: Timestamp
    ) -> IntegrationRow {
        let integration = Integration(
            name: "\(thing)-\(system.lowercased())", thing: thing, direction: direction, system: system,
            tier: thing == "orders" || thing == "payments" ? 1 : 2,
            isSafeZone: ["orders", "stock", "payments", "customers"].contains(thing), owner: owner)
        var row = IntegrationRow(integration: integration, judgement: .ok, sources: [source])
        row.successes = ok
        row.failures = fail
        row.retries = retry
        row.fiveMinutes = share.map { FailureShare(failed: $0.0, finished: $0.1) }
        row.hour = hour.map { FailureShare(failed: $0.0, finished: $0.1) }
        row.p95 = p95
        row.lastSuccess = last
        row.readAt = read
        return row
    }

    static func job(_ code: String, ago: Double, next: Double?, group: String?, read: Timestamp) -> CronRow {
        var row = CronRow(code: code, judgement: .ok, sources: ["magento-db"])
        row.group = group
        row.lastSuccess = read.wall.advanced(bySeconds: -ago)
        row.nextDue = next.map { read.wall.advanced(bySeconds: $0) }
        row.missedLastHour = 0
        row.errorsLastHour = 0
        row.readAt = read
        return row
    }

    static func indexer(
        _ name: String, events: Int?, lag: Double?, moved: Double, isSave: Bool = false, read: Timestamp
    ) -> IndexerRow {
        var row = IndexerRow(
            id: EntityID(.indexer, name, in: "magento-db"), mode: isSave ? .save : .schedule, judgement: .ok,
            sources: ["magento-db"])
        row.status = isSave ? "valid" : "idle"
        row.backlog = events
        row.lagSeconds = lag
        row.movedAt = read.wall.advanced(bySeconds: -moved)
        row.readAt = read
        return row
    }

    static func flag(
        _ name: String, _ value: FlagValue, _ place: String, by who: String, ago: Double, read: Timestamp
    ) -> FlagRow {
        var reading = FlagReading(
            name: name, backend: place == "flagd file" ? "flagd" : "magento", value: value,
            variants: ["on", "off"], revision: "1")
        reading.changedBy = who
        reading.changedAt = read.wall.advanced(bySeconds: -ago)
        var row = FlagRow(flag: reading, place: place, judgement: value == .off ? Judgement(.off) : .ok)
        row.next = value == .on ? .off : value == .off ? .on : nil
        row.readAt = read
        return row
    }

    static func source(
        _ name: String, _ kind: String, _ subjects: [String], read: Timestamp, every seconds: Double = 5,
        milliseconds: Double = 4
    ) -> SourceRow {
        var row = SourceRow(name: name, kind: kind, judgement: .ok)
        row.readAt = read
        row.probes = subjects.map { subject in
            var probe = ProbeRow(
                schedule: ProbeSchedule(
                    id: "\(name)/\(subject)", source: name, kind: kind, subject: subject,
                    interval: .seconds(seconds), deadline: .seconds(seconds)), judgement: .ok)
            probe.readAt = read
            probe.latency = milliseconds / 1000
            probe.costPerMinute = ReadCost(
                queries: Int(60 / seconds) * 2, bytes: 23_400, milliseconds: milliseconds * 12)
            probe.reads = 900
            probe.nextTry = moment(read.wall.advanced(bySeconds: seconds))
            return probe
        }
        return row
    }
}

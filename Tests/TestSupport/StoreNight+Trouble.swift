import EngineAPI
import FeatureFlags
import Monitoring

// What else can happen to the calm store.
extension StoreNight.Calm {
    private typealias Night = StoreNight

    /// The database gone for 71 s: what came from it is stale, then unknown; the rest lives.
    static var blind: Snapshot {
        var snapshot = self.snapshot
        let lost = "no answer since 07:40:59"
        Night.edit(&snapshot.sources, "magento-db") { source in
            source.readAt = Night.ago(73, now)
            source.judgement = Judgement(
                .critical,
                [lost + ": connect to db1:3306 timed out after 2 s", "7 tries", "next in 9 s"],
                since: Night.clock(7, 40, 59, day: 23))
            for index in source.probes.indices {
                source.probes[index].readAt = Night.ago(73 + Double(index) * 5, now)
                source.probes[index].judgement = source.judgement
                source.probes[index].failures = 7
                source.probes[index].latency = nil
                source.probes[index].nextTry = Night.moment(now.wall.advanced(bySeconds: 9))
            }
        }
        for i in snapshot.queues.indices where snapshot.queues[i].sources.contains("magento-db") {
            if snapshot.queues[i].transport == .db {
                snapshot.queues[i].readAt = Night.ago(76, now)
                snapshot.queues[i].judgement = Judgement(.unknown, [lost])
            } else {
                // The broker still counts; only who holds the lock is not known.
                snapshot.queues[i].judgement = Judgement(.unknown, [lost], figure: .consumers)
            }
            snapshot.queues[i].consumers = .unreadable
        }
        for i in snapshot.integrations.indices where snapshot.integrations[i].sources == ["magento-db"] {
            snapshot.integrations[i].readAt = Night.ago(76, now)
            snapshot.integrations[i].judgement = Judgement(.unknown, [lost])
            snapshot.integrations[i].lastSuccess = now.wall.advanced(bySeconds: -77)
        }
        snapshot.cron.readAt = Night.ago(83, now)
        snapshot.cron.lastBeat = now.wall.advanced(bySeconds: -98)
        snapshot.cron.judgement = Judgement(.unknown, [lost])
        for i in snapshot.cron.jobs.indices {
            snapshot.cron.jobs[i].readAt = Night.ago(83, now)
            snapshot.cron.jobs[i].judgement = Judgement(.unknown, [lost])
        }
        for i in snapshot.indexers.indices {
            snapshot.indexers[i].readAt = Night.ago(73, now)
            snapshot.indexers[i].judgement = Judgement(.stale, ["read 73 s ago", "unknown in 17 s"])
        }
        snapshot.events.append(
            Event(
                at: Night.clock(7, 40, 59, day: 23), status: .critical,
                entity: EntityID(.source, "magento-db"),
                subject: "source", text: "magento-db does not answer: connect to db1:3306 timed out"))
        return snapshot
    }

    /// Sources are configured, none has answered yet.
    static var first: Snapshot {
        var snapshot = Snapshot(at: now, environment: self.snapshot.environment)
        snapshot.sources = sources
        for i in snapshot.sources.indices {
            snapshot.sources[i].readAt = nil
            snapshot.sources[i].judgement = Judgement(.unknown, ["first value in 4 s"])
            for p in snapshot.sources[i].probes.indices {
                snapshot.sources[i].probes[p].readAt = nil
                snapshot.sources[i].probes[p].latency = nil
                snapshot.sources[i].probes[p].costPerMinute = ReadCost()
                snapshot.sources[i].probes[p].judgement = Judgement(.unknown)
                snapshot.sources[i].probes[p].isReading = true
            }
        }
        return snapshot
    }

    /// Two hours without one answer.
    static var unknown: Snapshot {
        var snapshot = self.snapshot
        let lost = Judgement(.unknown, ["not read for 2 h 00"])
        let read = Night.ago(7200, now)
        for i in snapshot.queues.indices {
            snapshot.queues[i].judgement = lost
            snapshot.queues[i].readAt = read
            snapshot.queues[i].trend = Array(repeating: nil, count: 8)
        }
        for i in snapshot.integrations.indices {
            snapshot.integrations[i].judgement = lost
            snapshot.integrations[i].readAt = read
        }
        snapshot.cron.judgement = lost
        snapshot.cron.readAt = read
        for i in snapshot.cron.jobs.indices {
            snapshot.cron.jobs[i].judgement = lost
            snapshot.cron.jobs[i].readAt = read
        }
        for i in snapshot.indexers.indices {
            snapshot.indexers[i].judgement = lost
            snapshot.indexers[i].readAt = read
        }
        for i in snapshot.flags.indices {
            snapshot.flags[i].judgement = lost
            snapshot.flags[i].readAt = read
        }
        for i in snapshot.sources.indices {
            snapshot.sources[i].readAt = read
            snapshot.sources[i].judgement = Judgement(
                .critical,
                ["no answer since 05:42: name db1 cannot be resolved", "1440 tries", "next in 5 s"])
        }
        return snapshot
    }

    /// 500 queues, forty of them in trouble.
    static var many: Snapshot {
        var snapshot = self.snapshot
        snapshot.queues = (0..<500).map { number in
            let text = String(number)
            let name = "tenant.\(String(repeating: "0", count: 3 - text.utf8.count))\(text).order.export"
            var row = StoreNight.queue(
                name, .amqp, number * 7, in: Double(number) / 10, out: 0.5, oldest: 4, .subscribed(1),
                Array(repeating: Double(number), count: 8), read: Night.ago(2, now))
            if number % 25 == 3 {
                row.consumers = .nobody
                row.judgement = Judgement(
                    .critical, ["nobody takes messages since 07:21", "\(number * 7) wait"], figure: .consumers
                )
            } else if number % 25 == 4 {
                row.judgement = Judgement(
                    .warning, ["\(number * 7) wait (limit 500)"], figure: .depth)
            }
            return row
        }
        return snapshot
    }

    /// Long and foreign names, as the sanitizer lets them through, and figures at their bounds.
    static var hostile: Snapshot {
        var snapshot = self.snapshot
        let long = String(repeating: "very.long.", count: 20)
        snapshot.queues[0].id = EntityID(.queue, long + "alpha")
        snapshot.queues[0].label = snapshot.queues[0].id.name
        snapshot.queues[1].id = EntityID(.queue, long + "beta")
        snapshot.queues[1].label = snapshot.queues[1].id.name
        snapshot.queues[2].id = EntityID(.queue, "注文.エクスポート.キュー.とても長い名前です")
        snapshot.queues[2].label = snapshot.queues[2].id.name
        snapshot.queues[2].depth = Count(.max, isBound: true)
        snapshot.queues[2].inRate = 123_456.789
        snapshot.queues[2].oldestSeconds = 1e12
        snapshot.queues[2].judgement = Judgement(
            .critical, [String(repeating: "no end of words ", count: 30), "never seen"], figure: .depth)
        snapshot.queues[3].id = EntityID(.queue, "ESC[31m\u{241B}[2J ‹U+202E›")
        snapshot.queues[3].label = snapshot.queues[3].id.name
        snapshot.queues[3].depth = nil
        snapshot.queues[3].inRate = .nan
        snapshot.queues[3].outRate = .infinity
        snapshot.integrations[0].integration.system = "システム・とても長い"
        snapshot.integrations[0].lastSuccess = WallTime(milliseconds: .max)
        snapshot.integrations[1].lastSuccess = WallTime(milliseconds: .min)
        snapshot.integrations[2].p95 = -.infinity
        snapshot.cron.jobs[0].id = EntityID(.cron, long)
        snapshot.cron.jobs[0].label = snapshot.cron.jobs[0].id.name
        snapshot.cron.jobs[1].judgement = Judgement(
            .warning, [String(repeating: "x", count: 300)], figure: .errors)
        snapshot.flags[0].flag.value = .variant("\u{1B}[31m" + String(repeating: "漢", count: 40))
        snapshot.environment.name = "店-\u{1B}]0;owned\u{07}" + String(repeating: "e", count: 80)
        snapshot.window = WindowClock(start: WallTime(milliseconds: .min), days: .max, title: long)
        return snapshot
    }
}

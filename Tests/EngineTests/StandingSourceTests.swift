@testable import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing

/// A copy that stands still is one alert, of the source, that began when the copy stood; nothing is said of cron.
@Suite struct StandingSourceTests {
    @Test func `one alert of the source, since it stood, and its rows are not known`() throws {
        let start = ManualTime().now
        func at(_ seconds: Double) -> Timestamp {
            Timestamp(
                boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
                bootID: start.bootID)
        }
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
            integrations: [], limits: Limits())
        for subject in ["cron", "queues"] {
            state.add(
                probe: ProbeSchedule(
                    id: "db/\(subject)", source: "db", kind: "mysql", subject: subject,
                    interval: .seconds(5), deadline: .seconds(4)))
        }
        state.beginDetecting(past: [], at: at(0))
        let stood = at(60).wall
        for seconds in stride(from: 0.0, through: 600, by: 5) {
            let isStanding = seconds >= 180
            for subject in ["cron", "queues"] where isStanding {
                var failure = ReadFailure(.standing, "db1:3306 is a replica, and its SQL thread is stopped")
                failure.since = stood
                state.failed("db/\(subject)", failure, latency: 0.1, at: at(seconds))
            }
            if !isStanding {
                var job = CronJobReading(code: "indexer_update_all_views")
                job.group = "index"
                job.success = CronRun(.success, ended: min(at(seconds).wall, stood))
                var reading = CronReading(
                    jobs: [job], newestRun: min(at(seconds).wall, stood), newestScheduled: nil)
                reading.readAt = at(seconds).wall
                state.sampled("db/cron", Sample([.cron(reading)]), latency: 0.1, at: at(seconds))
                var queue = QueueReading(name: "export", transport: .db)
                (queue.ready, queue.consumers) = (Count(3), .lockHeld)
                state.sampled("db/queues", Sample([.queues([queue])]), latency: 0.1, at: at(seconds))
            }
            state.reassess(at: at(seconds))
        }
        let snapshot = state.snapshot(generation: 1, at: at(600))
        let alert = try #require(snapshot.alerts.first)
        #expect(snapshot.alerts.map(\.entity) == [EntityID(.source, "db")], "\(snapshot.alerts)")
        #expect(alert.since == stood && alert.sentence.contains("stands still"), "\(alert)")
        #expect(alert.sentence.contains("its SQL thread is stopped") && alert.folded.isEmpty, "\(alert)")
        #expect(snapshot.cron.heartbeats.allSatisfy { $0.judgement.status == .unknown })
        #expect(snapshot.queues.allSatisfy { $0.judgement.status == .unknown })
        #expect(state.notices.notices.count == 1)
    }
}

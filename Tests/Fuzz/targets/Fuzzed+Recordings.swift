import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Recordings
import Text

extension Fuzzed {
    /// Recordings that somebody else sent: read, and judged as far as they can be read.
    static let recordings = [
        Fuzzed("recording", [told, observed]) { bytes in
            var reader = InputReader()
            reader.add(bytes)
            reader.add([])
            var play: EnginePlay?
            var last: Timestamp?
            while let timed = try? reader.next() {
                if case .start(let start) = timed.input { play = EnginePlay(start, at: timed.at) }
                play?.take(timed)
                last = timed.at
            }
            if let last { _ = play?.snapshot(at: last) }
            var old = RecordingReader()
            old.add(bytes)
            old.add([])
            while (try? old.next()) != nil {}
        }
    ]

    /// Version 2, with a line of each kind.
    private static let told: String = {
        let start = Timestamp(
            boot: .seconds(3600), wall: WallTime(seconds: 1_795_834_800), bootID: "fuzz")
        func at(_ seconds: Double) -> Timestamp {
            Timestamp(
                boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
                bootID: start.bootID)
        }
        var recorded = RecordedStart(EnvironmentFacts(name: "eu", isProduction: true, access: .operate))
        recorded.integrations = [
            Integration(name: "orders", thing: "orders", direction: .out, system: "ERP", tier: 1)
        ]
        for subject in ["queues", "cron", "indexers", "outcomes", "flags"] {
            recorded.schedules.append(
                ProbeSchedule(
                    id: subject, source: "db", kind: "mysql", subject: subject, interval: .seconds(5),
                    deadline: .seconds(2)))
        }
        var queue = QueueReading(name: "erp", transport: .amqp)
        (queue.virtualHost, queue.ready, queue.leftCounter) = ("/", Count(5, isBound: true), 7)
        var job = CronJobReading(code: "import")
        job.success = CronRun(.success, id: 3, due: start.wall, started: start.wall, ended: start.wall)
        job.errors = [CronRun(.error, id: 2)]
        var indexer = IndexerReading(name: "price", mode: .schedule)
        (indexer.version, indexer.newestVersion, indexer.triggers) = (4, 9, 3)
        var ledger = OutcomeLedger(since: start.wall)
        ledger.add(OutcomeCounts(successes: 2, failures: 1), at: start.wall)
        ledger.take(latency: 0.25, at: start.wall)
        ledger.looked(at: at(4).wall)
        var lines = OutcomeLines()
        lines.take(OutcomeLine(at: start.wall, number: 1, .failure, text: "no"))
        let flag = FlagReading(name: "erp.v2", backend: "db", value: .on, variants: ["a"], revision: "1")
        let readings: [(String, ProbeAnswer.Outcome)] = [
            ("queues", .sample(Sample([.queues([queue])]))),
            (
                "cron",
                .sample(
                    Sample([
                        .cron(CronReading(jobs: [job], newestRun: start.wall, newestScheduled: nil)),
                        .consumerLocks([ConsumerLock(queue: ExactName("erp"), state: .held)]),
                    ]))
            ),
            (
                "indexers",
                .sample(Sample([.indexers([indexer]), .changes(ChangesReading(readAt: start.wall))]))
            ),
            (
                "outcomes",
                .sample(
                    Sample([
                        .outcomes([OutcomeReading(integration: "orders", ledger: ledger, lines: lines)]),
                        .notice(SourceNotice(.warning, "full")),
                    ]))
            ),
            ("flags", .flags(FlagSample([flag], cost: ReadCost()))),
            ("cron", .failed(ReadFailure(.timedOut, "late", advice: "wait"))),
        ]
        var writer = InputWriter(RecordingRedaction(.none), program: "fuzz")
        var bytes = writer.lines(of: TimedInput(at: start, .start(recorded)))
        for (place, reading) in (readings + readings).enumerated() {
            let now = at(5 + Double(place))
            let answer = ProbeAnswer(
                reading.1, began: now.earlier(bySeconds: 0.1), next: now.boot + .seconds(5), skipped: 1)
            bytes += writer.lines(of: TimedInput(at: now, .read(reading.0, answer)))
            bytes += writer.lines(of: TimedInput(at: now, .judged))
        }
        let past = PastSeries(
            entity: EntityID(.integration, "orders"), measure: .successes, from: 1_795_800_000, step: 1800,
            values: [1, .nan, 2.5])
        bytes += writer.lines(of: TimedInput(at: at(30), .learned([past], seconds: 5400)))
        let change = Change(id: "1", .deploy, "v2", at: start.wall)
        bytes += writer.lines(of: TimedInput(at: at(31), .change(change)))
        bytes += writer.lines(of: TimedInput(at: at(32), .stepped))
        bytes += writer.lines(of: TimedInput(at: at(33), .judged))
        return String(decoding: bytes, as: UTF8.self)
    }()

    /// Version 1.
    private static let observed = """
        {"recording":1,"store":"north","zone":"UTC","from":"2026-11-18T10:00:00Z","sources":[{"name":"rabbit","type":"rabbitmq","interval":10}],"integrations":[{"name":"orders"}]}
        {"history":{"entity":"queue:erp","measure":"depth","from":"2026-10-28T10:00:00Z","step":1800,"values":[0.5,null]}}
        {"at":"2026-11-18T10:00:00Z","source":"rabbit","queues":[{"name":"erp","ready":3,"unacked":1,"consumers":2,"in":0.25,"out":null}]}
        {"at":"2026-11-18T10:00:10Z","source":"log","outcomes":[{"flow":"orders","ok":3,"failed":0,"retried":1,"latencies":[0.5]}]}
        {"at":"2026-11-18T10:00:20Z","event":{"kind":"deploy","text":"v2"}}
        """
}

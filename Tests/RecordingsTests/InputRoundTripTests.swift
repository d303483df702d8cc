import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Recordings
import TestSupport
import Testing
import Text

/// What an engine is told, written and read again, whatever it is.
@Suite struct InputRoundTripTests {
    /// One store whose readings change at random from read to read.
    struct Store {
        var random: SeededGenerator
        var queues: [QueueReading] = []
        var jobs: [CronJobReading] = []
        var indexers: [IndexerReading] = []
        var ledgers: [String: (OutcomeLedger, OutcomeLines)] = [:]
        var locks: [ConsumerLock] = []
        var flags: [FlagReading] = []
        var now = ManualTime().now.wall
        private var names = 0

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &random) < part }
        mutating func number(_ most: Int = 1000) -> Int { Int.random(in: 0...most, using: &random) }
        mutating func maybe<Value>(_ value: Value) -> Value? { chance(0.3) ? nil : value }
        mutating func count() -> Count? { maybe(Count(number(), isBound: chance(0.1))) }
        mutating func time() -> WallTime { now.advanced(bySeconds: -Double(number(3_600_000)) / 1000) }
        mutating func seconds() -> Double { Double.random(in: 0...1000, using: &random) }
        mutating func text() -> String {
            ["a", "Überlauf", "quoted \" and \\", "line\nbreak", "e\u{301}", "é", "", "🙂"]
                .randomElement(using: &random) ?? ""
        }
        mutating func name() -> String {
            names += 1
            return "n\(names)" + text()
        }

        mutating func changed<Row>(
            _ before: [Row], _ new: (inout Store) -> Row, _ edit: (inout Store, inout Row) -> Void
        ) -> [Row] {
            var rows = before
            if chance(0.1), !rows.isEmpty { rows.remove(at: number(rows.count - 1)) }
            if chance(0.2) || rows.isEmpty {
                let row = new(&self)
                if chance(0.7) { rows.append(row) } else { rows.insert(row, at: number(rows.count)) }
            }
            if chance(0.03) { rows.shuffle(using: &random) }
            if chance(0.02), let row = rows.first { rows.append(row) }
            for place in rows.indices where chance(0.4) { edit(&self, &rows[place]) }
            return rows
        }

        mutating func run() -> CronRun {
            var run = CronRun(
                [.success, .error, .killed, .missed][number(3)], id: UInt64(number()), due: maybe(time()),
                started: maybe(time()), ended: maybe(time()))
            (run.seenOpen, run.seenEnded, run.message) = (maybe(time()), maybe(time()), maybe(text()))
            return run
        }

        mutating func queue() -> QueueReading {
            var row = QueueReading(name: name(), transport: chance(0.5) ? .db : .amqp)
            row.virtualHost = maybe("/")
            return row
        }

        mutating func edit(_ row: inout QueueReading) {
            (row.ready, row.inProgress, row.retry, row.error) = (count(), count(), count(), count())
            (row.recentErrors, row.held, row.completedLastMinute) = (count(), count(), count())
            row.arrivedCounter = maybe(UInt64.max - UInt64(number()))
            (row.leftCounter, row.takenCounter) = (maybe(UInt64(number())), maybe(1 << 60))
            (row.maxLength, row.maxBytes, row.readyBytes) = (
                maybe(number()), maybe(number()), maybe(number())
            )
            row.overflow = maybe([.dropHead, .rejectPublish, .rejectPublishDeadLetter][number(2)])
            (row.isStream, row.isWithoutConsumer, row.isOldestReckoned) = (
                chance(0.1), chance(0.1), chance(0.1)
            )
            (row.inRate, row.outRate, row.oldestSeconds) = (maybe(seconds()), maybe(0.1), maybe(seconds()))
            row.oldestInProgressSeconds = maybe(seconds())
            row.consumers = [.subscribed(number()), .lockHeld, .nobody, .unreadable][number(3)]
            row.serverState = maybe(text())
            row.isBeingMeasured = chance(0.05)
            row.topics =
                chance(0.1)
                ? QueueTopics(
                    [.init(text(), count: 3, oldest: time())], readAt: time(), looked: 9, isPart: true)
                : nil
        }

        mutating func edit(_ row: inout CronJobReading) {
            (row.group, row.success, row.failure) = (maybe("default"), maybe(run()), maybe(run()))
            (row.failingSince, row.runningID, row.runningSince) = (maybe(time()), maybe(7), maybe(time()))
            (row.runningDue, row.lock) = (maybe(time()), [.held, .free, .unknown][number(2)])
            (row.missedLastHour, row.errorsLastHour) = (number(), number())
            (row.successesLastHour, row.isHourBound) = (maybe(number()), chance(0.1))
            row.lastError = maybe(text())
            row.errors = chance(0.2) ? [run(), run()] : []
            (row.nextDue, row.overdueSince, row.newestPlanned) = (maybe(time()), maybe(time()), maybe(time()))
            (row.takenBackAt, row.usualGap, row.longestGap) = (maybe(time()), maybe(60), maybe(seconds()))
            row.usualSeconds = maybe(seconds())
        }

        mutating func edit(_ row: inout IndexerReading) {
            row.mode = chance(0.5) ? .save : .schedule
            (row.status, row.viewStatus) = (maybe("valid"), maybe(text()))
            (row.statusUpdated, row.viewUpdated) = (maybe(time()), maybe(time()))
            (row.version, row.newestVersion) = (maybe(UInt64(number())), maybe(.max))
            (row.lacksChangelog, row.autoIncrement) = (chance(0.1), maybe(3))
            (row.isViewLocked, row.triggers) = (maybe(chance(0.5)), maybe(number()))
        }

        mutating func outcomes() -> [OutcomeReading] {
            var readings: [OutcomeReading] = []
            for flow in ["orders-erp", "stock-erp", "ü"] where chance(0.9) {
                var (ledger, lines) = ledgers[flow] ?? (OutcomeLedger(since: now), OutcomeLines())
                if chance(0.02) { ledger = OutcomeLedger(since: now) }
                if chance(0.02) { ledger.clockShows(now.advanced(bySeconds: -400)) }
                for _ in 0..<number(4) {
                    let at = now.advanced(bySeconds: -Double(number(20)))
                    ledger.add(OutcomeCounts(successes: number(3), failures: number(1)), at: at)
                    ledger.take(latency: seconds(), at: at)
                    ledger.note(success: at)
                    if chance(0.3) { ledger.note(error: text(), at: at) }
                    lines.take(OutcomeLine(at: at, number: UInt64(number(100_000)), .failure, text: text()))
                }
                if chance(0.05) { ledger.lose(from: now.advanced(bySeconds: -60), to: now) }
                ledger.looked(at: now)
                ledgers[flow] = (ledger, lines)
                readings.append(
                    OutcomeReading(integration: flow, ledger: ledger, lines: flow == "ü" ? nil : lines))
            }
            return readings
        }

        mutating func sample(_ probe: String) -> Sample {
            var facts: [Fact] = []
            switch probe {
            case "queues":
                queues = changed(queues, { $0.queue() }, { $0.edit(&$1) })
                facts = [.queues(queues)]
            case "cron":
                jobs = changed(jobs, { CronJobReading(code: $0.name()) }, { $0.edit(&$1) })
                var reading = CronReading(
                    jobs: jobs, newestRun: maybe(time()), newestScheduled: maybe(time()))
                (reading.isRefusing, reading.readAt, reading.isCut) = (maybe(true), maybe(now), chance(0.1))
                if chance(0.3) { locks = [ConsumerLock(queue: ExactName("erp"), state: .held)] }
                facts = [.consumerLocks(locks), .cron(reading)]
            case "indexers":
                indexers = changed(
                    indexers, { IndexerReading(name: $0.name(), mode: .schedule) }, { $0.edit(&$1) })
                var changes = ChangesReading(readAt: now)
                changes.modules = chance(0.9) ? ["Magento_Sales": "2.0.1"] : nil
                changes.poisonPill = ChangesReading.PoisonPill(mark: .max)
                facts = [.indexers(indexers), .changes(changes)]
            default: facts = [.outcomes(outcomes())]
            }
            if chance(0.1) { facts.append(.notice(SourceNotice(.critical, text()))) }
            return Sample(
                facts, cost: ReadCost(queries: number(), bytes: number(), milliseconds: seconds()),
                serverTime: maybe(now.advanced(bySeconds: 0.25)))
        }
    }

    /// As far as the order of facts goes.
    private enum Part: Hashable {
        case queues([QueueReading]), cron(CronReading), indexers([IndexerReading])
        case outcomes([OutcomeReading]), locks([ConsumerLock]), changes(ChangesReading), notice(SourceNotice)
    }

    private static func parts(_ sample: Sample) -> Set<Part> {
        Set(
            sample.facts.map { fact in
                switch fact {
                case .queues(let rows): .queues(rows)
                case .cron(let reading): .cron(reading)
                case .indexers(let rows): .indexers(rows)
                case .outcomes(let readings): .outcomes(readings)
                case .consumerLocks(let locks): .locks(locks)
                case .changes(let reading): .changes(reading)
                case .notice(let notice): .notice(notice)
                }
            })
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `every reading comes back as it was`(seed: UInt64) throws {
        var store = Store(seed: seed)
        var time = ManualTime().now
        var writer = InputWriter(RecordingRedaction(.none), program: "test")
        let start = RecordedStart(EnvironmentFacts(name: "eu", isProduction: true, access: .operate))
        var text = writer.lines(of: TimedInput(at: time, .start(start)))
        var told: [(String, ProbeAnswer, Timestamp)] = []
        for round in 0..<120 {
            time = Timestamp(
                boot: time.boot + .nanoseconds(1_234_567_891), wall: time.wall.advanced(bySeconds: 1.235),
                bootID: time.bootID)
            store.now = time.wall
            let probe = ["queues", "cron", "indexers", "outcomes"][round % 4]
            var failure = ReadFailure(.standing, store.text(), advice: store.text())
            if store.chance(0.5) { failure.since = store.now.advanced(bySeconds: -90) }
            let outcome: ProbeAnswer.Outcome =
                store.chance(0.05)
                ? .failed(failure)
                : .sample(store.sample(probe))
            let answer = ProbeAnswer(
                outcome, began: time.earlier(bySeconds: 0.125), next: time.boot + .seconds(10),
                skipped: store.number(2))
            told.append((probe, answer, time))
            text += writer.lines(of: TimedInput(at: time, .read(probe, answer)))
        }
        var reader = InputReader()
        reader.add(text)
        reader.add([])
        _ = try reader.next()
        for (probe, answer, at) in told {
            let timed = try #require(try reader.next())
            #expect(timed.at.boot == at.boot && timed.at.wall == at.wall)
            guard case .read(let name, let read) = timed.input, name == probe else {
                Issue.record("no read of \(probe)")
                return
            }
            #expect(read.began.boot == answer.began.boot && read.next == answer.next)
            #expect(read.skipped == answer.skipped)
            switch (read.outcome, answer.outcome) {
            case (.failed(let one), .failed(let other)): #expect(one == other)
            case (.sample(let one), .sample(let other)):
                let (came, told) = (Self.parts(one), Self.parts(other))
                guard came == told else {
                    Issue.record("the \(probe) are others at \(at.wall.civil.rfc3339)")
                    return
                }
                #expect(one.cost == other.cost && one.serverTime == other.serverTime)
            default: Issue.record("another outcome")
            }
        }
        #expect(try reader.next() == nil)
    }
}

import Monitoring
import Synchronization

/// The world shared by all demo probes; whoever asks first moves it on.
final class DemoClockwork: Sendable {
    let time: any TimeSource
    let hangs: Bool
    private let world: Mutex<DemoWorld>
    /// Probes by their ids.
    private let closed = Mutex<Set<String>>([])

    init(seed: UInt64, time: any TimeSource, hangs: Bool) {
        self.time = time
        self.hangs = hangs
        world = Mutex(DemoWorld(seed: seed, at: time.now))
    }

    func at<Answer: Sendable>(_ now: Timestamp, _ body: (inout DemoWorld) -> Answer) -> Answer {
        world.withLock { world in
            world.advance(to: now)
            return body(&world)
        }
    }

    /// A server that never answers: returns when the time for that is over, or the asker gives up.
    @concurrent func hang(_ schedule: ProbeSchedule) async throws(ReadFailure) {
        do {
            try await time.sleep(until: time.now.boot + schedule.deadline)
        } catch {
            throw ReadFailure(.cancelled, "the read was given up")
        }
        throw ReadFailure(.timedOut, "\(schedule.source) did not answer in time")
    }

    func close(_ schedule: ProbeSchedule) { closed.withLock { _ = $0.insert(schedule.id) } }
    func isClosed(_ schedule: ProbeSchedule) -> Bool { closed.withLock { $0.contains(schedule.id) } }
}

/// Reads one subject of the demo store.
struct DemoProbe: Probe {
    enum Subject: String {
        case queues, cron, indexers, outcomes, changes
    }

    let schedule: ProbeSchedule
    let subjects: [Subject]
    let clockwork: DemoClockwork

    init(source: String, kind: String, subjects: [Subject], clockwork: DemoClockwork) {
        let subject = subjects.first?.rawValue ?? ""
        schedule = ProbeSchedule(
            id: "\(source)/\(subject)", source: source, kind: kind, subject: subject, interval: .seconds(1),
            deadline: .milliseconds(900))
        self.subjects = subjects
        self.clockwork = clockwork
    }

    @concurrent func read() async throws(ReadFailure) -> Sample {
        guard !clockwork.isClosed(schedule) else { throw .closed(schedule.source) }
        if clockwork.hangs { try await clockwork.hang(schedule) }
        let now = clockwork.time.now
        let facts = clockwork.at(now) { world in
            subjects.map { subject -> Fact in
                switch subject {
                case .queues: .queues(world.queueReadings(of: schedule.source))
                case .cron: .cron(world.cronReading)
                case .indexers: .indexers(world.indexerReadings)
                case .outcomes: .outcomes(world.outcomes(of: schedule.source))
                case .changes: .changes(world.changesReading)
                }
            }
        }
        // A simulated server has simulated costs: a question a subject, its usual answer.
        let cost = ReadCost(queries: subjects.count, bytes: 2_000 * subjects.count, milliseconds: 1.2)
        return Sample(facts, cost: cost, serverTime: now.wall)
    }

    @concurrent func close() async { clockwork.close(schedule) }
}

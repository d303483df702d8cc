import FeatureFlags
import Monitoring

/// What one read brought.
enum Reading: Sendable {
    case sample(Sample)
    case flags(FlagSample)
}

/// What a poller tells the engine.
enum PollNews: Sendable {
    case planned(Duration)
    case began
    case ended(Result<Reading, ReadFailure>, began: Timestamp, at: Timestamp, next: Duration, skipped: Int)
}

/// Reads one thing at its interval, one read in flight, each with a deadline.
///
/// A read that does not keep to its deadline is abandoned: its late answer is dropped. Two abandoned ones may
/// hang about, a third is not started until one of them has come back.
actor Poller {
    /// A probe knows its own deadline and says best what it waited for; only then is it abandoned.
    private static let grace: Duration = .milliseconds(250)
    private static let mostHanging = 2

    private let schedule: ProbeSchedule
    private let time: any TimeSource
    private let read: @Sendable () async -> Result<Reading, ReadFailure>
    private let tell: @Sendable (PollNews) async -> Void
    private let alarm: Alarm
    private var plan: PollPlan
    private var random: SplitMix
    private var askers: [CheckedContinuation<Void, Never>] = []
    private var isReading = false
    private var isOver = false
    private var hanging = 0

    init(
        schedule: ProbeSchedule, seed: UInt64, isUrgent: Bool = false, time: any TimeSource,
        read: @escaping @concurrent @Sendable () async -> Result<Reading, ReadFailure>,
        tell: @escaping @Sendable (PollNews) async -> Void
    ) {
        self.schedule = schedule
        self.time = time
        self.read = read
        self.tell = tell
        alarm = Alarm(time)
        plan = PollPlan(schedule: schedule, seed: seed, isUrgent: isUrgent)
        // Probes that fail together must not come back together.
        random = SplitMix(state: PollPlan.hash(schedule.id, seed: ~seed))
    }

    /// Polls until its task is cancelled.
    func run() async {
        var due = plan.first(at: time.now.boot)
        await tell(.planned(due))
        while !Task.isCancelled {
            await alarm.sleep(until: due)
            if !Task.isCancelled, let later = plan.resumed(due: due, at: time.now.boot) {
                await tell(.planned(later))
                await alarm.sleep(until: later)
            }
            if Task.isCancelled { break }
            isReading = true
            // Whoever rang until now is served by this read.
            alarm.silence()
            await tell(.began)
            let start = time.now
            // Asked for early: no tick has passed.
            due = min(due, start.boot)
            let result = await readOnce(from: start)
            let end = time.now
            isReading = false
            if Task.isCancelled { break }
            let step =
                switch result {
                case .success: plan.succeeded(due: due, at: end.boot)
                case .failure(let failure):
                    plan.failed(failure.kind, due: due, at: end.boot, random: random.unit())
                }
            await tell(
                .ended(result, began: start, at: end, next: step.next, skipped: step.skipped))
            due = step.next
            answerAskers()
        }
        isOver = true
        answerAskers()
    }

    /// Returns after a read: the one under way, or one that starts now.
    func readNow() async {
        guard !isOver else { return }
        await withCheckedContinuation { continuation in
            askers.append(continuation)
            if !isReading { alarm.ring() }
        }
    }

    /// Reads soon, without waiting for it.
    func readSoon() {
        if !isReading { alarm.ring() }
    }

    private func answerAskers() {
        for asker in askers { asker.resume() }
        askers.removeAll()
    }

    private func readOnce(from start: Timestamp) async -> Result<Reading, ReadFailure> {
        guard hanging < Self.mostHanging else {
            return .failure(
                ReadFailure(
                    .timedOut, "two earlier reads have never come back",
                    advice: "something below them hangs; restart hypercare when the server is well"))
        }
        let answer = OneShot<Result<Reading, ReadFailure>>()
        hanging += 1
        // Not a child: a group would wait for it for ever, and abandoning it is the point. It ends when the
        // read returns; `mostHanging` bounds how many there can be.
        let task = Task { [read] in
            answer.set(await read())
            self.cameBack()
        }
        let late = ReadFailure(.timedOut, "gave up after \(schedule.deadline.inSeconds) s")
        let result = await answer.value(
            by: start.boot + schedule.deadline + Self.grace, on: time, else: .failure(late))
        task.cancel()
        return result
    }

    private func cameBack() { hanging -= 1 }
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014). For jitter only.
struct SplitMix: Sendable {
    var state: UInt64

    /// At least 0, below 1.
    mutating func unit() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((mixed ^ (mixed >> 31)) >> 11) / 9_007_199_254_740_992
    }
}

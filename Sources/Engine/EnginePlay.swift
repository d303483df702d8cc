package import EngineAPI
import FeatureFlags
package import Monitoring

/// An engine without a clock, a task or a disk: told what another one was told, it judges as that one did.
package struct EnginePlay: Sendable {
    private var state: StoreState
    private var generation: UInt64 = 0
    private let isCold: Bool

    /// `tuning` is of the detectors; `isCold` leaves out what was usual; `isShown`: charts are asked for.
    package init(
        _ start: RecordedStart, at now: Timestamp, tuning: Tuning = Tuning(), isCold: Bool = false,
        isShown: Bool = true
    ) {
        self.isCold = isCold
        state = StoreState(
            environment: start.environment, window: start.window, integrations: start.integrations,
            limits: start.limits)
        state.begin(start)
        state.detecting.tuning = tuning
        // Rules that people wrote are about the figures of charts.
        state.series.isKept = isShown || !start.rules.isEmpty
        state.take(start.kept, at: now.wall)
    }

    package mutating func take(_ timed: TimedInput) {
        let now = timed.at
        switch timed.input {
        case .start: break
        case .read(let id, let answer): take(answer, of: id, at: now)
        case .learned(let past, let seconds):
            state.detecting.learned = isCold ? nil : (seconds, now)
            state.beginDetecting(past: isCold ? [] : past, at: now)
        case .change(let change): _ = state.take(change, at: now.wall)
        case .judged: judge(at: now)
        case .stepped: state.judgeStep(at: now)
        }
        // Nobody writes them down here.
        _ = state.takeUnwritten()
    }

    private mutating func take(_ answer: ProbeAnswer, of id: String, at now: Timestamp) {
        let latency = now.seconds(since: answer.began)
        state.skipped(id, ticks: answer.skipped, at: now)
        state.planned(id, next: answer.next, at: now)
        switch answer.outcome {
        case .sample(let sample): state.sampled(id, sample, latency: latency, at: now)
        // What would be asked of a backend was asked then, and is in what it answered.
        case .flags(let flags): _ = state.sampledFlags(id, flags, began: answer.began, at: now)
        case .failed(let failure): state.failed(id, failure, latency: latency, at: now)
        }
    }

    /// Judges all at `now`, as each snapshot does; what is only shown is left out where it would change nothing.
    package mutating func judge(at now: Timestamp) {
        if state.asides.entries.isEmpty, !state.isBlind(at: now) {
            state.reassess(at: now)
        } else {
            _ = snapshot(at: now)
        }
    }

    package mutating func snapshot(at now: Timestamp) -> Snapshot {
        generation += 1
        return state.snapshot(generation: generation, at: now)
    }

    /// What was to be told of alerts since it was last asked, oldest first.
    package mutating func takeNotices() -> [AlertNotice] { state.notices.takeAll() }

    package var environment: EnvironmentFacts { state.environment }

    // MARK: Shown

    func detail(_ entity: EntityID, at now: Timestamp) -> Detail? { state.detail(entity, at: now) }

    /// The minutes that are over.
    mutating func takeMinutes(at now: WallTime) -> [HistoryMinute] { state.series.takeMinutes(at: now) }

    func history(
        _ series: SeriesID, _ range: HistoryRange, at now: Timestamp, before past: ReplayPast
    ) -> History {
        if let recent = state.recentHistory(series, range, at: now) { return recent }
        let (start, step) = range.steps(before: now.wall)
        let kept = past.read(series, from: start, to: now.wall, step: step)
        return state.history(series, kept.map(\.average), peaks: kept.map(\.highest), step: step, at: now)
    }

    /// What detectors call so is this here.
    func live(_ bare: EntityID) -> EntityID { state.detecting.names.live(bare) }
}

extension StoreState {
    /// Takes up what the config says.
    mutating func begin(_ start: RecordedStart) {
        for schedule in start.schedules { add(probe: schedule, place: start.places[schedule.source]) }
        flows.sources = start.sourcesOfFlows
        detecting.expected = start.expected
        changes.settings = start.flagSettings
        (written.rules, written.tunings) = (start.rules, start.tunings)
    }
}

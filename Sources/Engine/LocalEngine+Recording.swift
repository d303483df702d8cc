import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// What is told here is taken down where it is told: no source is asked for it once more.
extension LocalEngine {
    /// From the beginning, or in the middle of it: then as if this console were started now.
    func record(to tap: any InputTap) {
        let now = time.now
        var start = RecordedStart(setup.environment)
        // Whoever plays it is at no desk of this store.
        (start.environment.siblings, start.environment.commands) = ([], [])
        start.environment.watchesOnly = nil
        start.window = setup.window
        start.integrations = setup.integrations
        start.limits = setup.limits
        start.schedules = setup.probes.map(\.schedule) + setup.backends.map(\.schedule)
        for backend in setup.backends { start.places[backend.schedule.source] = backend.place }
        start.sourcesOfFlows = setup.sourcesOfFlows
        start.expected = setup.expected
        (start.rules, start.tunings) = (setup.rules, setup.tunings)
        start.flagSettings = setup.flagSettings
        start.kept = hasPolled ? state.toKeep(at: now.wall) : state.kept
        start.kept.notices = KeptNotices(newest: state.notices.newest)
        tap.take(TimedInput(at: now, .start(start)))
        (recordedTurns, recordedStep) = (nil, nil)
        state.countsTurns = true
        self.tap = tap
    }

    func record(
        _ result: Result<Reading, ReadFailure>, of id: String, began: Timestamp, next: Duration,
        skipped: Int, at now: Timestamp
    ) {
        guard let tap else { return }
        let outcome: ProbeAnswer.Outcome =
            switch result {
            case .success(.sample(let sample)): .sample(sample)
            case .success(.flags(let flags)): .flags(flags)
            case .failure(let failure): .failed(failure)
            }
        let answer = ProbeAnswer(
            outcome, began: began, next: setup.looksOnce ? nil : next, skipped: skipped)
        tap.take(TimedInput(at: now, .read(id, answer)))
    }

    func recordLearned(_ past: [PastSeries], at now: Timestamp) {
        guard let tap else { return }
        tap.take(TimedInput(at: now, .learned(past, seconds: state.detecting.learned?.seconds ?? 0)))
    }

    /// A judgement that is as the one before it needs none.
    func recordJudgement(at now: Timestamp) {
        guard let tap else { return }
        let isStep = recordedStep != state.detecting.steppedAt
        guard recordedTurns != state.turns || isStep else { return }
        tap.take(TimedInput(at: now, recordedTurns != state.turns ? .judged : .stepped))
        (recordedTurns, recordedStep) = (state.turns, state.detecting.steppedAt)
    }

    var recordingShown: RecordingShown? {
        tap.map { tap in
            let progress = tap.progress
            return RecordingShown(path: progress.path, bytes: progress.bytes, ended: progress.ended)
        }
    }

    // MARK: Asked for

    func beginRecording(_ path: String, by person: Operator) async -> Reply {
        guard let recorder = setup.recorder else {
            return .refused(Refusal(.stale, "nothing is recorded here"))
        }
        if let tap, tap.progress.ended == nil {
            let words =
                "\(Sanitizer.line(tap.progress.path)) is being recorded already: `:record stop` ends it"
            return .refused(Refusal(.alreadyChanging, words))
        }
        do throws(StorageFailure) {
            let tap = try recorder.begin(path)
            await self.tap?.end()
            record(to: tap)
            state.note(nil, nil, "\(who(person)) records what sources answer", at: time.now.wall)
        } catch {
            return .refused(Refusal(.storageFailed, "nothing is recorded: \(error.message)"))
        }
        let past = await past()
        recordLearned(past, at: time.now)
        publish()
        return .done
    }

    func stopRecording(by person: Operator) async -> Reply {
        guard let tap else { return .refused(Refusal(.stale, "nothing is being recorded")) }
        self.tap = nil
        state.countsTurns = false
        await tap.end()
        state.note(nil, nil, "\(who(person)) ended the recording", at: time.now.wall)
        publish()
        return .done
    }

    private func who(_ person: Operator) -> String { Sanitizer.line(person.name, maxBytes: 64) }
}

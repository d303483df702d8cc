package import EngineAPI
import FeatureFlags
package import Monitoring

/// The engine of one environment, in this process: polls, decides, keeps, publishes.
///
/// The only writer of its state. Decisions are in `StoreState`; here is what waits.
package actor LocalEngine: EngineClient {
    /// What is done again and again is done at whole multiples of this since boot, all of it at one wake-up: a console
    /// draws no more often.
    static let beat: Duration = .seconds(2)
    /// A snapshot at each beat, as ages move on; up to four a second when there is news that is not to wait.
    private static let shortestPause: Duration = .milliseconds(250)

    let setup: EngineSetup
    let time: any TimeSource
    var state: StoreState
    /// Ends of changes that could not be put on record when they came, oldest first.
    var unrecorded: [AuditEntry] = []
    /// Minutes of series that are not in the history yet, oldest first.
    var unwrittenMinutes: [HistoryMinute] = []
    /// The changes that an earlier run left open are known.
    var hasTakenUp = false
    /// While another process keeps the environment: what it has under way, and what was last seen of what it keeps.
    var underWay: [UnfinishedChange] = []
    var keptMark = KeptMark()
    /// What an earlier run kept is known, or that there is nothing.
    var hasLoaded = false
    var hasPolled = false
    /// When it was last seen whether the audit log takes a record.
    var lookedAt: Timestamp?
    /// Marks that were told and are still in their box.
    var toldMarks: Set<String> = []
    /// What is usual of the series that were looked at.
    var usual = UsualBook()
    /// Takes down what is told here; nil while nothing is recorded.
    var tap: (any InputTap)?
    /// `state.turns` as they were recorded last.
    var recordedTurns: UInt64?
    /// What the store was like before, and when that was looked for.
    var baseline = KnownBaseline()
    /// `state.detecting.steppedAt` as it was recorded last.
    var recordedStep: Double?
    private let feed = SnapshotFeed()
    private let news: Alarm
    private var pollers: [String: Poller] = [:]
    private var generation: UInt64 = 0
    private var hasStarted = false

    package init(_ setup: EngineSetup, time: any TimeSource) {
        self.setup = setup
        self.time = time
        news = Alarm(time)
        state = StoreState(
            environment: setup.environment, window: setup.window, integrations: setup.integrations,
            limits: setup.limits)
        for probe in setup.probes { state.add(probe: probe.schedule) }
        state.flows.sources = setup.sourcesOfFlows
        state.detecting.expected = setup.expected
        state.written.rules = setup.rules
        state.written.tunings = setup.tunings
        state.notices.isWanted = !setup.sinks.isEmpty
        state.notices.own = setup.ownSinks
        state.changes.settings = setup.flagSettings
        for backend in setup.backends {
            state.add(probe: backend.schedule, place: backend.place)
            state.flags.finishingSteps[backend.name] = backend.finishing
        }
    }

    // MARK: Life

    /// Loads what was kept, then polls, keeps and publishes until its task is cancelled; saves at the end.
    /// To be called once.
    package func run() async {
        precondition(!hasStarted, "an engine runs once")
        hasStarted = true
        await load()
        if let tap = setup.tap { record(to: tap) }
        makePollers()
        hasPolled = true
        publish()
        await withTaskGroup(of: Void.self) { group in
            for poller in pollers.values { group.addTask { await poller.run() } }
            group.addTask { await self.publishOnNews() }
            group.addTask { await self.keepUp() }
            group.addTask { await self.detect() }
            for sink in setup.sinks { group.addTask { await self.tell(sink) } }
            for pulse in setup.pulses { group.addTask { await self.beat(pulse) } }
            await group.waitForAll()
        }
        await keep(isLast: true)
        await tap?.end()
        for probe in setup.probes { await probe.close() }
        publish()
        feed.finish()
    }

    private func makePollers() {
        for probe in setup.probes {
            add(probe.schedule) {
                do throws(ReadFailure) {
                    return .success(.sample(try await probe.read()))
                } catch {
                    return .failure(error)
                }
            }
        }
        for backend in setup.backends {
            add(backend.schedule) {
                do throws(ReadFailure) {
                    return .success(.flags(try await backend.read()))
                } catch {
                    return .failure(error)
                }
            }
        }
    }

    private func add(
        _ schedule: ProbeSchedule,
        read: @escaping @concurrent @Sendable () async -> Result<Reading, ReadFailure>
    ) {
        guard pollers[schedule.id] == nil else { return }
        pollers[schedule.id] = Poller(
            schedule: schedule, seed: setup.seed, isUrgent: setup.urgentSources.contains(schedule.source),
            time: time, read: read
        ) {
            [weak self] news in await self?.receive(news, from: schedule.id)
        }
    }

    private func publishOnNews() async {
        while !Task.isCancelled {
            let last = time.now.boot
            await news.sleep(until: last.next(Self.beat))
            if time.now.boot < last + Self.shortestPause {
                try? await time.sleep(until: last + Self.shortestPause)
            }
            if Task.isCancelled { return }
            publish()
        }
    }

    func publish() {
        generation += 1
        feed.publish(snapshot())
    }

    /// What could be seen now.
    func current() -> Snapshot { snapshot() }

    private func snapshot() -> Snapshot {
        let now = time.now
        var snapshot = state.snapshot(generation: generation, at: now)
        recordJudgement(at: now)
        snapshot.recording = recordingShown
        return snapshot
    }

    /// Something has changed that is not to wait for the next second.
    func changed() { news.ring() }

    // MARK: What was read

    private func receive(_ event: PollNews, from id: String) async {
        switch event {
        case .planned(let next):
            state.planned(id, next: next, at: time.now)
            return
        case .began:
            state.began(id)
            return
        case .ended(let result, let began, let now, let next, let skipped):
            let latency = now.seconds(since: began)
            record(result, of: id, began: began, next: next, skipped: skipped, at: now)
            state.skipped(id, ticks: skipped, at: now)
            state.planned(id, next: setup.looksOnce ? nil : next, at: now)
            let siblings = state.waitingSiblings(of: id)
            let isFirst = state.probes[id]?.reads == 0
            var actions: [LedgerAction] = []
            switch result {
            case .success(.sample(let sample)): state.sampled(id, sample, latency: latency, at: now)
            case .success(.flags(let flags)):
                actions = state.sampledFlags(id, flags, began: began, at: now)
            case .failure(let failure): state.failed(id, failure, latency: latency, at: now)
            }
            // Whoever has just come waits for it: a person, or a script that takes one look.
            if state.takeNews() || isFirst { changed() }
            if case .success = result {
                // What is there is known from now on, whatever becomes of this process.
                if isFirst { state.unsaved = .urgent }
                for sibling in siblings { await pollers[sibling]?.readSoon() }
            }
            await carryOut(actions)
        }
    }

    // MARK: EngineClient

    package nonisolated func snapshots() -> AsyncStream<Snapshot> { feed.watch() }

    @concurrent package func submit(_ request: Request, by person: Operator) async -> Reply {
        switch request {
        case .readNow(let source): return await readNow(source)
        case .change(let change): return await submit(change, by: person)
        case .endProgram(let flag, let opID): return await endProgram(of: flag, opID, by: person)
        case .finish(let flag, let opID): return await finish(flag, opID, by: person)
        case .setAside(let order): return await setAside(order, by: person)
        case .takeBack(let id): return await takeBack(id, by: person)
        case .silence(let order): return await silence(order, by: person)
        case .endSilence(let id): return await endSilence(id, by: person)
        case .beginRun(let run): return await beginRun(run, by: person)
        case .endRun(let run, let end): return await endRun(run, end, by: person)
        case .note(let text): return await leave(note: text, by: person)
        case .record(let path): return await beginRecording(path, by: person)
        case .stopRecording: return await stopRecording(by: person)
        case .replay: return .refused(Refusal(.stale, "this is no recording: time goes on by itself"))
        case .takeNormal(let id): return await takeNormal(id, by: person)
        }
    }

    @concurrent package func history(_ series: SeriesID, _ range: HistoryRange) async -> History {
        await withUsual(await values(series, range), of: series)
    }

    private nonisolated func values(_ series: SeriesID, _ range: HistoryRange) async -> History {
        let now = time.now
        if let recent = await state.recentHistory(series, range, at: now) { return recent }
        let (start, step) = range.steps(before: now.wall)
        do throws(StorageFailure) {
            let values = try await setup.stores.history.read(
                series, from: start, to: now.wall, stepSeconds: step)
            let peaks = try await setup.stores.history.peaks(
                series, from: start, to: now.wall, stepSeconds: step)
            return await state.history(series, values, peaks: peaks, step: step, at: time.now)
        } catch {
            // No chart, and why is said.
            await failed(.history, error)
            return History(end: now.wall, stepSeconds: Double(step), values: [])
        }
    }

    @concurrent package func detail(_ entity: EntityID) async -> Detail? { await makeDetail(entity) }

    private func makeDetail(_ entity: EntityID) async -> Detail? {
        await lookForBaseline()
        let shift = await lastingShift(of: entity)
        var detail = state.detail(entity, at: time.now)
        detail?.shift = shift
        return detail
    }

    private func readNow(_ source: String?) async -> Reply {
        let asked = setup.probes.map(\.schedule) + setup.backends.map(\.schedule)
        let chosen = asked.filter { source == nil || $0.source == source }.compactMap { pollers[$0.id] }
        guard !chosen.isEmpty else {
            return .refused(Refusal(.stale, "there is no source of that name, or nothing is running"))
        }
        await withTaskGroup(of: Void.self) { group in
            for poller in chosen { group.addTask { await poller.readNow() } }
        }
        publish()
        return .done
    }

    func readSoon(_ backend: String) async {
        for schedule in setup.backends.map(\.schedule) where schedule.source == backend {
            await pollers[schedule.id]?.readSoon()
        }
    }
}

extension Duration {
    /// The next whole multiple of `beat` since boot, at least half of one away.
    func next(_ beat: Duration) -> Duration {
        let step = max(beat.nanoseconds, 1)
        let earliest = nanoseconds + step / 2
        return .nanoseconds((earliest + step - 1) / step * step)
    }
}

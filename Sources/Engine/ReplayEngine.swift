package import EngineAPI
package import Monitoring
import Synchronization
import Text

/// A recording that can be read from its beginning, any number of times.
package protocol RecordedInputs: Sendable {
    func open() throws -> any RecordedStream
}

package protocol RecordedStream: Sendable {
    /// What was told next; nil at the end.
    func next() throws -> TimedInput?
    /// What is to be said of the recording, once it is known.
    var note: String? { get }
}

/// What time it is in a recording that is played: the console's clock.
package final class ReplayClock: TimeSource {
    private let moment: Mutex<Timestamp>
    private let through: Mutex<Duration?>
    private let real: any TimeSource

    init(_ start: Timestamp, real: any TimeSource) {
        moment = Mutex(start)
        through = Mutex(nil)
        self.real = real
    }

    /// Up to which moment of the person's time it was played and shown; nil before the first step.
    package var shownThrough: Duration? { through.withLock { $0 } }

    func showed(through real: Duration) { through.withLock { $0 = real } }

    package var now: Timestamp { moment.withLock { $0 } }

    func set(_ now: Timestamp) { moment.withLock { $0 = now } }

    // Whoever waits does so in seconds of the person's.
    @concurrent package func sleep(until deadline: Duration) async throws {
        try await real.sleep(until: real.now.boot + (deadline - now.boot))
    }

    package func call(at deadline: Duration, _ body: @escaping @Sendable () -> Void) -> Appointment {
        real.call(at: real.now.boot + (deadline - now.boot), body)
    }
}

/// Plays a recording for a console: the same judgement as live at the recorded moments, at any speed. Nothing of it is
/// written, and nothing is changed anywhere.
///
/// Time goes on in steps of a tenth of a second. What cannot be played within one is gone on with in the next, so that
/// keys are answered; to go back all is played anew from the beginning.
package actor ReplayEngine: EngineClient {
    private static let step: Duration = .milliseconds(100)
    private static let budget: Duration = .milliseconds(60)

    private enum Goal {
        case time(WallTime)
        /// The first judgement, or the first news, after this.
        case turn(Duration)
        case news(Duration)
    }

    private let inputs: any RecordedInputs
    private let real: any TimeSource
    private let clock: ReplayClock
    private let feed = SnapshotFeed()
    private let wake: Alarm
    private var stream: (any RecordedStream)?
    private var coming: TimedInput?
    private var play: EnginePlay?
    private var past = ReplayPast()
    private var minute = Int64.min
    private var now: Timestamp
    private var shown: ReplayShown
    private var goal: Goal?
    /// When an alert or a change was told, oldest first.
    private var news: [Timestamp] = []
    private var generation: UInt64 = 0

    /// Throws where the recording does not begin as one.
    package init(
        _ inputs: any RecordedInputs, speed: Double, at time: WallTime? = nil, real: any TimeSource
    ) throws {
        self.inputs = inputs
        self.real = real
        wake = Alarm(real)
        let stream = try inputs.open()
        guard let first = try stream.next(), case .start(let start) = first.input else {
            throw ReplayFailure()
        }
        self.stream = stream
        play = EnginePlay(start, at: first.at)
        now = first.at
        clock = ReplayClock(first.at, real: real)
        shown = ReplayShown(speed: speed, from: first.at.wall)
        if let time { goal = .time(time) }
    }

    /// For whoever shows what is published.
    package nonisolated var time: ReplayClock { clock }

    package func run() async {
        var last = real.now.boot
        var published: ReplayShown?
        while !Task.isCancelled {
            let start = real.now.boot
            let before = now
            advance(by: start - last, until: start + Self.budget)
            last = start
            if now != before || shown != published { publish() }
            published = shown
            clock.showed(through: start)
            // Whoever asks comes first, also where a step took its whole time.
            await Task.yield()
            await wake.sleep(until: start + Self.step)
        }
        feed.finish()
    }

    // MARK: Time

    private func advance(by passed: Duration, until deadline: Duration) {
        if let goal {
            seek(goal, until: deadline)
        } else if !shown.isPaused, !shown.isAtEnd {
            let wanted = now.boot + passed * shown.speed
            while let at = peek()?.at, at.boot <= wanted {
                playNext()
                guard real.now.boot < deadline else { return move(to: at) }
            }
            if coming != nil { move(to: moment(wanted)) } else { end() }
        }
        shown.isSeeking = goal != nil
    }

    private func seek(_ goal: Goal, until deadline: Duration) {
        while let coming = peek() {
            if case .time(let wall) = goal, coming.at.wall > wall {
                if now.wall < wall { move(to: moment(now.boot + .seconds(wall.seconds(since: now.wall)))) }
                return self.goal = nil
            }
            let told = news.count
            playNext()
            move(to: coming.at)
            switch goal {
            case .time: break
            case .turn(let after):
                if case .judged = coming.input, coming.at.boot > after { return self.goal = nil }
            case .news(let after):
                if news.count > told, coming.at.boot > after { return self.goal = nil }
            }
            if real.now.boot >= deadline { return }
        }
        self.goal = nil
        end()
    }

    private func end() {
        (shown.isAtEnd, shown.isPaused) = (true, true)
        shown.note = shown.note ?? stream?.note
    }

    private func moment(_ boot: Duration) -> Timestamp {
        let seconds = (boot - now.boot) / .seconds(1)
        return Timestamp(boot: boot, wall: now.wall.advanced(bySeconds: seconds), bootID: now.bootID)
    }

    /// Time goes on: of two lines the later one may be of what came before.
    private func move(to moment: Timestamp) {
        guard moment.boot > now.boot else { return }
        now = moment
        clock.set(now)
    }

    private func peek() -> TimedInput? {
        if let coming { return coming }
        do {
            coming = try stream?.next()
        } catch {
            // What came before it stands.
            shown.note = "it cannot be read further: \(Sanitizer.line("\(error)", maxBytes: 200))"
            stream = nil
        }
        return coming
    }

    private func playNext() {
        guard let input = coming else { return }
        coming = nil
        play?.take(input)
        var isNews = false
        switch input.input {
        case .learned(let series, _): past.learn(series) { play?.live($0) ?? $0 }
        case .change(let change): isNews = !change.isPast
        case .start, .read, .judged, .stepped: break
        }
        if play?.takeNotices().isEmpty == false { isNews = true }
        if isNews { news.append(input.at) }
        let minute = input.at.wall.milliseconds / 60_000
        guard minute != self.minute else { return }
        self.minute = minute
        past.add(play?.takeMinutes(at: input.at.wall) ?? [])
    }

    /// From the beginning, to go back.
    private func restart() throws {
        let stream = try inputs.open()
        guard let first = try stream.next(), case .start(let start) = first.input else {
            throw ReplayFailure()
        }
        self.stream = stream
        (coming, play) = (nil, EnginePlay(start, at: first.at))
        (past, minute, news) = (ReplayPast(), .min, [])
        now = first.at
        clock.set(now)
        shown.run += 1
        (shown.isAtEnd, shown.note) = (false, nil)
    }

    // MARK: EngineClient

    package nonisolated func snapshots() -> AsyncStream<Snapshot> { feed.watch() }

    @concurrent package func submit(_ request: Request, by person: Operator) async -> Reply {
        guard case .replay(let order) = request else {
            return .refused(Refusal(.readOnly, ReplayShown.refusal))
        }
        return await take(order)
    }

    private func take(_ order: ReplayOrder) -> Reply {
        let speeds = ReplayShown.speeds
        do {
            switch order {
            case .turnPause:
                if shown.isAtEnd { return .refused(Refusal(.stale, "the recording ends here: [ goes back")) }
                goal = nil
                shown.isPaused.toggle()
            case .faster: shown.speed = speeds.first { $0 > shown.speed } ?? shown.speed
            case .slower: shown.speed = speeds.last { $0 < shown.speed } ?? shown.speed
            case .step: pause(for: .turn(now.boot))
            case .nextNews: pause(for: .news(now.boot))
            case .previousNews:
                // Not where one stands.
                guard let last = news.last(where: { $0.boot < now.boot - .milliseconds(1500) }) else {
                    return .refused(Refusal(.stale, "nothing was told before this"))
                }
                try restart()
                pause(for: .time(last.wall))
            case .go(let wall):
                if wall < now.wall { try restart() }
                pause(for: .time(wall))
            }
        } catch {
            return .refused(Refusal(.storageFailed, "\(error)"))
        }
        shown.isSeeking = goal != nil
        publish()
        wake.ring()
        return .done
    }

    private func pause(for goal: Goal) {
        self.goal = goal
        shown.isPaused = true
    }

    @concurrent package func history(_ series: SeriesID, _ range: HistoryRange) async -> History {
        await chart(series, range)
    }

    private func chart(_ series: SeriesID, _ range: HistoryRange) -> History {
        play?.history(series, range, at: now, before: past)
            ?? History(end: now.wall, stepSeconds: 60, values: [])
    }

    @concurrent package func detail(_ entity: EntityID) async -> Detail? { await page(entity) }

    private func page(_ entity: EntityID) -> Detail? { play?.detail(entity, at: now) }

    /// A copy is judged at this very moment: what is played has the recorded moments alone.
    private func publish() {
        guard var picture = play else { return }
        generation += 1
        var snapshot = picture.snapshot(at: now)
        snapshot.generation = generation
        snapshot.environment.access = .readOnly
        snapshot.environment.watchesOnly = ReplayShown.refusal
        snapshot.storage = .ok
        snapshot.replay = shown
        feed.publish(snapshot)
    }
}

package struct ReplayFailure: Error, CustomStringConvertible {
    package var description: String { "it does not begin as a recording" }
}

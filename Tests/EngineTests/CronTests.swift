import EngineAPI
import Monitoring
import Testing
import Text

@testable import Engine

/// Cron from its readings to what is shown, told and kept.
@Suite struct CronTests {
    private static let start = WallTime(seconds: 1_795_834_800)

    private static func now(_ seconds: Double, wall: Double? = nil) -> Timestamp {
        Timestamp(
            boot: .seconds(3600) + .milliseconds(Int(seconds * 1000)),
            wall: start.advanced(bySeconds: wall ?? seconds), bootID: "test")
    }

    private func schedule(_ source: String = "db") -> ProbeSchedule {
        ProbeSchedule(
            id: "\(source)/cron", source: source, kind: "mysql", subject: "cron", interval: .seconds(5),
            deadline: .seconds(4))
    }

    private func state(_ sources: String...) -> StoreState {
        var state = StoreState(
            environment: EnvironmentFacts(name: "eu", isProduction: true, access: .readOnly), window: nil,
            integrations: [], limits: Limits())
        for source in sources { state.add(probe: schedule(source)) }
        return state
    }

    /// What the server answered at `seconds` by its own clock.
    private func reading(
        at seconds: Double, beat: Double = 10, _ jobs: [CronJobReading] = []
    ) -> CronReading {
        let server = Self.start.advanced(bySeconds: seconds)
        var reading = CronReading(
            jobs: jobs, newestRun: server.advanced(bySeconds: -beat),
            newestScheduled: server.advanced(bySeconds: 600))
        reading.readAt = server
        return reading
    }

    private func job(_ code: String, _ set: (inout CronJobReading) -> Void = { _ in }) -> CronJobReading {
        var job = CronJobReading(code: code)
        job.successesLastHour = 0
        set(&job)
        return job
    }

    private func failure(_ seconds: Double) -> CronRun {
        let at = Self.start.advanced(bySeconds: seconds)
        var run = CronRun(.error, id: 4, due: at, started: at)
        run.message = "disk full"
        return run
    }

    private func take(
        _ state: inout StoreState, _ reading: CronReading, from source: String = "db", at now: Timestamp
    ) {
        let sample = Sample([.cron(reading)], serverTime: reading.readAt)
        state.sampled("\(source)/cron", sample, latency: 0.01, at: now)
    }

    private func told(_ state: StoreState) -> [String] {
        state.events.filter { $0.entity?.kind == .cron }.map(\.text)
    }

    @Test func `two sources that both have cron keep their rows and heartbeats`() throws {
        var state = state("db", "old-db")
        for round in 0..<6 {
            let seconds = Double(round * 5)
            take(
                &state, reading(at: seconds, [job("acme") { $0.failure = failure(-60) }]),
                at: Self.now(seconds))
            take(
                &state, reading(at: seconds, beat: 900, [job("acme"), job("other")]), from: "old-db",
                at: Self.now(seconds))
        }
        let cron = state.snapshot(generation: 1, at: Self.now(26)).cron
        #expect(cron.jobs.map(\.id.key) == ["cron@db:acme", "cron@old-db:acme", "cron@old-db:other"])
        #expect(cron.jobs.map(\.judgement.status) == [.warning, .ok, .ok])
        #expect(cron.heartbeats.map(\.id.key) == ["cron@old-db:heartbeat", "cron@db:heartbeat"])
        #expect(cron.heartbeats.map(\.judgement.status) == [.critical, .ok])
        #expect(
            told(state) == [
                "acme: failed · disk full", "heartbeat: no job has run · runs are planned, none starts",
            ])
    }

    @Test(arguments: [600.0, -600, 1860, -1860])
    func `a clock of ours that is off makes no finding, and times are shown by ours`(off: Double) throws {
        var state = state("db")
        // The server's clock is right; ours shows `off` more.
        for round in 0..<100 {
            let seconds = Double(round * 5)
            let running = job("long") {
                $0.runningSince = Self.start.advanced(bySeconds: seconds - 60)
                $0.success = CronRun(.success, ended: Self.start.advanced(bySeconds: seconds - 120))
                $0.overdueSince = Self.start.advanced(bySeconds: seconds - 20)
            }
            // Jitter of whole seconds and slow answers.
            let answered = seconds + Double(round % 3) * 0.7
            take(
                &state,
                reading(
                    at: seconds,
                    [
                        running,
                        job("late") { $0.overdueSince = Self.start.advanced(bySeconds: seconds - 200) },
                    ]),
                at: Self.now(answered, wall: answered + off))
        }
        let now = Self.now(498, wall: 498 + off)
        let snapshot = state.snapshot(generation: 1, at: now)
        #expect(told(state) == [])
        #expect(
            snapshot.cron.judgement.status == .ok
                && snapshot.cron.jobs.allSatisfy { $0.judgement.status == .ok })
        let beat = try #require(snapshot.cron.lastBeat)
        #expect((8...18).contains(now.wall.seconds(since: beat)))
        let row = try #require(snapshot.cron.jobs.last)
        #expect((58...68).contains(now.wall.seconds(since: try #require(row.runningSince))))
    }

    @Test func `a clock of ours set back while cron dies does not make its beat fresh`() {
        var state = state("db")
        take(&state, reading(at: 0), at: Self.now(0))
        // NTP sets ours back by ten minutes; cron's last sign stands where it was.
        for round in 1...60 {
            let seconds = Double(round * 5)
            take(&state, reading(at: seconds, beat: 10 + seconds), at: Self.now(seconds, wall: seconds - 600))
        }
        let now = Self.now(301, wall: 301 - 600)
        let cron = state.snapshot(generation: 1, at: now).cron
        #expect(cron.judgement.status == .critical)
        #expect(cron.lastBeat.map { now.wall.seconds(since: $0) > 300 } == true)
    }

    @Test func `a server's clock that is set back does not keep cron from being read`() throws {
        var state = state("db")
        take(&state, reading(at: 0), at: Self.now(0))
        for round in 1...40 {
            let seconds = Double(round * 5)
            // Its jobs' hosts go right: their runs are ten minutes ahead of it.
            let running = job("new") { $0.runningSince = Self.start.advanced(bySeconds: seconds - 660) }
            take(&state, reading(at: seconds - 600, beat: -590, [running]), at: Self.now(seconds))
        }
        let cron = state.snapshot(generation: 1, at: Self.now(201)).cron
        #expect(cron.judgement.status == .ok && told(state) == [])
        let since = try #require(cron.jobs.first?.runningSince)
        #expect((58...64).contains(Self.now(201).wall.seconds(since: since)))
        // Then cron dies.
        for round in 41...80 {
            let seconds = Double(round * 5)
            take(&state, reading(at: seconds - 600, beat: seconds - 790), at: Self.now(seconds))
        }
        #expect(state.snapshot(generation: 2, at: Self.now(401)).cron.judgement.status == .critical)
    }

    @Test func `time passes without a reading: what runs ticks, what is due is late`() throws {
        var state = state("db")
        let jobs = [
            job("due") { $0.overdueSince = Self.start.advanced(bySeconds: -296) },
            job("long") { $0.runningSince = Self.start.advanced(bySeconds: -898) },
        ]
        take(&state, reading(at: 0, beat: 178, jobs), at: Self.now(0))
        var cron = state.snapshot(generation: 1, at: Self.now(1)).cron
        #expect(cron.jobs.map(\.judgement.status) == [.ok, .ok] && cron.judgement.status == .ok)
        cron = state.snapshot(generation: 2, at: Self.now(2.5)).cron
        #expect(cron.jobs.map(\.judgement.reason) == [[], ["running 15 min (limit 15 min)"]])
        #expect(cron.judgement.reason.first == "no job has run since 02:57")
        let detail = try #require(state.detail(EntityID(.cron, "long", in: "db"), at: Self.now(2.5)))
        #expect(detail.rules.first?.now == "15 min" && detail.rules.first?.status == .warning)
        // Of a database that does not answer nothing more is said.
        let before = told(state)
        let blind = state.snapshot(generation: 3, at: Self.now(60)).cron
        #expect(blind.judgement.status == .critical && blind.judgement.asOf != nil && told(state) == before)
    }

    @Test func `in the second in which cron is declared dead no late job is told well`() {
        var state = state("db")
        let jobs = (1...5).map { place in
            job("late_\(place)") { $0.overdueSince = Self.start.advanced(bySeconds: -400) }
        }
        for round in 0..<60 {
            let seconds = Double(round * 5)
            take(&state, reading(at: seconds, beat: 10 + seconds, jobs), at: Self.now(seconds))
            _ = state.snapshot(generation: 1, at: Self.now(seconds + 2))
        }
        #expect(told(state).filter { $0.contains("ok again") }.isEmpty)
        #expect(told(state).count == 6, "\(told(state))")
        let cron = state.snapshot(generation: 2, at: Self.now(296)).cron
        #expect(cron.judgement.status == .critical)
        #expect(cron.jobs.allSatisfy { $0.judgement.reason == ["due, not started since 02:53"] })
    }

    @Test func `a failure survives its rows and the console, and is well again by a success alone`() throws {
        var first = state("db")
        take(&first, reading(at: 0, [job("nightly") { $0.failure = failure(-600) }]), at: Self.now(0))
        take(&first, reading(at: 5, []), at: Self.now(5))
        #expect(first.snapshot(generation: 1, at: Self.now(6)).cron.jobs.first?.judgement.status == .warning)
        let kept = first.toKeep(at: Self.now(6).wall)

        var second = state("db")
        second.take(kept, at: Self.now(60).wall)
        take(&second, reading(at: 60, []), at: Self.now(60))
        let row = try #require(second.snapshot(generation: 1, at: Self.now(61)).cron.jobs.first)
        #expect(row.judgement.reason == ["failed since 02:50", "disk full"])
        #expect(row.judgement.since == Self.start.advanced(bySeconds: -600))
        #expect(told(second) == [], "it is no news")
        let good = job("nightly") { job in
            let at = Self.start.advanced(bySeconds: 100)
            job.success = CronRun(.success, id: 9, due: at, started: at, ended: at.advanced(bySeconds: 2))
        }
        take(&second, reading(at: 105, [good]), at: Self.now(105))
        #expect(told(second) == ["nightly is ok again"])
    }

    @Test func `what an older version kept of successes is taken up`() throws {
        var kept = EngineState()
        kept.lastSuccesses["cron:nightly"] = Self.start.advanced(bySeconds: -900)
        kept.since["cron:nightly"] = EngineState.KeptJudgement(status: .ok, since: Self.start)
        var state = state("db")
        state.take(kept, at: Self.start)
        take(&state, reading(at: 0, []), at: Self.now(0))
        let row = try #require(state.snapshot(generation: 1, at: Self.now(1)).cron.jobs.first)
        #expect(row.id.key == "cron@db:nightly" && row.lastSuccess == Self.start.advanced(bySeconds: -900))
        let next = state.toKeep(at: Self.start)
        #expect(next.cronJobs?["cron@db:nightly"]?.success?.ended == Self.start.advanced(bySeconds: -900))
        #expect(next.lastSuccesses.isEmpty && next.since["cron:nightly"] == nil)
    }

    @Test func `a job that nothing plans any more is told as that, not as well`() {
        var state = state("db")
        let failing = job("gone") {
            $0.failure = failure(-60)
            $0.longestGap = 300
            $0.nextDue = Self.start.advanced(bySeconds: 240)
        }
        take(&state, reading(at: 0, [failing]), at: Self.now(0))
        var taken = failing
        taken.nextDue = nil
        taken.takenBackAt = Self.start.advanced(bySeconds: 5)
        take(&state, reading(at: 5, [taken]), at: Self.now(5))
        take(&state, reading(at: 2200, [taken]), at: Self.now(2200))
        let row = state.snapshot(generation: 1, at: Self.now(2201)).cron.jobs.first
        #expect(row?.judgement.status == .off)
        #expect(told(state).last == "gone: not planned any more")
        #expect(!told(state).contains { $0.contains("ok again") })
    }

    @Test func `row, detail and journal are made of the same assessments`() throws {
        var state = state("db")
        take(
            &state,
            reading(
                at: 0,
                [
                    job("acme") {
                        $0.failure = failure(-600)
                        $0.errorsLastHour = 12
                    }
                ]), at: Self.now(0))
        let id = EntityID(.cron, "acme", in: "db")
        let row = try #require(state.snapshot(generation: 1, at: Self.now(1)).cron.jobs.first)
        let detail = try #require(state.detail(id, at: Self.now(1)))
        #expect(row.judgement.status == .critical)
        #expect(detail.rules.map(\.status).min() == row.judgement.status)
        #expect(
            detail.rules.map(\.rule) == ["running", "newest run", "missed", "due, not started", "planned"])
        #expect(detail.rules[1].now == "failed 02:50" && detail.rules[1].limit == "1 / 10")
        #expect(told(state) == ["acme: failed · 12 errors in 1 h · disk full"])
        let beat = try #require(state.detail(CronHeartbeat.id(in: "db"), at: Self.now(1)))
        #expect(beat.rules.map(\.rule) == ["heartbeat", "groups"])
    }

    @Test func `a job may be called heartbeat, and names are their bytes`() {
        var state = state("db")
        let codes = [
            "heartbeat", "heartbeat (job)", "erp_push", "erp_push\u{FE0F}", "erp.STOCK", "erp.STOC\u{212A}",
        ]
        take(&state, reading(at: 0, codes.map { job($0) }), at: Self.now(0))
        let cron = state.snapshot(generation: 1, at: Self.now(1)).cron
        #expect(Set((cron.jobs.map(\.id) + cron.heartbeats.map(\.id)).map(\.self)).count == 7)
        #expect(state.toKeep(at: Self.start).since.keys.count { $0.hasPrefix("cron@") } == 7)
    }
}

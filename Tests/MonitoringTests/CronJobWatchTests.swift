import Monitoring
import Testing

@Suite struct CronJobWatchTests {
    private static let id = EntityID(.cron, "acme", in: "db")

    private func ago(_ seconds: Double) -> WallTime { moment(-seconds).wall }

    private func job(_ set: (inout CronJobReading) -> Void = { _ in }) -> CronJobReading {
        var job = CronJobReading(code: "acme")
        job.successesLastHour = 0
        set(&job)
        return job
    }

    private func run(_ end: CronRun.End, due: Double, took: Double = 3) -> CronRun {
        var run = CronRun(end, id: end == .success ? 2 : 1, due: ago(due))
        if end != .missed { run.started = ago(due - 1) }
        if end == .success { run.ended = ago(due - 1 - took) }
        return run
    }

    private func rules(
        _ watch: CronJobWatch, at seconds: Double = 0, limits: CronLimits = CronLimits(),
        cron: CronPulse = CronPulse()
    ) -> [Assessment] {
        watch.assess(
            of: Self.id, limits: limits, cron: cron, group: cron, at: Moment(moment(seconds)))
    }

    private func said(
        _ watch: CronJobWatch, at seconds: Double = 0, limits: CronLimits = CronLimits(),
        cron: CronPulse = CronPulse()
    ) -> String {
        sentence(
            rules(watch, at: seconds, limits: limits, cron: cron), at: Moment(moment(seconds)))
    }

    private func watch(_ reading: CronJobReading, _ memory: CronMemory = CronMemory()) -> CronJobWatch {
        var watch = CronJobWatch(memory)
        watch.observe(reading, at: moment().wall)
        return watch
    }

    // MARK: Running

    @Test func `a long run is told with its usual time, its lock and what waits, and ticks`() {
        let long = watch(
            job {
                $0.runningSince = ago(1440)
                $0.usualSeconds = 15
                $0.lock = .held
                $0.overdueSince = ago(120)
            })
        let tail = "(usual 15 s, limit 15 min) · lock held · next run waits since 02:58"
        #expect(said(long) == "warning · running 24 min \(tail)")
        #expect(said(long, at: 60) == "warning · running 25 min \(tail)")
        let slow = watch(
            job {
                $0.runningSince = ago(1440)
                $0.usualSeconds = 1200
            })
        #expect(said(slow) == "ok")
        let short = watch(job { $0.runningSince = ago(890) })
        #expect(said(short) == "ok")
        #expect(said(short, at: 11) == "warning · running 15 min (limit 15 min)")
        #expect(
            said(watch(job { $0.runningSince = ago(7300) })) == "critical · running 2 h 01 (limit 2 h 00)")
    }

    @Test func `a free lock means a dead process only when two reads saw it`() {
        let dead = job {
            ($0.runningID, $0.runningSince) = (7, ago(240))
            $0.lock = .free
        }
        var watch = watch(dead)
        #expect(said(watch) == "ok")
        #expect(rules(watch)[0].standing != .judged, "one look cannot know")
        // The same answer twice is one read.
        watch.observe(dead, at: moment().wall)
        #expect(said(watch, at: 1) == "ok")
        watch.observe(dead, at: moment(5).wall)
        #expect(said(watch, at: 5) == "warning · running 4 min · lock gone: the process died")
        // Its row goes, and it has failed all the same.
        watch.observe(job(), at: moment(10).wall)
        #expect(
            said(watch, at: 10) == "warning · failed since 02:56 · process died (killed or out of memory)")
        watch.observe(nil, at: moment(15).wall)
        #expect(
            said(watch, at: 15) == "warning · failed since 02:56 · process died (killed or out of memory)")
        // It was not dead.
        let ended = job {
            $0.success = CronRun(.success, id: 7, due: ago(241), started: ago(240), ended: moment(12).wall)
        }
        watch.observe(ended, at: moment(20).wall)
        #expect(said(watch, at: 20) == "ok")
    }

    // MARK: How it ended

    @Test(arguments: [
        (
            "No callbacks found for cron job catalog_product_alert",
            "No callbacks found: renamed by the upgrade?"
        ),
        ("", "process died (killed or out of memory)"), ("Time out", "ran for over a day"),
        ("SQLSTATE[40001]: deadlock", "SQLSTATE[40001]: deadlock"),
    ])
    func `an error is decoded`(message: String, words: String) {
        let watch = watch(
            job {
                $0.errorsLastHour = 3
                $0.failure = run(message.isEmpty ? .killed : .error, due: 600)
                $0.failure?.message = message
                $0.failingSince = ago(1800)
            })
        #expect(said(watch) == "warning · failed since 02:30 · 3 errors in 1 h · \(words)")
    }

    @Test func `hostile text in an error is harmless`() {
        let watch = watch(
            job {
                $0.errorsLastHour = 12
                $0.failure = run(.error, due: 600)
                $0.failure?.message = "\u{1b}]0;x\u{7}\u{202e}" + String(repeating: "y", count: 100_000)
            })
        let text = said(watch)
        #expect(text.hasPrefix("critical · failed since 02:50 · 12 errors in 1 h · "))
        #expect(
            !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202e } && text.utf8.count < 300)
    }

    @Test func `a nightly failure is told until a success follows, however long ago it was`() {
        var watch = watch(job { $0.failure = run(.error, due: 1800) })
        #expect(said(watch).hasPrefix("warning · failed since 02:30"))
        // All night its rows stand there or not; the console goes on reading.
        for minutes in stride(from: 10.0, through: 1500, by: 10) {
            watch.observe(
                minutes < 600 ? job { $0.failure = run(.error, due: 1800) } : nil,
                at: moment(minutes * 60).wall)
        }
        #expect(said(watch, at: 90_000).hasPrefix("warning · failed since 28 Nov 02:30"))
        let good = job {
            $0.success = CronRun(
                .success, id: 9, due: moment(90_000).wall, started: moment(90_001).wall,
                ended: moment(90_004).wall)
        }
        watch.observe(good, at: moment(90_005).wall)
        #expect(said(watch, at: 90_005) == "ok")
    }

    @Test func `at a first look an old failure is a warning, for the store does not keep what followed`() {
        // 24 h before.
        var watch = watch(
            job {
                $0.failure = run(.error, due: 86_400 + 3600)
                $0.failure?.message = "disk full"
                $0.errorsLastHour = 0
            })
        let old = "warning · failed 27 Nov 02:00; whether it ran since is not kept by the store · disk full"
        #expect(said(watch) == old)
        #expect(rules(watch)[1].unseen == "whether it ran since")
        // Its next time is seen to pass: that decides.
        var failedAgain = watch
        failedAgain.observe(job { $0.failure = run(.error, due: -60) }, at: moment(70).wall)
        #expect(said(failedAgain, at: 70).hasPrefix("warning · failed since"))
        watch.observe(job { $0.success = run(.success, due: -60) }, at: moment(70).wall)
        #expect(said(watch, at: 70) == "ok")
    }

    @Test func `what an earlier run of the console saw is certain while the pause was shorter than an hour`()
    {
        var memory = watch(job { $0.failure = run(.error, due: 1800) }).memory
        var soon = CronJobWatch(memory)
        soon.observe(nil, at: moment(3000).wall)
        #expect(said(soon, at: 3000).hasPrefix("warning · failed since 02:30"))
        var late = CronJobWatch(memory)
        late.observe(nil, at: moment(9000).wall)
        #expect(
            said(late, at: 9000).hasPrefix(
                "warning · failed 02:30; whether it ran since is not kept by the store"))
        memory.success = run(.success, due: 1000)
        #expect(said(CronJobWatch(memory)) == "ok")
    }

    @Test(arguments: [
        (0, 12, "ok"), (2, 58, "ok"), (4, 8, "warning · missed 4 of 12 in 1 h, 33.3 % · last ok 02:58"),
    ])
    func `missed runs are judged by their share, too`(missed: Int, successes: Int, expected: String) {
        let watch = watch(
            job {
                $0.missedLastHour = missed
                $0.successesLastHour = successes
                $0.success = run(.success, due: 100)
                if missed > 0 { $0.failure = run(.missed, due: 900) }
            })
        #expect(said(watch) == expected)
    }

    @Test func `a miss is the newest run until one succeeds, and counts from its declaration`() {
        // Due 02:20, seen pending at 02:59:55, missed at 03:00; the success before ended at 02:40.
        var missed = run(.missed, due: 2400)
        (missed.seenOpen, missed.seenEnded) = (ago(5), ago(0))
        let ok = CronRun(.success, id: 3, due: ago(2460), started: ago(2459), ended: ago(1200))
        let reading = job {
            $0.success = ok
            $0.failure = missed
            $0.missedLastHour = 1
            $0.successesLastHour = 30
        }
        #expect(said(watch(reading)) == "warning · missed since 02:59 · last ok 02:40")
        // A success that ended between the same two reads: the later plan came later.
        var after = reading
        after.success = CronRun(.success, id: 4, due: ago(60), started: ago(4), ended: ago(2))
        #expect(said(watch(after)) == "ok")
        after.success?.due = ago(2500)
        #expect(said(watch(after)).hasPrefix("warning · missed"))
        // At a first look only due is known.
        var first = reading
        first.failure = run(.missed, due: 2400)
        #expect(said(watch(first)) == "warning · missed since 02:20 · last ok 02:40")
        first.success = run(.success, due: 2300)
        #expect(said(watch(first)) == "ok")
    }

    @Test func `limits that are switched off are kept so`() {
        var limits = CronLimits()
        limits.errors = Threshold(warning: 5)
        let failed = watch(
            job {
                $0.failure = run(.error, due: 600)
                $0.errorsLastHour = 4
            })
        #expect(said(failed, limits: limits) == "ok")
        limits.missedShare = Threshold()
        #expect(said(watch(job { $0.failure = run(.missed, due: 600) }), limits: limits) == "ok")
    }

    // MARK: Plans

    private func pulse(beat: Double, isAlive: Bool = true) -> CronPulse {
        var pulse = CronPulse()
        (pulse.beat, pulse.isAlive) = (ago(beat), isAlive)
        return pulse
    }

    @Test func `a due run becomes late without a reading, and is told no better when cron stops`() {
        let due = watch(job { $0.overdueSince = ago(290) })
        #expect(said(due) == "ok")
        #expect(said(due, at: 10) == "warning · due, not started since 02:55")
        #expect(
            said(due, at: 400, cron: pulse(beat: -100, isAlive: false))
                == "warning · due, not started since 02:55")
        let planned = watch(job { $0.nextDue = moment(3).wall })
        #expect(planned.overdueSince(at: moment(2).wall) == nil)
        #expect(said(planned, at: 304) == "warning · due, not started since 03:00")
        let fresh = watch(job { $0.overdueSince = ago(30) })
        let dead = rules(fresh, at: 400, cron: pulse(beat: 20, isAlive: false))
        #expect(dead[3].standing == .notJudged("cron stands still") && dead[3].status == .ok)
    }

    @Test func `one that runs each minute from a backlog runs late, and is not well in turns`() {
        var watch = CronJobWatch()
        var told: Set<String> = []
        for second in stride(from: 0.0, to: 180, by: 5) {
            // It starts at second 30 of each minute and takes 10; the oldest waits for ten minutes.
            let started = (second / 60).rounded(.down) * 60 - 30
            let reading = job {
                $0.usualGap = 60
                $0.overdueSince = moment(started - 540).wall
                $0.success = CronRun(
                    .success, id: 1, due: moment(started - 600).wall, started: moment(started).wall,
                    ended: moment(started + 10).wall)
                if second - started > 60, second - started < 70 {
                    $0.runningSince = moment(started + 60).wall
                    $0.runningDue = moment(started - 540).wall
                }
            }
            watch.observe(reading, at: moment(second).wall)
            told.insert(said(watch, at: second))
        }
        #expect(told == ["warning · runs 10 min late"])
        // An old row that cron passes by is no backlog.
        let left = self.watch(
            job {
                $0.overdueSince = ago(200_000)
                $0.success = run(.success, due: 60)
            })
        #expect(said(left) == "ok")
    }

    @Test func `a job of each minute that nothing plans is told for hours`() {
        let vendor = job {
            $0.usualGap = 60
            $0.longestGap = 60
            $0.newestPlanned = ago(3 * 3600)
            $0.success = run(.success, due: 3 * 3600)
        }
        #expect(said(watch(vendor)) == "warning · planned nowhere, runs each minute otherwise since 00:00")
        // It is told no better when cron stops, and no worse than it was.
        #expect(said(watch(vendor), cron: pulse(beat: 999, isAlive: false)).hasPrefix("warning · planned"))
        let since = pulse(beat: 3 * 3600 + 60, isAlive: false)
        #expect(rules(watch(vendor), cron: since)[4].standing == .notJudged("cron stands still"))
        var planned = vendor
        planned.nextDue = moment(60).wall
        #expect(said(watch(planned)) == "ok")
        var hourly = vendor
        (hourly.usualGap, hourly.longestGap) = (3600, 3600)
        #expect(said(watch(hourly)) == "ok")
    }

    @Test func `a job planned nowhere any more is off, not failed for ever`() {
        let failing = job {
            $0.failure = run(.error, due: 600)
            $0.longestGap = 300
            $0.newestPlanned = ago(-300)
            $0.nextDue = ago(-300)
        }
        var watch = watch(failing)
        #expect(said(watch).hasPrefix("warning · failed"))
        // Its plans are taken back while those of others stand.
        let taken = job {
            $0.failure = failing.failure
            $0.longestGap = 300
            $0.takenBackAt = moment(60).wall
        }
        watch.observe(taken, at: moment(60).wall)
        #expect(said(watch, at: 60).hasPrefix("warning · failed"))
        watch.observe(taken, at: moment(2100).wall)
        #expect(said(watch, at: 2100).hasPrefix("warning · failed"))
        watch.observe(taken, at: moment(2161).wall)
        #expect(said(watch, at: 2161) == "off · not planned any more since 03:01 · failed 02:50")
        // Time alone decides nothing.
        #expect(said(watch, at: 900_000).hasPrefix("off"))
        #expect(Set(rules(watch, at: 2161).map(\.status)) == [.off])
        // Planned again: it failed last.
        watch.observe(failing, at: moment(2166).wall)
        #expect(said(watch, at: 2166).hasPrefix("warning · failed"))
    }

    @Test func `what nothing plans is off after twice its longest gap, a week of an unknown pace`() {
        func after(_ hours: Double, gap: Double?) -> String {
            var watch = watch(
                job {
                    $0.failure = run(.error, due: 60)
                    $0.longestGap = gap
                    $0.newestPlanned = ago(60)
                })
            watch.observe(nil, at: moment(hours * 3600).wall)
            return String(said(watch, at: hours * 3600).prefix(3))
        }
        #expect(after(24, gap: 300) == "war" && after(26, gap: 300) == "off")
        #expect(after(47, gap: 86_400) == "war" && after(49, gap: 86_400) == "off")
        #expect(after(190, gap: nil) == "war" && after(193, gap: nil) == "off")
    }

    @Test func `every rule says its figure and limit, also when all is well`() {
        let rules = rules(
            watch(
                job {
                    $0.success = run(.success, due: 60)
                    $0.successesLastHour = 12
                    $0.nextDue = moment(240).wall
                }))
        #expect(rules.map(\.rule) == [.jobRunning, .jobFailed, .jobMissed, .jobDue, .jobUnplanned])
        #expect(rules.map(\.valueShown) == ["-", "ok 02:59", "0 of 12", "-", "-"])
        #expect(rules.map(\.limitShown) == ["15 min / 2 h 00", "1 / 10", "20.0 %", "5 min", "-"])
        #expect(rules.allSatisfy { $0.status == .ok && $0.what.isEmpty })
    }
}

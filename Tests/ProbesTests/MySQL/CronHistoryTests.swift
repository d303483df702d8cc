import Monitoring
import TestSupport
import Testing
import Text

@testable import Probes

/// Generated histories of one job's runs, read as the reader reads them: the watch says what the newest ended run
/// was.
@Suite struct CronHistoryTests {
    private struct Run {
        var row: CronTableRow
        var start: Double
        var end: Double
        var outcome: CronRun.End
    }

    private static let start = WallTime(seconds: 1_795_834_800)

    private static func at(_ seconds: Double) -> WallTime { start.advanced(bySeconds: seconds) }

    /// One after the other, each due in time or late, some declared missed, with some quiet stretches.
    private func history(_ random: inout SeededGenerator) -> [Run] {
        var runs: [Run] = []
        var clock = Double.random(in: 0...600, using: &random).rounded()
        var due = clock
        for id in 1...Int.random(in: 2...14, using: &random) {
            let outcome: CronRun.End =
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<4: .success
                case 4..<6: .error
                case 6: .killed
                default: .missed
                }
            due += Double(Int.random(in: 1...20, using: &random) * 60)
            clock = max(clock, due) + Double(Int.random(in: 1...40, using: &random))
            var row = CronTableRow(id: UInt64(id), code: "acme", status: "pending", due: Self.at(due))
            let begun = clock
            if outcome != .missed {
                clock += Double(Int.random(in: 1...300, using: &random))
                row.started = Self.at(begun)
            }
            if outcome == .success { row.ended = Self.at(clock) }
            if outcome == .error { row.message = "said no" }
            runs.append(Run(row: row, start: begun, end: clock, outcome: outcome))
            clock += 1
        }
        return runs
    }

    /// The table at a moment: successes are deleted an hour after they ended, now and then other ended rows too.
    private func table(_ runs: [Run], at time: Double, life: Double) -> [CronTableRow] {
        runs.compactMap { run in
            var row = run.row
            guard time >= run.start else {
                // Planned 20 minutes ahead.
                guard let due = row.due, due < Self.at(time + 1200) else { return nil }
                (row.status, row.started, row.ended, row.message) = ("pending", nil, nil, nil)
                return row
            }
            guard time >= run.end else {
                (row.status, row.ended, row.message) = ("running", nil, nil)
                return row
            }
            if time - run.end > (run.outcome == .success ? 3600 : life) { return nil }
            row.status = run.outcome == .success ? "success" : run.outcome == .missed ? "missed" : "error"
            return row
        }
    }

    private func read(_ book: inout CronRowBook, _ rows: [CronTableRow], at time: Double, _ last: Double?)
        -> CronReading
    {
        let now = Self.at(time)
        let ids = Set(rows.map(\.id))
        book.gone(book.openIDs.filter { !ids.contains($0) }, at: now)
        for row in rows { book.take(row, at: now) }
        book.tidy(at: now)
        return book.reading(at: now)
    }

    private func isFailing(_ watch: CronJobWatch, at time: Double) -> Bool? {
        let pulse = CronPulse()
        let id = EntityID(.cron, "acme", in: "db")
        let moment = Moment(Timestamp(boot: .zero, wall: Self.at(time), bootID: "test"))
        let rules = watch.assess(of: id, limits: CronLimits(), cron: pulse, group: pulse, at: moment)
        let newest = rules.filter { $0.rule == .jobFailed || $0.rule == .jobMissed }
        // A share of missed runs speaks beside it.
        if newest.contains(where: { $0.what.contains(" in 1 h") && $0.what.hasPrefix("missed") }) {
            return nil
        }
        return newest.contains { $0.status != .ok }
    }

    @Test func `a job is as its newest ended run was, whatever the readings do`() throws {
        var judged = [true: 0, false: 0]
        for seed in UInt64(0)..<200 {
            if let truth = try judge(seed: seed) { judged[truth, default: 0] += 1 }
        }
        #expect(judged.values.allSatisfy { $0 > 40 }, "\(judged)")
    }

    /// Whether the job was failing; nil where no one can see.
    private func judge(seed: UInt64) throws -> Bool? {
        var random = SeededGenerator(seed: seed)
        let runs = history(&random)
        let life = Bool.random(using: &random) ? 4320 * 60.0 : 900
        let end = (runs.last?.end ?? 0) + Double.random(in: 0...7200, using: &random)
        var readings: [(time: Double, reading: CronReading)] = []
        var book = CronRowBook()
        var time = 0.0
        while time < end {
            let last = readings.last?.time
            let rows = table(runs, at: time, life: life)
            readings.append((time, read(&book, rows, at: time, last)))
            // A restart of the console forgets the book; an outage is shorter than rows live.
            if Int.random(in: 0..<40, using: &random) == 0 { book = CronRowBook() }
            time += Bool.random(using: &random) ? 5 : Double(Int.random(in: 1...600, using: &random))
        }
        let newest = try #require(readings.last)
        // Late, twice, in another order; what was read last has come, too.
        var order = readings.dropLast().filter { _ in Int.random(in: 0..<10, using: &random) > 0 }
        order += order.filter { _ in Int.random(in: 0..<10, using: &random) == 0 }
        for _ in 0..<order.count / 8 {
            let one = Int.random(in: order.indices, using: &random)
            let other = max(0, one - Int.random(in: 0...3, using: &random))
            order.swapAt(one, other)
        }
        order.append(newest)
        order += order.suffix(4)
        var watch = CronJobWatch()
        for (time, reading) in order { watch.observe(reading.jobs.first, at: Self.at(time)) }

        let ended = runs.last { $0.end <= newest.time }
        // Declared between two reads beside a run that ended there: which was first, no one can see.
        let before = readings.dropLast().last?.time ?? 0
        let isClear = runs.filter { $0.end > before && $0.end <= newest.time }.count < 2
        guard let said = isFailing(watch, at: newest.time), isClear else { return nil }
        let truth = ended.map { $0.outcome != .success } ?? false
        #expect(
            said == truth,
            "seed \(seed), \(runs.map { ($0.outcome, $0.start, $0.end) }) at \(newest.time): \(watch.memory)")
        return truth
    }

    @Test func `each row counts once however often it is read`() {
        var book = CronRowBook()
        var row = CronTableRow(id: 5, code: "acme", status: "missed", due: Self.at(-600))
        for second in 0..<5 { book.take(row, at: Self.at(Double(second))) }
        #expect(book.reading(at: Self.at(5)).jobs[0].missedLastHour == 1)
        // Of an hour ago by when it was due: seen pending now, it counts from its declaration.
        row = CronTableRow(id: 6, code: "acme", status: "pending", due: Self.at(-9000))
        book.take(row, at: Self.at(10))
        row.status = "missed"
        book.take(row, at: Self.at(15))
        book.take(row, at: Self.at(20))
        let job = book.reading(at: Self.at(20)).jobs[0]
        #expect(job.missedLastHour == 2)
        #expect(job.failure?.seenOpen == Self.at(10) && job.failure?.seenEnded == Self.at(15))
        book.tidy(at: Self.at(3616))
        #expect(book.reading(at: Self.at(3616)).jobs[0].missedLastHour == 0)
    }

    @Test func `names of other bytes are other jobs`() {
        var book = CronRowBook()
        for (id, code) in ["erp_push", "erp_push\u{FE0F}", "ERP_push", "erp_push "].enumerated() {
            book.take(CronTableRow(id: UInt64(id + 1), code: code, status: "error"), at: Self.at(0))
        }
        #expect(book.reading(at: Self.at(0)).jobs.count == 4)
    }

    @Test func `plans that are gone alone were taken back, a table emptied is none of that`() {
        func book() -> CronRowBook {
            var book = CronRowBook()
            for (id, code) in [(1, "a"), (2, "a"), (3, "b")] {
                book.take(
                    CronTableRow(id: UInt64(id), code: code, status: "pending", due: Self.at(600)),
                    at: Self.at(0))
            }
            return book
        }
        var one = book()
        one.gone([1, 2], at: Self.at(5))
        #expect(one.reading(at: Self.at(5)).jobs.map(\.takenBackAt) == [Self.at(5), nil])
        var all = book()
        all.gone([1, 2, 3], at: Self.at(5))
        #expect(all.reading(at: Self.at(5)).jobs.map(\.takenBackAt) == [nil, nil])
        var part = book()
        part.gone([1], at: Self.at(5))
        #expect(part.reading(at: Self.at(5)).jobs.map(\.takenBackAt) == [nil, nil])
    }

    @Test func `after a TRUNCATE an id is another row`() {
        var book = CronRowBook()
        book.take(CronTableRow(id: 1, code: "a", status: "pending", due: Self.at(60)), at: Self.at(0))
        book.take(CronTableRow(id: 1, code: "b", status: "pending", due: Self.at(120)), at: Self.at(5))
        let jobs = book.reading(at: Self.at(5)).jobs
        #expect(jobs.map(\.nextDue) == [nil, Self.at(120)])
    }
}

import Monitoring
import TestSupport
import Testing

/// Whatever comes, in whatever order: a change is told once, at a time that can be.
@Suite struct ChangesPropertyTests {
    private typealias Row = ChangesReading.ConfigRow
    private let start = moment().wall

    /// A table of settings as a server has it.
    private struct Table {
        var rows: [UInt64: Row] = [:]
        var next: UInt64 = 1
        var saves = 0

        func reading(at now: WallTime, most: Int) -> ChangesReading {
            var reading = ChangesReading(readAt: now)
            let day = now.advanced(bySeconds: -ChangesWatch.historySeconds)
            let listed = rows.values.filter { $0.updated >= day }.sorted {
                ($1.updated, $1.id) < ($0.updated, $0.id)
            }
            reading.config = .init(
                count: rows.count, newestID: rows.keys.max() ?? 0, rows: Array(listed.prefix(most)),
                isCut: listed.count > most)
            return reading
        }
    }

    @Test(arguments: 0..<40)
    func `every save is told once, and nothing else is`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var table = Table()
        var watch = ChangesWatch(
            ProbeSchedule(
                id: "db/changes", source: "db", kind: "mysql", subject: "changes", interval: .seconds(30),
                deadline: .seconds(4)))
        var book = ChangeBook()
        _ = watch.observe(table.reading(at: start, most: 100))
        var readings: [ChangesReading] = []
        var saved = 0
        var deleted = 0
        var told: [Change] = []
        for round in 1...60 {
            let now = start.advanced(bySeconds: Double(round) * 30)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                // A save of one to six rows, new ones and old ones.
                let time = now.advanced(bySeconds: -Double.random(in: 1..<20, using: &random))
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    let id: UInt64
                    if let old = table.rows.keys.sorted().randomElement(using: &random),
                        Bool.random(using: &random)
                    {
                        id = old
                    } else {
                        id = table.next
                        table.next += 1
                    }
                    table.rows[id] = Row(id, "p/\(id)", updated: time)
                }
                saved += 1
            case 1:
                if let id = table.rows.keys.sorted().randomElement(using: &random) {
                    table.rows[id] = nil
                    deleted += 1
                }
            default: break
            }
            readings.append(table.reading(at: now, most: 100))
            // The newest; often one before it once more, which comes late.
            var answers = [readings[readings.count - 1]]
            if Bool.random(using: &random) { answers.append(answers[0]) }
            if readings.count > 1, Bool.random(using: &random) {
                answers.append(readings[readings.count - 2])
            }
            for answer in answers {
                for change in watch.observe(answer) {
                    let isNew = book.add(change)
                    #expect(isNew, "\(change.text) is told twice")
                    #expect(change.at <= now && (change.after ?? change.at) <= change.at)
                    told.append(change)
                }
            }
        }
        #expect(told.count { !$0.text.contains("deleted") } == saved)
        #expect(told.count { $0.text.contains("deleted") } == deleted)
        #expect(told.allSatisfy { !$0.isPast && !$0.text.contains("added") })
    }

    @Test(arguments: 0..<20)
    func `a run that goes on where another ended tells the rest alone`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(1000 + seed))
        let schedule = ProbeSchedule(
            id: "db/changes", source: "db", kind: "mysql", subject: "changes", interval: .seconds(30),
            deadline: .seconds(4))
        var (one, two) = (ChangesWatch(schedule), ChangesWatch(schedule))
        var (whole, parted): ([String], [String]) = ([], [])
        var patches = 10
        var release = 1
        for round in 0..<30 {
            if Int.random(in: 0..<4, using: &random) == 0 { patches += 1 }
            if Int.random(in: 0..<6, using: &random) == 0 { release += 1 }
            var reading = ChangesReading(readAt: start.advanced(bySeconds: Double(round) * 30))
            reading.patches = .init(count: patches, newestID: UInt64(patches))
            reading.release = .init(target: "r/\(release)")
            whole += one.observe(reading).map(\.id)
            if Bool.random(using: &random) { two = ChangesWatch(schedule, kept: two.memory) }
            parted += two.observe(reading).map(\.id)
        }
        #expect(whole == parted)
    }

    @Test(arguments: 0..<20)
    func `the book is bounded, sorted and tells what was near`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(2000 + seed))
        var book = ChangeBook()
        for number in 0..<400 {
            let time = start.advanced(bySeconds: Double.random(in: 0..<20_000, using: &random))
            _ = book.add(Change(id: "\(number)", .note, "n", at: time))
        }
        #expect(book.changes.count == ChangeBook.most)
        #expect(zip(book.changes, book.changes.dropFirst()).allSatisfy { $0.at <= $1.at })
        let began = start.advanced(bySeconds: 18_000)
        let near = book.near(began)
        #expect(near.map(\.seconds) == near.map(\.seconds).sorted() && !near.isEmpty)
        #expect(near.allSatisfy { (0...900).contains($0.seconds) })
        #expect(near.count == book.changes.count { (-1...900).contains(began.seconds(since: $0.at)) })
        book.forgetOld(at: start.advanced(bySeconds: 30_000 + ChangeBook.memorySeconds))
        #expect(book.changes.isEmpty)
    }
}

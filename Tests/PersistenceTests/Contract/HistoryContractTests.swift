import Engine
import Monitoring
import Persistence
import TestSupport
import Testing

/// What every history owes the engine, on the fake that the engine's tests run on and on the real one alike.
@Suite(.timeLimit(.minutes(1))) struct HistoryContractTests {
    /// The database works on files: what a power cut leaves is tried by `make faults`.
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case fake, disk
        var testDescription: String { rawValue }
    }

    private let depth = SeriesID(EntityID(.queue, "erp", in: "rabbit", virtualHost: "/"), .depth)
    /// 2026-11-28 00:00:00 UTC.
    private let midnight = WallTime(seconds: 1_795_824_000)

    private func minute(_ number: Int, _ value: Double, of series: SeriesID? = nil) -> HistoryMinute {
        HistoryMinute(
            series: series ?? depth, minute: at(number), average: value, maximum: value + 1)
    }

    private func at(_ minute: Int) -> WallTime { midnight.advanced(bySeconds: Double(minute) * 60) }

    private func read(
        _ store: any HistoryStore, _ range: Range<Int>, by minutes: Int = 1, of series: SeriesID? = nil
    ) async throws -> [Double?] {
        try await store.read(
            series ?? depth, from: at(range.lowerBound), to: at(range.upperBound), stepSeconds: 60 * minutes)
    }

    @Test(arguments: Kind.allCases)
    func `averages are told by the step asked for, evenly, and gaps stay gaps`(kind: Kind) async throws {
        let subject = try StorageSubject(kind == .fake ? .fake : .disk)
        let store = try subject.history()
        #expect(try await read(store, 0..<3) == [nil, nil, nil])
        for number in 0..<10 where number != 4 && number != 5 {
            try await store.append([minute(number, Double(number))])
        }
        for store in [store, try subject.history()] {
            #expect(try await read(store, 0..<10) == [0, 1, 2, 3, nil, nil, 6, 7, 8, 9])
            #expect(try await read(store, 0..<10, by: 2) == [0.5, 2.5, nil, 6.5, 8.5])
            #expect(try await read(store, 0..<10, by: 10) == [4.5])
            #expect(try await read(store, 8..<14, by: 2) == [8.5, nil, nil])
            // A step that has not come to its end is none.
            #expect(try await read(store, 0..<10, by: 4) == [1.5, 6.5])
            #expect(try await read(store, 3..<4) == [3])
        }
    }

    @Test(arguments: Kind.allCases)
    func `no series has the values of another, whatever they are called`(kind: Kind) async throws {
        let subject = try StorageSubject(kind == .fake ? .fake : .disk)
        let names = Names.hard.filter { $0.utf8.count < 100 }
        let here = EntityID(.queue, "erp", in: "rabbit", virtualHost: "/")
        var ids = names.map { EntityID(.integration, $0) } + names.map { EntityID(.queue, $0, in: "rabbit") }
        ids += [
            here, EntityID(.queue, "erp", in: "rabbit", virtualHost: "erp"), EntityID(.cron, "erp", in: "db"),
        ]
        let series = ids.map { SeriesID($0, .depth) } + [SeriesID(here, .inRate)]
        // Each is told alone, and the one before is known by then.
        let store = try subject.history()
        for (number, id) in series.enumerated() {
            #expect(try await read(store, 0..<1, of: id) == [nil], "\(id.entity.key)")
            try await store.append([minute(0, Double(number), of: id)])
        }
        let next = try subject.history()
        for (number, id) in series.enumerated() {
            #expect(try await read(next, 0..<1, of: id) == [Double(number)], "\(id.entity.key)")
        }
    }

    @Test(arguments: Kind.allCases)
    func `a run goes on where the one before it ended, and a minute told twice is their average`(
        kind: Kind
    ) async throws {
        let subject = try StorageSubject(kind == .fake ? .fake : .disk)
        let other = SeriesID(depth.entity, .outRate)
        try await subject.history().append([minute(0, 4), minute(1, 5)])
        try await subject.history().append([minute(1, 1, of: other), minute(1, 7)])
        try await subject.history().append([minute(2, 9), minute(2, 2, of: other)])
        #expect(try await read(try subject.history(), 0..<3) == [4, 6, 9])
        #expect(try await read(try subject.history(), 0..<3, of: other) == [nil, 1, 2])
    }

    @Test(arguments: Kind.allCases, [1, 10, 60])
    func `a minute that comes late is told all the same, over midnight too`(
        kind: Kind, step: Int
    ) async throws {
        let subject = try StorageSubject(kind == .fake ? .fake : .disk)
        let store = try subject.history()
        let day = 1440
        try await store.append([minute(day - 60, 6)])
        try await store.append([minute(day + 1, 8), minute(day, 8)])
        try await store.append([minute(day - 30, 2)])
        try await store.append([minute(day + 59, 2)])
        for store in [store, try subject.history()] {
            let values = try await read(store, (day - 60)..<(day + 60), by: step)
            #expect(values.count == 120 / step)
            if step == 60 {
                #expect(values == [4, 6])
            } else {
                #expect(values[0] == 6 && values[30 / step] == 2 && values[60 / step] == 8)
                #expect(values.last == 2 && values.count { $0 != nil } == (step == 1 ? 5 : 4))
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `small values stay what they are, and what is no number is a gap and never 0`(
        kind: Kind
    ) async throws {
        let subject = try StorageSubject(kind == .fake ? .fake : .disk)
        let values = [0.000_277_8, 0.0167, -0.002, 0, 1.0 / 3, 2.5, 1_234_567.25, 4e15, 1e300, -1e-7]
        let store = try subject.history()
        try await store.append(values.enumerated().map { minute($0, $1) })
        for (number, value) in [Double.nan, .infinity, -.infinity].enumerated() {
            try await store.append([minute(values.count + number, value)])
        }
        let told = try await read(try subject.history(), 0..<(values.count + 3))
        for (told, value) in zip(told, values) {
            #expect(
                told.map { abs($0 - value) <= abs(value) * 0.001 } == true, "\(told ?? .nan) for \(value)")
        }
        #expect(told.suffix(3) == [nil, nil, nil])
    }

    @Test(arguments: Kind.allCases)
    func `of appends at once all stand`(kind: Kind) async throws {
        let subject = try StorageSubject(kind == .fake ? .fake : .disk)
        let store = try subject.history()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                let series = SeriesID(EntityID(.queue, "q\(writer)", in: "rabbit"), .depth)
                let minutes = (0..<3).map { minute($0, Double(10 * writer + $0), of: series) }
                group.addTask { try await store.append(minutes) }
            }
            try await group.waitForAll()
        }
        for writer in 0..<8 {
            let series = SeriesID(EntityID(.queue, "q\(writer)", in: "rabbit"), .depth)
            let wanted = (0..<3).map { Double(10 * writer + $0) }
            #expect(try await read(try subject.history(), 0..<3, of: series) == wanted)
        }
    }

    /// 2026-11-28 is a Saturday.
    @Test(arguments: Kind.allCases)
    func `a week is told by its half hours, by the store's own clock`(kind: Kind) async throws {
        let subject = try StorageSubject(kind == .fake ? .fake : .disk)
        let store = try subject.history()
        // Three Saturdays, from 00:00 to 01:00; the second has a gap.
        for (week, value) in [10.0, 20, 60].enumerated() {
            let first = week * 7 * 1440
            try await store.append((0..<30).map { minute(first + $0, value) })
            if week != 1 { try await store.append((30..<60).map { minute(first + $0, value + 1) }) }
        }
        let end = at(14 * 1440 + 75)
        let utc = try await store.week(depth, until: end, days: 60, clock: nil)
        let saturday = 5 * 48
        #expect(utc.slots[saturday].mean == 30 && utc.slots[saturday].count == 3)
        #expect(utc.slots[saturday].highest == 60)
        #expect(utc.slots[saturday + 1].mean == 36 && utc.slots[saturday + 1].count == 2)
        #expect(utc.slots.count == 336 && utc.slots.count { $0.mean != nil } == 2)
        // The clock is set on by an hour within them.
        let clock = StoreClock(
            zone: "x", offsetSeconds: 3600, changes: [.init(at: at(10 * 1440), offsetSeconds: 7200)])
        let own = try await store.week(depth, until: end, days: 60, clock: clock)
        #expect(own.slots[saturday + 2].mean == 15 && own.slots[saturday + 4].mean == 60)
        #expect(own.slots[saturday + 3].mean == 11 && own.slots[saturday + 5].mean == 61)
        let recent = try await subject.history().week(depth, until: end, days: 3, clock: nil)
        #expect(recent.slots[saturday].mean == 60 && recent.slots[saturday].count == 1)
        #expect(HistoryWeek.slot(of: WallTime(milliseconds: -1000), clock: nil) == 3 * 48 - 1)
    }

    @Test(arguments: Kind.allCases)
    func `a question without sense or without end has no values, and does no harm`(kind: Kind) async throws {
        let subject = try StorageSubject(kind == .fake ? .fake : .disk)
        let store = try subject.history()
        try await store.append([minute(0, 1)])
        let (past, future) = (WallTime.distantPast, WallTime(milliseconds: .max))
        for (from, to, step) in [
            (at(1), at(0), 60), (at(0), at(0), 60), (at(0), at(20_000), 60), (past, future, 60),
            (past, at(1), 1), (at(0), future, 1), (future, past, 60), (at(0), at(1), .max),
            (past, at(1), .max),
        ] {
            #expect(
                try await store.read(depth, from: from, to: to, stepSeconds: step) == [],
                "\(from) \(to) \(step)")
        }
        #expect(try await store.read(depth, from: at(0), to: at(10_000), stepSeconds: 60).count == 10_000)
        #expect(try await store.read(depth, from: at(0), to: at(1), stepSeconds: 0).count == 60)
        #expect(try await store.read(depth, from: at(0), to: at(1), stepSeconds: .min).count == 60)
    }

    @Test func `what stands in the way is named by its path`() async throws {
        let subject = try StorageSubject(.disk)
        try subject.obstruct("history.sqlite")
        let store = try subject.history()
        let failure = await storageFailure { () throws(StorageFailure) in
            try await store.append([minute(0, 1)])
        }
        #expect(failure.isSentence(naming: subject.folder.path("d/history.sqlite")))
    }

    @Test func `the highest of each step is told where it is kept, and blocks of ten keep it`() async throws {
        let subject = try StorageSubject(.disk)
        let store = try subject.history()
        for number in 0..<20 where number != 4 && number != 5 {
            try await store.append([minute(number, Double(number))])
        }
        for store in [store, try subject.history()] {
            func peaks(_ range: Range<Int>, by minutes: Int) async throws -> [Double?] {
                try await store.peaks(
                    depth, from: at(range.lowerBound), to: at(range.upperBound), stepSeconds: 60 * minutes)
            }
            #expect(try await peaks(0..<10, by: 2) == [2, 4, nil, 8, 10])
            #expect(try await peaks(0..<20, by: 10) == [10, 20])
            #expect(try await peaks(100..<102, by: 1) == [nil, nil])
        }
    }
}

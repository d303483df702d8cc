import Engine
import Monitoring
import Platform
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(2))) struct HistoryDatabaseTests {
    private let depth = SeriesID(EntityID(.queue, "erp order", in: "rabbit", virtualHost: "/"), .depth)
    private let rate = SeriesID(EntityID(.queue, "erp order", in: "rabbit", virtualHost: "/"), .inRate)
    /// 2026-11-28 00:00:00 UTC.
    private let midnight = WallTime(seconds: 1_795_824_000)
    private let folder: TemporaryFolder
    private let directory: Directory

    init() throws {
        folder = try TemporaryFolder("history")
        directory = try PrivateDirectory.open(folder.path("h"))
    }

    private var database: HistoryDatabase { HistoryDatabase(in: directory) }

    private func at(_ minute: Int) -> WallTime { midnight.advanced(bySeconds: Double(minute) * 60) }

    private func minute(_ series: SeriesID, _ number: Int, _ value: Double) -> HistoryMinute {
        HistoryMinute(series: series, minute: at(number), average: value, maximum: value + 1)
    }

    private func read(
        _ database: HistoryDatabase, _ range: Range<Int>, by minutes: Int = 1, of series: SeriesID? = nil
    ) throws -> [Double?] {
        try database.read(
            series ?? depth, from: at(range.lowerBound), to: at(range.upperBound), stepSeconds: 60 * minutes)
    }

    @Test func `a clock that is 200 days ahead for a while takes nothing of what was there`() throws {
        let database = database
        for number in 0..<30 { _ = try database.append([minute(depth, number, Double(number))]) }
        let ahead = 200 * 1440
        for number in 0..<2 { _ = try database.append([minute(depth, ahead + number, 7)]) }
        for number in 31..<40 { _ = try database.append([minute(depth, number, Double(number))]) }
        for database in [database, self.database] {
            #expect(try read(database, 0..<40) == (0..<40).map { $0 == 30 ? nil : Double($0) })
            #expect(try read(database, 0..<30, by: 10) == [4.5, 14.5, 24.5])
            #expect(try read(database, ahead..<(ahead + 3)) == [7, 7, nil])
        }
    }

    @Test func `a minute that two programs saw a part of is one minute, with the mean of both`() throws {
        let database = database
        for number in 0..<10 { _ = try database.append([minute(depth, number, 10)]) }
        // The console hands over to the watch, and the watch to the console, within a minute each.
        _ = try database.append([minute(depth, 4, 30), minute(depth, 7, 20)])
        let other = HistoryDatabase(in: directory)
        _ = try other.append([minute(rate, 4, 5)])
        #expect(try read(database, 0..<10) == [10, 10, 10, 10, 20, 10, 10, 15, 10, 10])
        // Ten minutes weigh ten, however often one was told of.
        let tens = try #require(try read(database, 0..<10, by: 10).first ?? nil)
        #expect(abs(tens - 11.5) < 1e-9)
        for number in 10..<20 { _ = try database.append([minute(depth, number, 40)]) }
        let both = try #require(try read(database, 0..<20, by: 20).first ?? nil)
        #expect(abs(both - (11.5 + 40) / 2) < 1e-9, "\(both)")
        #expect(try read(database, 0..<10, of: rate)[4] == 5)
    }

    @Test func `so many minutes of watching are kept, and longer by ten minutes, whatever their time`() throws
    {
        let database = HistoryDatabase(in: directory, keeps: (minutes: 20, tens: 6))
        for number in 0..<40 { _ = try database.append([minute(depth, number, Double(number))]) }
        let values = try read(database, 0..<40)
        #expect(values.suffix(20) == (20..<40).map { Double($0) }[...])
        // What has no minutes any more is told by its blocks of ten.
        let told = values.prefix(20).enumerated().compactMap { place, value in
            value.map { [Double(place), $0] }
        }
        #expect(told == [[0, 4.5], [10, 14.5]])
        #expect(try read(database, 0..<40, by: 10) == [4.5, 14.5, 24.5, 34.5])
        for number in 40..<80 { _ = try database.append([minute(depth, number, Double(number))]) }
        #expect(try read(database, 0..<80, by: 10) == [nil, nil, 24.5, 34.5, 44.5, 54.5, 64.5, 74.5])
        // A pause of a year is no watching.
        let later = 365 * 1440
        _ = try database.append([minute(depth, later, 1)])
        #expect(try read(database, 70..<80) == (70..<80).map { Double($0) })
    }

    @Test(arguments: ["no database", "half", "a page", "nothing of it"])
    func `a damaged database is put aside with a sentence, and a new one begun`(damage: String) throws {
        for number in 0..<200 { _ = try database.append((0..<20).map { minute(series($0), number, 1) }) }
        let path = folder.path("h/history.sqlite")
        let whole = try Files.read(path, limit: 8 << 20)
        var bytes = whole
        switch damage {
        case "no database": bytes = Array("{\"minute\":1}\n".utf8)
        case "half": bytes = Array(whole.prefix(whole.count / 2))
        case "a page":
            for place in 4096..<8192 { bytes[place] = 0x5A }
            for place in (3 * 4096)..<(4 * 4096) { bytes[place] = 0xA5 }
        default: bytes = Array(repeating: 0, count: whole.count)
        }
        try AtomicFile("history.sqlite", in: directory).replace(with: bytes)
        let next = database
        let note = try #require(try next.append([minute(depth, 5, 5)]))
        #expect(
            note.contains("history.sqlite was damaged") && note.contains("is kept as history.sqlite.bad-1"))
        #expect(try Files.read(folder.path("h/history.sqlite.bad-1"), limit: 8 << 20) == bytes)
        #expect(try read(next, 5..<6) == [5])
        #expect(try database.append([minute(depth, 6, 6)]) == nil)
        #expect(try read(database, 5..<7) == [5, 6])
    }

    private func series(_ number: Int) -> SeriesID {
        SeriesID(EntityID(.queue, "some.queue.name.\(number)", in: "rabbit", virtualHost: "/"), .depth)
    }

    @Test func `what is damaged is told when it is read, and left for who keeps it`() throws {
        try AtomicFile("history.sqlite", in: directory).replace(with: Array(repeating: 0x5A, count: 8192))
        let failure = #expect(throws: StorageFailure.self) { try read(database, 0..<10) }
        #expect(failure.isSentence(naming: folder.path("h/history.sqlite")))
        #expect(try Files.read(folder.path("h/history.sqlite"), limit: 1 << 20).count == 8192)
    }

    @Test func `what a newer hypercare wrote, or a link, is left as it is and said`() async throws {
        _ = try database.append([minute(depth, 0, 5)])
        try SQLite(folder.path("h/history.sqlite"), creates: false).run("PRAGMA user_version=9")
        let before = try Files.read(folder.path("h/history.sqlite"), limit: 1 << 20)
        for _ in 0..<2 {
            let failure = #expect(throws: StorageFailure.self) { try database.append([minute(depth, 1, 1)]) }
            #expect(failure?.message.contains("newer hypercare (format 9)") == true)
            // Changes go on: nothing else is of it.
            #expect(failure?.isOfNewer == false)
            #expect(throws: StorageFailure.self) { try read(database, 0..<1) }
        }
        #expect(try Files.read(folder.path("h/history.sqlite"), limit: 1 << 20) == before)
        try directory.rename("history.sqlite", to: "elsewhere")
        try folder.link("elsewhere", as: "h/history.sqlite")
        #expect(throws: (any Error).self) { try database.append([minute(depth, 1, 1)]) }
        #expect(try Files.read(folder.path("h/elsewhere"), limit: 1 << 20) == before)
    }

    @Test func `the files of an older version are taken over once, and stay`() throws {
        let old = try PrivateDirectory.open(folder.path("h/history"))
        func write(_ name: String, _ lines: [String]) throws {
            let file = try LogFile(name, in: old)
            for line in lines { try file.append(CheckedLine.seal(Array(line.utf8))) }
            try file.append(Array("{\"minute\":17958".utf8))
        }
        let start = midnight.milliseconds
        let names = #"{"series":{"\#(HistoryName.text(of: depth))":1,"queue:ERP.STOCK depth":0},"v":1}"#
        // Of the day before only its blocks are there, of this one minutes alone.
        try write(
            "2026-11-27.tens.jsonl",
            [names, #"{"minute":\#(start - 1_200_000),"values":[[0,50,60],[1,5,6]]}"#])
        try write(
            "2026-11-28.minutes.jsonl",
            [names]
                + (0..<20).map {
                    #"{"minute":\#(start + Int64($0) * 60_000),"values":[[1,\#($0),\#($0 + 1)]]}"#
                }
        )
        let before = try Files.names(in: folder.path("h/history"), startingWith: "")
        let database = database
        let note = try #require(try database.append([minute(depth, 20, 20)]))
        #expect(note.hasPrefix("2 days of the history that an older version kept were taken over"))
        let stock = SeriesID(EntityID(.queue, "ERP.STOCK", in: "rabbit", virtualHost: "/"), .depth)
        let alike = SeriesID(EntityID(.queue, "ERP.STOC\u{212A}", in: "rabbit", virtualHost: "/"), .depth)
        for database in [database, self.database] {
            #expect(try read(database, 0..<21) == (0..<21).map { Double($0) })
            #expect(try read(database, -20..<20, by: 10) == [5, nil, 4.5, 14.5])
            #expect(try read(database, -20 ..< -10, by: 10, of: stock) == [50])
            #expect(try read(database, -20 ..< -10, by: 10, of: alike) == [nil])
            #expect(try database.append([minute(depth, 21, 21)]) == nil)
        }
        #expect(try Files.names(in: folder.path("h/history"), startingWith: "") == before)
    }

    @Test func `who reads meanwhile is in nobody's way, and what is read is of one moment`() async throws {
        let (writer, reader) = (database, database)
        _ = try writer.append([minute(depth, 0, 0)])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await onThread {
                    for number in 1..<60 { _ = try writer.append([minute(depth, number, Double(number))]) }
                }
            }
            group.addTask {
                try await onThread {
                    var seen = 0
                    for _ in 0..<200 {
                        let values = try read(reader, 0..<60)
                        let count = values.prefix { $0 != nil }.count
                        #expect(count >= seen && values.dropFirst(count).allSatisfy { $0 == nil })
                        seen = count
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try read(reader, 0..<60) == (0..<60).map { Double($0) })
    }

    @Test func `it is for its owner alone, and a day of two hundred series is some megabytes`() throws {
        let database = database
        for number in 0..<60 {
            _ = try database.append((0..<200).map { minute(series($0), number, Double(number) * 12.345) })
        }
        let facts = try #require(try Files.facts(folder.path("h/history.sqlite")))
        #expect(facts.mode == 0o600)
        // 60 minutes and 6 blocks of 200 series.
        #expect(facts.size < 66 * 200 * 50, "\(facts.size)")
    }
}

import Engine
import Monitoring
import Platform
import TestSupport
import Testing

@testable import Persistence

@Suite struct HistoryFilesTests {
    private let depth = SeriesID(EntityID(.queue, "erp order"), .depth)
    private let rate = SeriesID(EntityID(.queue, "erp order"), .inRate)
    /// 2026-11-28 00:00:00 UTC.
    private let midnight = WallTime(seconds: 1_795_824_000)

    private func minute(_ series: SeriesID, _ number: Int, _ value: Double) -> HistoryMinute {
        HistoryMinute(
            series: series, minute: midnight.advanced(bySeconds: Double(number) * 60), average: value,
            maximum: value + 1)
    }

    @Test func `minutes come back by the step asked for, and gaps stay gaps`() throws {
        let folder = try TemporaryFolder("history")
        let storage = HistoryStorage(in: try PrivateDirectory.open(folder.path("h")))
        for number in 0..<10 where number != 4 && number != 5 {
            try storage.append([minute(depth, number, Double(number)), minute(rate, number, 0.5)])
        }
        let end = midnight.advanced(bySeconds: 600)
        #expect(
            try storage.read(depth, from: midnight, to: end, stepSeconds: 60)
                == [0, 1, 2, 3, nil, nil, 6, 7, 8, 9])
        #expect(
            try storage.read(depth, from: midnight, to: end, stepSeconds: 120) == [0.5, 2.5, nil, 6.5, 8.5])
        #expect(try storage.read(rate, from: midnight, to: end, stepSeconds: 600) == [0.5])
        let other = SeriesID(EntityID(.queue, "other"), .depth)
        #expect(try storage.read(other, from: midnight, to: end, stepSeconds: 600) == [nil])
    }

    @Test func `a new run goes on in the same file, after a torn line too`() throws {
        let folder = try TemporaryFolder("history")
        let directory = try PrivateDirectory.open(folder.path("h"))
        try HistoryStorage(in: directory).append([minute(depth, 0, 5)])
        try LogFile("2026-11-28.minutes.jsonl", in: directory).append(Array("{\"minute\":179".utf8))
        let next = HistoryStorage(in: directory)
        try next.append([minute(depth, 1, 6), minute(rate, 1, 1)])
        let end = midnight.advanced(bySeconds: 120)
        #expect(try next.read(depth, from: midnight, to: end, stepSeconds: 60) == [5, 6])
        #expect(try next.read(rate, from: midnight, to: end, stepSeconds: 60) == [nil, 1])
    }

    @Test func `a day that is over is summed up by ten minutes, and old days go`() throws {
        let folder = try TemporaryFolder("history")
        let directory = try PrivateDirectory.open(folder.path("h"))
        let storage = HistoryStorage(in: directory)
        for number in 0..<20 { try storage.append([minute(depth, number, Double(number))]) }
        try storage.append([minute(depth, 1440, 7)])
        #expect(try directory.read("2026-11-28.tens.jsonl", limit: 1 << 20) != nil)
        let end = midnight.advanced(bySeconds: 86_400)
        let tens = try storage.read(depth, from: midnight, to: end, stepSeconds: 600)
        #expect(tens.count == 144 && tens[0] == 4.5 && tens[1] == 14.5 && tens[2] == nil)

        try storage.append([minute(depth, 1440 * 5, 7)])
        #expect(try directory.read("2026-11-28.minutes.jsonl", limit: 1 << 20) == nil)
        #expect(try storage.read(depth, from: midnight, to: end, stepSeconds: 600)[1] == 14.5)

        try HistoryStorage(in: directory).append([minute(depth, 1440 * 120, 7)])
        #expect(try directory.read("2026-11-28.tens.jsonl", limit: 1 << 20) == nil)
    }

    @Test func `a clock that was set ahead and back loses nothing of the day it comes back to`() throws {
        let folder = try TemporaryFolder("history")
        let directory = try PrivateDirectory.open(folder.path("h"))
        let storage = HistoryStorage(in: directory)
        let end = midnight.advanced(bySeconds: 1200)
        try storage.append([minute(depth, 0, 5)])
        try storage.append([minute(depth, 1440 * 10, 7)])
        #expect(try directory.read("2026-11-28.minutes.jsonl", limit: 1 << 20) == nil)
        for number in 10..<12 { try storage.append([minute(depth, number, Double(number))]) }
        for storage in [storage, HistoryStorage(in: directory)] {
            for _ in 0..<2 {
                #expect(try storage.read(depth, from: midnight, to: end, stepSeconds: 600) == [5, 10.5])
                try storage.append([minute(depth, 1440 * 10, 7)])
            }
        }
    }

    /// Versions before knew an entity by its name alone.
    @Test func `what an older version wrote is told of the name that has its bytes, and of no other`() throws
    {
        let folder = try TemporaryFolder("history")
        let directory = try PrivateDirectory.open(folder.path("h"))
        let lines = [
            #"{"series":{"integration:a%25 depth":1,"queue:ERP.STOCK depth":0},"v":1}"#,
            #"{"minute":1795824000000,"values":[[0,5,5],[1,6,6]]}"#,
        ]
        let file = try LogFile("2026-11-28.minutes.jsonl", in: directory)
        for line in lines { try file.append(CheckedLine.seal(Array(line.utf8))) }
        let storage = HistoryStorage(in: directory)
        func told(_ id: EntityID) throws -> Double? {
            let end = midnight.advanced(bySeconds: 60)
            return try storage.read(SeriesID(id, .depth), from: midnight, to: end, stepSeconds: 60)[0]
        }
        #expect(try told(EntityID(.queue, "ERP.STOCK", in: "rabbit", virtualHost: "/")) == 5)
        #expect(try told(EntityID(.queue, "ERP.STOC\u{212A}", in: "rabbit", virtualHost: "/")) == nil)
        #expect(try told(EntityID(.integration, "a%")) == 6)
        #expect(try told(EntityID(.integration, "a%25")) == nil)
    }

    @Test func `two hundred series cost some kilobytes a minute`() throws {
        let folder = try TemporaryFolder("history")
        let directory = try PrivateDirectory.open(folder.path("h"))
        let storage = HistoryStorage(in: directory)
        let series = (0..<200).map { SeriesID(EntityID(.queue, "some.queue.name.\($0)"), .depth) }
        for number in 0..<10 {
            try storage.append(series.map { minute($0, number, Double(number) * 12.345) })
        }
        let size = try #require(try directory.read("2026-11-28.minutes.jsonl", limit: 1 << 20)).count
        // The names come once.
        #expect(size < 10 * 5000 + 200 * 40)
    }
}

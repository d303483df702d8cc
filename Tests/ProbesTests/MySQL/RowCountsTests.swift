import TestSupport
import Testing

@testable import Probes

/// Histories of a table, made by chance: rows appear late, reads are lost, thrown away and repeated.
struct RowCountsTests {
    private struct Row {
        var id: UInt64
        var second: Int64
        /// When it was committed.
        var appears: Int64
        /// When it was deleted or moved on.
        var goes: Int64
        var key: UInt64
    }

    /// Two minutes; most rows appear within a second or two, some 25 s late, some seconds have very many.
    private func history(_ generator: inout SeededGenerator) -> [Row] {
        var rows: [Row] = []
        for second in Int64(1000)..<1120 {
            let count =
                Int.random(in: 0..<60, using: &generator) == 0
                ? 2600 : Int.random(in: 0..<12, using: &generator)
            for _ in 0..<count {
                let late =
                    Int.random(in: 0..<20, using: &generator) == 0
                    ? Int64.random(in: 2...25, using: &generator) : 0
                let goes =
                    Int.random(in: 0..<4, using: &generator) == 0
                    ? Int64.random(in: 90...150, using: &generator) : 9999
                rows.append(
                    Row(
                        id: UInt64(rows.count + 1), second: second, appears: second + late,
                        goes: second + late + goes, key: UInt64.random(in: 1...3, using: &generator)))
            }
        }
        return rows
    }

    /// One read as a reader does it.
    private func read(
        _ recent: inout RecentRows<UInt64>, _ rows: [Row], now: Int64, isWhole: Bool, budget: Int
    ) -> [UInt64: Int] {
        let start = recent.begin([4], now: now, isWhole: isWhole)[4] ?? now
        let visible = rows.filter { $0.appears <= now && $0.goes > now && $0.second >= start }
        var counts: [RecentRows<UInt64>.Place: Int] = [:]
        let cap = RecentRows<UInt64>.glanceCap
        let sorted = visible.map(\.second).sorted()
        let cut = sorted.count > cap ? sorted[cap] : nil
        for row in visible where cut.map({ row.second < $0 }) ?? true {
            counts[.init(status: 4, second: row.second), default: 0] += 1
        }
        let planned = Set(
            recent.plan(
                counts, cut: cut.map { [4: $0] } ?? [:], statuses: [4], now: now, isWhole: isWhole,
                budget: budget))
        var found: [RecentRows<UInt64>.Place: [UInt64: Int]] = [:]
        for row in visible where planned.contains(.init(status: 4, second: row.second)) {
            found[.init(status: 4, second: row.second), default: [:]][row.key, default: 0] += 1
        }
        var sum: [UInt64: Int] = [:]
        for event in recent.take(found, now: now) { sum[event.key, default: 0] += event.count }
        for _ in 0..<3 {
            guard let (place, after) = recent.page else { break }
            let page = rows.filter {
                $0.appears <= now && $0.goes > now && $0.second == place.second && $0.id > after
            }.prefix(700)
            var groups: [UInt64: Int] = [:]
            for row in page { groups[row.key, default: 0] += 1 }
            for event in recent.take(page: groups, upTo: page.last?.id, limit: 700) {
                sum[event.key, default: 0] += event.count
            }
        }
        return sum
    }

    @Test(arguments: 1...16) func `every row that ended is counted once, whatever becomes of the reads`(
        _ seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        let rows = history(&generator)
        var recent = RecentRows<UInt64>(keeping: 65)
        _ = read(&recent, [], now: 999, isWhole: false, budget: 5000)
        var total: [UInt64: Int] = [:]
        var now: Int64 = 999
        while now < 1200 {
            now += Int64.random(in: 0...6, using: &generator)
            var next = recent
            let sum = read(
                &next, rows, now: now, isWhole: Bool.random(using: &generator),
                budget: Int.random(in: 0..<5, using: &generator) == 0 ? 100 : 5000)
            // The answer was lost: the reader is as it was.
            if Int.random(in: 0..<4, using: &generator) == 0 { continue }
            recent = next
            for (key, count) in sum { total[key, default: 0] += count }
        }
        let truth = Dictionary(grouping: rows, by: \.key).mapValues(\.count)
        #expect(total == truth)
        #expect(!recent.isBehind)
    }

    @Test func `of many rows most looks see the newest alone, and none is lost`() {
        let rows = (0..<24_000).map { place in
            let second = 1000 + Int64(place) / 200
            // Every fiftieth is committed half a minute late.
            return Row(
                id: UInt64(place + 1), second: second, appears: second + (place % 50 == 0 ? 29 : 0),
                goes: 9999,
                key: UInt64(place % 3))
        }
        var recent = RecentRows<UInt64>(keeping: 35)
        _ = read(&recent, [], now: 999, isWhole: false, budget: 5000)
        var total = 0
        var shortLooks = 0
        for now in stride(from: Int64(1004), through: 1204, by: 5) {
            total += read(&recent, rows, now: now, isWhole: false, budget: 5000).values.reduce(0, +)
            if recent.isShort { shortLooks += 1 }
        }
        #expect(total == rows.count)
        #expect(shortLooks > 15)
    }

    @Test(arguments: 1...16) func `every new row is counted once, whatever becomes of the reads`(
        _ seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        let rows = history(&generator)
        var arrived = ArrivedRows()
        _ = arrived.take([:], newest: 0, now: 999)
        var total: [UInt64: Int] = [:]
        var now: Int64 = 999
        while now < 1200 {
            now += Int64.random(in: 0...6, using: &generator)
            var next = arrived
            let visible = rows.filter { $0.appears <= now && $0.goes > now }
            var found: [Int: [UInt64: Int]] = [:]
            let borders = next.borders
            for row in visible where row.id > next.floor ?? 0 && row.id <= next.ceiling {
                let stretch = borders.lastIndex { $0 <= row.id }.map { $0 + 1 } ?? 0
                found[stretch, default: [:]][row.key, default: 0] += 1
            }
            let newest = max(visible.map(\.id).max() ?? 0, next.floor ?? 0)
            let sum = next.take(found, newest: newest, now: now)
            if Int.random(in: 0..<4, using: &generator) == 0 { continue }
            arrived = next
            for (key, count) in sum { total[key, default: 0] += count }
        }
        #expect(total == Dictionary(grouping: rows, by: \.key).mapValues(\.count))
    }
}

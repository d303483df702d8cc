import Monitoring
import Testing

@Suite struct SeriesTests {
    @Test func `a rate needs two readings and measures the time between them`() {
        var rate = CounterRate()
        #expect(rate.add(100, at: moment(0), interval: .seconds(5)) == nil)
        #expect(rate.add(130, at: moment(6), interval: .seconds(5)) == 5)
    }

    @Test func `a counter that starts again gives no rate until it has been read twice`() {
        var rate = CounterRate()
        _ = rate.add(1000, at: moment(0), interval: .seconds(5))
        _ = rate.add(1010, at: moment(5), interval: .seconds(5))
        #expect(rate.add(4, at: moment(10), interval: .seconds(5)) == nil)
        #expect(rate.add(9, at: moment(15), interval: .seconds(5)) == 1)
    }

    @Test func `a reading right after another is left out`() {
        var rate = CounterRate()
        _ = rate.add(0, at: moment(0), interval: .seconds(10))
        #expect(rate.add(10, at: moment(10), interval: .seconds(10)) == 1)
        #expect(rate.add(1000, at: moment(11.9), interval: .seconds(10)) == 1)
        #expect(rate.add(20, at: moment(20), interval: .seconds(10)) == 1)
    }

    @Test func `counters that may be five seconds old give no rate before twenty-five have passed`() {
        var rate = CounterRate()
        // Gathered each 5 s, read each 3 s, after a server's return: 1 a second, never 5 in 3 s.
        for (seconds, value) in [(0.0, 0), (3, 5), (6, 5), (9, 10), (12, 10), (15, 15), (18, 20), (21, 20)] {
            #expect(rate.add(UInt64(value), at: moment(seconds), interval: .seconds(3), lag: 5) == nil)
        }
        let told = rate.add(30, at: moment(27), interval: .seconds(3), lag: 5) ?? 0
        #expect(abs(told - 1) < 0.2)
    }

    @Test func `a rate of rows that took long to read stands on a longer time`() {
        var rate = CounterRate()
        // What was counted at 0 was counted within the 3 s before.
        _ = rate.add(0, at: moment(0), interval: .seconds(5), lag: 2, took: 3)
        for seconds in [5.0, 10, 15, 20] {
            let told = rate.add(
                UInt64(2 * seconds), at: moment(seconds), interval: .seconds(5), lag: 2, took: 0.01)
            #expect(told == nil)
        }
        #expect(rate.add(50, at: moment(25), interval: .seconds(5), lag: 2, took: 0.01) == 2)
    }

    @Test func `a rate forgets what is older than a minute`() {
        var rate = CounterRate()
        for step in 0...20 {
            _ = rate.add(
                UInt64(step < 8 ? step * 100 : 800), at: moment(Double(step) * 5), interval: .seconds(5))
        }
        #expect(rate.add(800, at: moment(105), interval: .seconds(5)) == 0)
    }

    @Test func `a rate after an outage is not the mean of the outage`() {
        var rate = CounterRate()
        _ = rate.add(0, at: moment(0), interval: .seconds(5))
        #expect(rate.add(10, at: moment(5), interval: .seconds(5)) == 2)
        #expect(rate.add(7200, at: moment(3600), interval: .seconds(5)) == nil)
        #expect(rate.add(7200, at: moment(3605), interval: .seconds(5)) == 0)
        // One that is read each five minutes is told over these.
        var slow = CounterRate()
        _ = slow.add(0, at: moment(0), interval: .seconds(300))
        #expect(slow.add(600, at: moment(300), interval: .seconds(300)) == 2)
    }

    @Test func `one second of each read is kept for five minutes and missed reads stay gaps`() {
        var series = Series()
        for step in 0..<4 { series.add(Double(step), at: moment(Double(step)), interval: .seconds(1)) }
        series.add(9, at: moment(7), interval: .seconds(1))
        #expect(series.bySecond(last: 8, at: moment(7)) == [0, 1, 2, 3, nil, nil, 9, 9])
        #expect(series.bySecond(last: 3, at: moment(9)) == [9, nil, nil])
        #expect(series.bySecond(last: 9000, at: moment(7)).count == 300)
    }

    @Test func `what comes late changes nothing, and a clock that began anew begins a new hour`() {
        var series = Series()
        for second in 100..<200 { series.add(1, at: moment(Double(second)), interval: .seconds(1)) }
        series.add(9, at: moment(150), interval: .seconds(1))
        #expect(series.bySecond(last: 100, at: moment(199)).allSatisfy { $0 == 1 })
        series.add(7, at: moment(20), interval: .seconds(1))
        #expect(series.bySecond(last: 1, at: moment(20)) == [7])
        #expect(series.byTenSeconds(last: 1, at: moment(20)) == [7])
        #expect(series.bySecond(last: 5, at: moment(25)).compactMap(\.self) == [])
    }

    @Test func `a slow probe's value stands for its whole interval`() {
        var series = Series()
        series.add(1, at: moment(0), interval: .seconds(5))
        series.add(2, at: moment(5), interval: .seconds(5))
        #expect(series.bySecond(last: 7, at: moment(6)) == [1, 2, 2, 2, 2, 2, nil])
    }

    @Test func `ten seconds are averaged and kept for an hour`() {
        var series = Series()
        for second in 0..<3600 {
            series.add(Double(second / 10), at: moment(Double(second)), interval: .seconds(1))
        }
        let hour = series.byTenSeconds(last: 360, at: moment(3599))
        #expect(hour == (0..<360).map { Double($0) })
        #expect(
            series.trend(at: moment(3599)).map { $0.map { Int($0) } } == [
                22, 67, 112, 157, 202, 247, 292, 337,
            ])
    }

    @Test func `the trend of a young series spans its own life, at least four minutes`() {
        var series = Series()
        for second in 0..<90 {
            series.add(Double(second / 30), at: moment(Double(second)), interval: .seconds(1))
        }
        #expect(series.trend(at: moment(89)) == [nil, nil, nil, nil, nil, 0, 1, 2])
        for second in 90..<800 { series.add(2, at: moment(Double(second)), interval: .seconds(1)) }
        #expect(series.trend(at: moment(799)).allSatisfy { $0 != nil })
    }

    @Test func `a ring that was not written for long holds nothing old`() {
        var series = Series()
        series.add(5, at: moment(0), interval: .seconds(1))
        series.add(6, at: moment(100_000), interval: .seconds(1))
        #expect(series.bySecond(last: 300, at: moment(100_000)).compactMap { $0 } == [6, 6])
        #expect(series.byTenSeconds(last: 360, at: moment(100_000)).compactMap { $0 }.allSatisfy { $0 == 6 })
    }

    @Test func `minutes are rolled up once they are over`() {
        var series = Series()
        for second in 0..<150 {
            series.add(Double(second), at: moment(Double(second)), interval: .seconds(1))
        }
        let minutes = series.takeMinutes(at: moment(150).wall)
        #expect(minutes.map(\.start) == [moment(0).wall, moment(60).wall])
        #expect(minutes.map(\.average) == [29.5, 89.5])
        #expect(minutes.map(\.maximum) == [59, 119])
        #expect(series.takeMinutes(at: moment(150).wall).isEmpty)
    }

    @Test func `a series stays under twelve kilobytes`() {
        #expect((Series.fineCount + Series.coarseCount) * MemoryLayout<Float>.size < 4096)
        #expect(MemoryLayout<Series>.size < 256)
    }

    @Test func `a pace needs a minute and tells standing still by silence`() {
        var pace = Pace()
        for step in 0...5 { pace.add(Double(step) * 10, at: moment(Double(step) * 10)) }
        #expect(pace.text == nil)
        pace.add(60, at: moment(60))
        #expect(pace.text == "60 more each minute")
        var still = Pace()
        for step in 0...30 { still.add(5, at: moment(Double(step) * 10)) }
        #expect(still.perMinute == 0 && still.text == nil)
    }

    @Test func `what was seen keeps its since through a time of not seeing`() {
        var book = SinceBook()
        let id = EntityID(.queue, "a")
        var judgement = Judgement(.critical, ["nobody takes messages"])
        #expect(book.settle(&judgement, of: id, at: moment(0).wall) == .init(from: nil, to: .critical))
        var blind = Judgement(.unknown)
        book.settleBlind(&blind, of: id, at: moment(50).wall)
        #expect(blind.since == moment(50).wall)
        judgement = Judgement(.critical, ["nobody takes messages"])
        #expect(book.settle(&judgement, of: id, at: moment(100).wall) == nil)
        #expect(judgement.since == moment(0).wall)
        judgement = .ok
        #expect(book.settle(&judgement, of: id, at: moment(200).wall) == .init(from: .critical, to: .ok))
        #expect(judgement.since == moment(200).wall)
    }
}

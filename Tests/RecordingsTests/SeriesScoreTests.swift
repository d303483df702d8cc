import Monitoring
import Platform
import Recordings
import TestSupport
import Testing

@Suite struct SeriesScoreTests {
    /// Five minutes apart: a day that goes up and down, with a little noise.
    private static func day(_ count: Int, seed: UInt64) -> [(at: Double, value: Double)] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { place in
            let at = 1_795_834_800 + Double(place) * 300
            let ofDay = (at / 86_400).truncatingRemainder(dividingBy: 1)
            let up = ofDay < 0.5 ? ofDay * 2 : 2 - ofDay * 2
            return (at, 100 + 60 * up + Double.random(in: -4...4, using: &random))
        }
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `what was never so stands out, and a usual day does not`(seed: UInt64) throws {
        var series = Self.day(2400, seed: seed)
        for place in 2000..<2006 { series[place].value += 150 }
        var scores = SeriesScore()
        let told = series.map { scores.score($0.value, at: $0.at) }
        #expect(told.allSatisfy { 0...1 ~= $0 })
        #expect(told.prefix(SeriesScore.warmUp).allSatisfy { $0 == 0 })
        let best = try #require(told.indices.max { told[$0] < told[$1] })
        #expect(2000..<2006 ~= best && told[best] > 0.7, "\(best) \(told[best])")
        let usual = told.indices.filter { !(1990..<2100 ~= $0) }.map { told[$0] }
        #expect(usual.count { $0 > 0.6 } <= 6, "\(usual.count { $0 > 0.6 })")
    }

    @Test func `nothing that comes later changes a score`() {
        let series = Self.day(600, seed: 9)
        func scores(_ rows: some Sequence<(at: Double, value: Double)>) -> [Double] {
            var scores = SeriesScore()
            return rows.map { scores.score($0.value, at: $0.at) }
        }
        #expect(scores(series.prefix(400)) == Array(scores(series).prefix(400)))
    }

    @Test(
        arguments: [
            "timestamp,value\n2014-02-14 14:30:00,0.132\n2014-02-14 14:35:00,0.134\n",
            "1392388200,0.132\n1392388500,0.134", "1392388200000;0.132\r\n1392388500000;0.134\r\n",
            "\"time\"\t\"cpu\"\n\"2014-02-14T14:30:00Z\"\t0.132\n2014-02-14T14:35:00.000Z\t0.134\textra\n",
            "\n2014-02-14 14:30,0.132\n\n2014-02-14T15:35:00+01:00,0.134\n",
        ])
    func `reads time and value as many write them`(text: String) throws {
        let folder = try TemporaryFolder("csv")
        var values = try TimedValues(folder.write(text, to: "a.csv"))
        #expect(try values.next() == TimedValues.Row(at: 1_392_388_200, value: 0.132))
        #expect(try values.next() == TimedValues.Row(at: 1_392_388_500, value: 0.134))
        #expect(try values.next() == nil)
    }

    @Test(
        arguments: [
            ("", "it has no row of time and value: is it a CSV file?"),
            ("a,b\nc,d\n", "line 2: \"c,d\" is no row of time and value"),
            ("1,2\n3\n", "line 2: \"3\" is no row of time and value"),
            ("{\"recording\":2}\n{}\n", "line 2: \"{}\" is no row of time and value"),
        ])
    func `refuses what is none, in a sentence`(text: String, words: String) throws {
        let folder = try TemporaryFolder("csv")
        var values = try TimedValues(folder.write(text, to: "a.csv"))
        var said = ""
        do {
            while try values.next() != nil {}
        } catch {
            said = "\(error)"
        }
        #expect(said.hasPrefix(words), "\(said)")
    }

    @Test func `a row without a value is one that is not judged`() throws {
        let folder = try TemporaryFolder("csv")
        var values = try TimedValues(folder.write("1,\n2,nan\n3,4\n", to: "a.csv"))
        var rows: [Double?] = []
        while let row = try values.next() { rows.append(row.value) }
        #expect(rows == [nil, nil, 4])
    }
}

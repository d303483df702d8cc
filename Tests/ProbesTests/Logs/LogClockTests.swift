import Monitoring
import Platform
import TestSupport
import Testing
import Text

@testable import Probes

/// Clocks that are set while a log is followed.
@Suite struct LogClockTests {
    private let rules = [
        OutcomeRule("a", .success, .template("exported")), OutcomeRule("a", .failure, .template("timeout")),
    ]

    private func line(_ time: WallTime, _ words: String) -> String {
        "[\(time.civil.rfc3339)] main.INFO: \(words)"
    }

    @Test func `lines that come after the clock was set back are counted in their minute`() throws {
        var tally = try OutcomeTally(format: .monolog, rules: rules)
        let start = WallTime(seconds: 1_795_255_400)
        tally.begin(at: start.advanced(bySeconds: -3600))
        tally.take(LogLine(line(start, "exported")), at: start)
        tally.looked(upTo: start, at: start)
        let back = start.advanced(bySeconds: -7195)
        for _ in 0..<30 { tally.take(LogLine(line(back, "timeout")), at: back) }
        tally.looked(upTo: back, at: back)
        let ledger = try #require(tally.readings.first?.ledger)
        #expect(ledger.sum(last: 60) == OutcomeCounts(successes: 1, failures: 30))
        #expect(tally.notices(at: back).isEmpty)
    }

    @Test func `counts of a command after the clock was set back are counted`() throws {
        var ledger = CommandLedger()
        let start = WallTime(seconds: 1_795_255_400)
        for (run, second) in [0.0, 60, -7080, -7020].enumerated() {
            var told = CommandOutcomes()
            told.figures = [.init(kind: .failure, value: 10 * run, isTotal: true)]
            _ = ledger.take(told, ofRun: run + 1, at: start.advanced(bySeconds: second))
        }
        #expect(ledger.ledger?.sum(last: 300) == OutcomeCounts(failures: 30))
    }

    /// A stream whose far clock is `off` seconds beside ours at the start.
    private func stream(_ time: ManualTime, off: Double = 0) throws -> (
        LogStream, say: (_ far: WallTime, _ text: String) -> LogStream.News
    ) {
        let stream = LogStream(try OutcomeTally(format: .monolog, rules: rules), clock: time)
        stream.take(
            history: FarHistory(
                time: time.now.wall.advanced(bySeconds: off), heardAt: time.now, inode: 1, size: 0, from: 0,
                [],
                .monolog))
        let (receive, _) = stream.begin(mark: "mark")
        receive(.output(Array("mark follows 1 1\n".utf8)))
        var size = 0
        return (
            stream,
            { far, text in
                size += text.utf8.count
                let beat = "mark beat \(far.milliseconds / 1000) 1 \(size) 1 \(size)\n"
                receive(.output(Array((text + beat).utf8)))
                return stream.news()
            }
        )
    }

    @Test(arguments: [-7200.0, 7200])
    func `a clock of ours that is set neither stalls a stream nor moves its lines`(step: Double) throws {
        let time = ManualTime(wall: WallTime(seconds: 1_795_255_400))
        let (_, say) = try stream(time)
        var far = time.now.wall
        for _ in 0..<12 {
            time.advance(by: .seconds(5))
            far = far.advanced(bySeconds: 5)
            _ = say(far, line(far, "exported") + "\n")
        }
        time.stepWall(bySeconds: step)
        time.advance(by: .seconds(5))
        far = far.advanced(bySeconds: 5)
        let news = say(far, line(far, "timeout") + "\n")
        #expect(news.now == far && news.whole == far)
        let ledger = try #require(news.readings.first?.ledger)
        #expect(ledger.sum(last: 300) == OutcomeCounts(successes: 12, failures: 1))
        #expect(notices(news.notices).first?.hasPrefix("its machine's clock is 2 h") == true)
    }

    @Test func `a far clock that is set back does not hide that its stream stalls`() throws {
        let time = ManualTime(wall: WallTime(seconds: 1_795_255_400))
        let (stream, say) = try stream(time)
        var far = time.now.wall
        _ = say(far, line(far, "exported") + "\n")
        far = far.advanced(bySeconds: -7200)
        for _ in 0..<13 {
            time.advance(by: .seconds(5))
            far = far.advanced(bySeconds: 5)
            let news = say(far, line(far, "timeout") + "\n")
            #expect(news.whole == far)
        }
        time.advance(by: .seconds(120))
        let news = stream.news()
        #expect(news.whole.map { news.now.seconds(since: $0) } == 120)
        let ledger = try #require(news.readings.first?.ledger)
        #expect(ledger.sum(last: 300).failures >= 12)
    }
}

import Monitoring
import Platform
import TestSupport
import Testing
import Text

@testable import Probes

/// A machine that only a test moves: it writes, rotates, sends by the words of the script that runs there, and
/// its line cuts what it sends anywhere, holds it, loses the connection and sends a file again.
@Suite struct FarStreamCutsTests {
    private struct Far {
        struct File {
            var inode: UInt64
            var bytes: [UInt8] = []
        }

        var files: [File] = [File(inode: 1)]
        /// What the connection has: the file it reads, and what is read of each.
        var follows = 0
        var sent = 0
        var late: Int?
        var lateSent = 0
        var line: [UInt8] = []

        mutating func say(_ words: String) { line += Array("mark \(words)\n".utf8) }

        mutating func begin(_ position: LogStream.Position) {
            line = Array("Welcome\n".utf8)
            follows = files.firstIndex { $0.inode == position.inode } ?? files.count - 1
            sent = Int(position.byte - 1)
            late = nil
            say("follows \(files[follows].inode) \(sent + 1)")
            send()
        }

        mutating func send() {
            line += files[follows].bytes[sent...]
            sent = files[follows].bytes.count
        }

        /// One turn of the script.
        mutating func turn(at time: WallTime) {
            let newest = files.count - 1
            say(
                "beat \(time.milliseconds / 1000) \(files[follows].inode) \(files[follows].bytes.count) "
                    + "\(files[newest].inode) \(files[newest].bytes.count)")
            send()
            if let late {
                say("late")
                line += files[late].bytes[lateSent...]
                lateSent = files[late].bytes.count
                say("on")
            }
            guard newest != follows else { return }
            (late, lateSent) = (follows, sent)
            for missed in (follows + 1)..<newest where missed < newest {
                say("missed \(files[missed].inode)")
                line += files[missed].bytes
            }
            (follows, sent) = (newest, 0)
            say("follows \(files[newest].inode) 1")
            turn(at: time)
        }
    }

    private let rules = [
        OutcomeRule("a", .success, .template("exported")), OutcomeRule("a", .failure, .template("timeout")),
    ]

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `each line counts once, however the stream is cut, held, broken and begun again`(seed: UInt64) throws
    {
        var random = SeededGenerator(seed: seed)
        let time = ManualTime(wall: WallTime(seconds: 1_795_255_400))
        let stream = LogStream(try OutcomeTally(format: .monolog, rules: rules), clock: time)
        var far = Far()
        stream.take(
            history: FarHistory(
                time: time.now.wall, heardAt: time.now, inode: 1, size: 0, from: 0, [], .monolog))
        var (successes, failures) = (0, 0)
        var receive = connect(stream, &far)
        for number in 0..<300 {
            time.advance(by: .seconds(1))
            let stamp = time.now.wall.civil.rfc3339
            let isGood = random.next() % 2 == 0
            if isGood { successes += 1 } else { failures += 1 }
            let line = "[\(stamp)] main.INFO: \(number) exported" + (isGood ? "\n" : "\nbut: timeout\n")
            // A writer may still hold the file that was rotated before.
            let held = far.late == far.files.count - 2 && random.next() % 4 == 0 ? far.late : nil
            far.files[held ?? far.files.count - 1].bytes += Array(line.utf8)
            switch random.next() % 8 {
            case 0: far.files.append(Far.File(inode: UInt64(far.files.count + 1)))
            case 1: far.turn(at: time.now.wall)
            case 2, 3: deliver(&far, Int(random.next() % 300), receive)
            case 4 where random.next() % 4 == 0:
                // All but what was still written to an older file comes again.
                guard far.late.map({ far.files[$0].bytes.count == far.lateSent }) ?? true else { break }
                deliver(&far, held == nil ? far.line.count : 0, receive)
                receive(.ended(.exited(255)))
                receive = connect(stream, &far)
            default: break
            }
            let ledger = try #require(stream.news().readings.first?.ledger)
            #expect(ledger.total.finished <= successes + failures)
        }
        far.turn(at: time.now.wall)
        far.turn(at: time.now.wall)
        deliver(&far, far.line.count, receive)
        let news = stream.news()
        let ledger = try #require(news.readings.first?.ledger)
        #expect(ledger.total == OutcomeCounts(successes: successes, failures: failures))
        #expect(ledger.sum(last: 3600) == ledger.total)
        #expect(news.missing == 0)
        #expect(news.whole == time.now.wall)
    }

    @Test func `a file that was read before and is sent again is told by its first bytes`() throws {
        let time = ManualTime(wall: WallTime(seconds: 1_795_255_400))
        let stream = LogStream(try OutcomeTally(format: .monolog, rules: rules), clock: time)
        stream.take(
            history: FarHistory(
                time: time.now.wall, heardAt: time.now, inode: 7, size: 0, from: 0, [], .monolog))
        let (receive, _) = stream.begin(mark: "mark")
        func line(_ second: Int) -> String {
            "[2026-11-21 10:02:0\(second)] main.INFO: exported, and a long tail\n"
        }
        let first = line(1) + line(2)
        for part in [
            "mark follows 7 1\n", first, "mark follows 8 1\n", line(3), "mark follows 9 1\n",
            "mark follows 7 1\n", first + line(4),
        ] {
            receive(.output(Array(part.utf8)))
        }
        #expect(stream.news().readings.first?.ledger.total == OutcomeCounts(successes: 4))
        // Another file that was given the same number.
        receive(.output(Array(("mark follows 8 1\n" + line(5) + line(6)).utf8)))
        #expect(stream.news().readings.first?.ledger.total == OutcomeCounts(successes: 6))
    }

    @Test func `what was too much to send after a cut is a bound with its reason`() throws {
        let time = ManualTime(wall: WallTime(seconds: 1_795_255_400))
        let stream = LogStream(try OutcomeTally(format: .monolog, rules: rules), clock: time)
        stream.take(
            history: FarHistory(
                time: time.now.wall, heardAt: time.now, inode: 7, size: 0, from: 0, [], .monolog))
        let (receive, _) = stream.begin(mark: "mark")
        let line = "[2026-11-21 10:03:20] main.INFO: exported\n"
        receive(.output(Array("mark follows 7 1\n\(line)mark follows 7 500001\nported\n\(line)".utf8)))
        receive(.output(Array("mark beat 1795255400 7 \(500_007 + line.utf8.count) 7 1\n".utf8)))
        let news = stream.news()
        #expect(
            news.readings.first?.ledger.sum(last: 60) == OutcomeCounts(successes: 2, isBound: true))
        #expect(news.missing == 0 && news.whole == time.now.wall)
        #expect(
            notices(news.notices) == ["lines were skipped, too many came while the line was down"])
    }

    private func connect(_ stream: LogStream, _ far: inout Far) -> @Sendable (ChildOutput) -> Void {
        if let position = stream.position { far.begin(position) }
        return stream.begin(mark: "mark").receive
    }

    private func deliver(_ far: inout Far, _ count: Int, _ receive: (ChildOutput) -> Void) {
        let bytes = Array(far.line.prefix(count))
        far.line.removeFirst(bytes.count)
        receive(.output(bytes))
    }
}

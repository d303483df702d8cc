package import Monitoring
import Platform
import Synchronization
import Text

/// Reads outcomes from a log behind a command prefix, `ssh app1`, through one connection that stays.
///
/// At a start it reads the last hour back; then a small script over there sends what comes, with beats of its
/// own between. What a connection that broke had brought stays counted, and the next goes on at that byte.
package actor LogStreamProbe: Examinable {
    private static let firstPiece: Int64 = 256 << 10

    package nonisolated let schedule: ProbeSchedule
    private let source: LogSource
    private let clock: any TimeSource
    private let stream: LogStream
    private var child: FollowedChild?
    private var opening: Latch?
    private let running = ReadsUnderWay()
    /// What of the last hour has come, while a start is under way.
    private var history: FarHistory?
    private var awayReads = 0

    /// Throws `.unusable` when a rule or the format cannot work.
    package init(_ source: LogSource, clock: any TimeSource) throws(ReadFailure) {
        self.source = source
        self.clock = clock
        schedule = source.schedule
        do {
            stream = LogStream(try OutcomeTally(format: source.format, rules: source.rules), clock: clock)
        } catch {
            throw ReadFailure(.unusable, Sanitizer.line("\(source.name): \(error)"))
        }
    }

    package func read() async throws(ReadFailure) -> Sample {
        let start = clock.now
        let limit = ContinuousClock.now + source.deadline
        do {
            if stream.position == nil { try await lookBack(until: limit) }
            guard !running.isClosed else { throw ReadFailure.closed(source.name) }
            if child == nil { try follow() }
            await opening?.wait(until: limit)
            guard !running.isClosed else { throw ReadFailure.closed(source.name) }
            try Task.checkCancellation()
        } catch let failure as ReadFailure {
            throw failure
        } catch {
            throw ReadFailure(running: place, error)
        }
        let news = stream.news()
        try check(news)
        var facts: [Fact] = [.outcomes(news.readings)]
        if news.isAway {
            awayReads += 1
            let text = Sanitizer.line(
                "\(source.path) is gone, its newest lines are still read", maxBytes: 512)
            if awayReads > 1 {
                throw ReadFailure(.unreachable, Sanitizer.line("\(place): nothing is there", maxBytes: 512))
            }
            facts.append(.notice(SourceNotice(.warning, text)))
        } else {
            awayReads = 0
        }
        facts += news.notices
        let cost = ReadCost(
            bytes: news.bytes, milliseconds: clock.now.seconds(since: start) * 1000)
        return Sample(facts, cost: cost, serverTime: news.now)
    }

    package func close() async {
        running.close()
        child = nil
        opening?.open()
    }

    package func examine() async -> [DoctorStep] {
        do {
            let probe = try LogStreamProbe(source, clock: clock)
            let sample = try await probe.read()
            await probe.close()
            return DoctorStep.steps(ofLog: sample, source, at: sample.serverTime ?? clock.now.wall)
        } catch {
            return [DoctorStep("file", .failed, error.message, advice: error.advice)]
        }
    }

    private var place: String { (source.via + [source.path]).joined(separator: " ") }

    /// Throws when the stream has ended, or what it has brought is not what the file holds.
    private func check(_ news: LogStream.News) throws(ReadFailure) {
        switch news.end {
        case .none: break
        case .ended(let end):
            child = nil
            throw ReadFailure(running: place, end: end, complaint: news.complaint)
        case .failed(let error):
            child = nil
            throw ReadFailure(running: place, error)
        }
        let interval = Double(source.interval.components.seconds)
        let limit = max(15, 3 * interval + 5)
        // The next read asks for what the file holds now; so it does after a long silence.
        if news.mustBeginAnew || news.silence > max(60, 6 * interval) { child = nil }
        guard news.mustBeginAnew || news.hasBegun else {
            throw ReadFailure(
                .timedOut,
                Sanitizer.line("\(place): no word within \(Age.text(source.deadline))", maxBytes: 512))
        }
        guard let whole = news.whole else { return }
        let lag = news.now.seconds(since: whole)
        guard lag > limit else { return }
        let what =
            news.missing > 0
            ? "stalled: \(ByteSize.text(Int(clamping: news.missing))) of the file have not come"
            : "stalled: nothing was heard for \(Age.text(seconds: news.silence))"
        throw ReadFailure(
            .timedOut,
            Sanitizer.line(
                "\(place): \(what), whole until \(whole.civil.hourMinuteSecond)", maxBytes: 512))
    }

    // MARK: Start

    private func follow() throws {
        guard let position = stream.position else { return }
        let mark = Self.mark()
        let (receive, opening) = stream.begin(mark: mark)
        awayReads = 0
        self.opening = opening
        let seconds = max(1, source.interval.components.seconds)
        child = try FollowedChild(
            command(
                FarScripts.follow,
                [
                    source.path, "\(position.inode)", "\(position.byte)", "\(seconds)", mark,
                    "\(max(source.farHistory, 1))",
                ]), receive)
    }

    /// Gets the last hour piece by piece; what has come stays for the next read when the time is over.
    private func lookBack(until limit: ContinuousClock.Instant) async throws {
        let most = Int64(source.farHistory)
        // A read that nobody waits for may have got there first.
        while stream.position == nil {
            let wanted: Int64
            if let history {
                guard let next = history.wanted(atMost: most) else { break }
                wanted = next
            } else {
                wanted = min(Self.firstPiece, max(most, 1))
            }
            guard try await piece(of: wanted, until: limit) else { history = nil; continue }
        }
        if stream.position == nil, let history { stream.take(history: history) }
        history = nil
    }

    /// Asks for the bytes before what has come; false when the file is another by now.
    private func piece(of bytes: Int64, until limit: ContinuousClock.Instant) async throws -> Bool {
        let mark = Self.mark()
        let end = history.map { ["\($0.inode)", "\($0.from)"] } ?? ["", ""]
        let left = limit - ContinuousClock.now
        guard left > .zero else { throw late }
        let result: ChildResult
        do {
            let command = command(FarScripts.look, [source.path, "\(bytes)", mark] + end)
            result = try await running.run(of: source.name) {
                try await ChildProcess.run(command, deadline: left, outputCap: Int(bytes) + (64 << 10))
            }
        } catch is ChildTimedOut where history != nil {
            throw late
        }
        stream.spend(result.output.count + result.error.count + result.droppedOutput)
        guard result.end == .exited(0) else {
            throw ReadFailure(running: place, end: result.end, complaint: LastLine(result.error).text)
        }
        var words: [String] = []
        var bytes: [UInt8] = []
        var parser = MarkedStream(mark)
        parser.feed(result.output) { part in
            switch part {
            case .words(let said): words = said
            case .bytes(let more): bytes += more
            }
        }
        bytes += parser.rest
        if words == ["gone"] { return false }
        let numbers = words.dropFirst().compactMap { Int64($0) }
        guard words.first == "look", numbers.count == 4, numbers[3] + Int64(bytes.count) == numbers[2] else {
            throw ReadFailure(
                .malformed, Sanitizer.line("\(place): the answer makes no sense", maxBytes: 512),
                advice: "It needs sh, stat, date, head, tail and cat there.")
        }
        if let known = history {
            guard known.from == numbers[2] else { return true }
            history?.add(older: bytes, from: numbers[3])
        } else if end == ["", ""] {
            history = FarHistory(
                time: WallTime(seconds: numbers[0]), heardAt: clock.now,
                inode: UInt64(bitPattern: numbers[1]), size: numbers[2], from: numbers[3], bytes,
                source.format)
        }
        return true
    }

    private var late: ReadFailure {
        ReadFailure(
            .timedOut,
            Sanitizer.line(
                "\(place): the last hour is being read back, "
                    + "\(ByteSize.text(Int(clamping: history?.count ?? 0))) so far", maxBytes: 512))
    }

    private func command(_ script: String, _ arguments: [String]) -> ChildCommand {
        ChildCommand(
            CommandPrefix(source.via).arguments(["sh", "-c", script, "hypercare"] + arguments),
            environment: source.environment, trust: source.trust)
    }

    /// A word that no log can know.
    private static func mark() -> String {
        "hypercare-" + String(UInt64.random(in: .min ... .max), radix: 16)
    }
}

import Engine
import EngineAPI
import Monitoring
import Recordings
import TestSupport
import Testing
import Text

/// A recording that is played for a console.
@Suite(.serialized) struct ReplayTests {
    private final class Played: Sendable {
        let engine: ReplayEngine
        let real = ManualTime()
        private let running: Task<Void, Never>

        init(_ path: String, speed: Double = 60, at time: WallTime? = nil) throws {
            engine = try ReplayEngine(try RecordedFile(path), speed: speed, at: time, real: real)
            running = Task { [engine] in await engine.run() }
        }

        /// What can be seen after so many tenths of a second.
        func pass(_ tenths: Int) async throws -> Snapshot {
            try await shown()
            for _ in 0..<tenths {
                real.advance(by: .milliseconds(100))
                try await shown()
            }
            return try await seen()
        }

        /// A machine that is busy comes to it late.
        private func shown() async throws {
            try await eventually("the step is shown", within: .seconds(30)) {
                engine.time.shownThrough == real.now.boot
            }
            try await real.settle()
        }

        func seen() async throws -> Snapshot {
            var snapshots = engine.snapshots().makeAsyncIterator()
            return try #require(await snapshots.next())
        }

        func ask(_ order: ReplayOrder) async throws -> Snapshot {
            let person = Operator(login: "mira", uid: 1000)
            let reply = await engine.submit(.replay(order), by: person)
            #expect(reply == .done, "\(order): \(reply)")
            // Real time stands still: all that is sought is found within one step.
            for _ in 0..<50 {
                let snapshot = try await pass(1)
                if snapshot.replay?.isSeeking == false { return snapshot }
            }
            return try await seen()
        }

        func end() async {
            running.cancel()
            real.advance(by: .seconds(1))
            await running.value
        }
    }

    @Test func `time goes on at its speed, stands while it is paused, and ends with the recording`()
        async throws
    {
        let recorded = try await RecordedStoreTests.recorded.value
        let played = try Played(recorded.path(.none, "jsonl.zst"))
        let first = try await played.pass(1)
        let from = try #require(first.replay?.from)
        #expect(first.replay?.isPaused == false && first.environment.whyReadOnly == ReplayShown.refusal)
        let later = try await played.pass(20)
        let passed = later.at.wall.seconds(since: first.at.wall)
        #expect(passed > 90 && passed <= 120, "\(passed)")
        #expect(later.queues.count > 5 && later.integrations.count > 5 && later.cron.jobs.count > 5)
        #expect(played.engine.time.now == later.at)
        let paused = try await played.ask(.turnPause)
        let still = try await played.pass(20)
        #expect(paused.replay?.isPaused == true && still.at.wall == paused.at.wall)
        _ = try await played.ask(.turnPause)
        var end = try await played.pass(40)
        for _ in 0..<200 where end.replay?.isAtEnd == false { end = try await played.pass(1) }
        #expect(end.replay?.isAtEnd == true)
        let lasted = end.at.wall.seconds(since: from)
        #expect(lasted > 350 && lasted <= 361, "\(lasted)")
        await played.end()
    }

    @Test func `at its end it shows what the console showed then`() async throws {
        let recorded = try await RecordedStoreTests.recorded.value
        let played = try Played(recorded.path(.none))
        let snapshot = try await played.ask(.go(to: recorded.last.at.wall))
        func words(_ snapshot: Snapshot) -> [String] {
            snapshot.queues.map { "\($0.label) \($0.judgement.status)" }
                + snapshot.integrations.map { "\($0.label) \($0.judgement.status)" }
                + snapshot.cron.jobs.map { "\($0.label) \($0.judgement.status)" }
                + snapshot.indexers.map { "\($0.label) \($0.judgement.status)" }
                + snapshot.alerts.map { "\($0.entity) \($0.kind) \($0.since)" }
        }
        let (now, then) = (words(snapshot), words(recorded.last))
        #expect(now == then, "\(Set(now).symmetricDifference(then))")
        let flow = try #require(snapshot.integrations.first?.id)
        let chart = await played.engine.history(
            SeriesID(flow, .success), HistoryRange(seconds: 7200, points: 120))
        #expect(chart.values.count == 120 && chart.values.suffix(5).contains { $0 != nil })
        #expect(await played.engine.detail(flow)?.rules.isEmpty == false)
        await played.end()
    }

    @Test func `it goes to the next alert, and back to the one before`() async throws {
        let recorded = try await RecordedStoreTests.recorded.value
        let played = try Played(recorded.path(.text))
        var times: [WallTime] = []
        for _ in 0..<3 {
            let snapshot = try await played.ask(.nextNews)
            #expect(snapshot.replay?.isPaused == true)
            times.append(snapshot.at.wall)
        }
        #expect(times == times.sorted() && Set(times).count == 3)
        let told = Set(recorded.told.map(\.at))
        #expect(times.contains { told.contains($0) })
        let back = try await played.ask(.previousNews)
        #expect(back.at.wall == times[1] && back.replay?.run == 1)
        let again = try await played.ask(.nextNews)
        #expect(again.at.wall == times[2])
        let step = try await played.ask(.step)
        #expect(step.at.wall > again.at.wall)
        await played.end()
    }

    @Test func `whatever would change anything is refused in a sentence`() async throws {
        let recorded = try await RecordedStoreTests.recorded.value
        let played = try Played(recorded.path(.none))
        let person = Operator(login: "mira", uid: 1000)
        for request in [Request.note("hello"), .readNow(source: nil), .record("/tmp/x"), .stopRecording] {
            #expect(
                await played.engine.submit(request, by: person)
                    == .refused(Refusal(.readOnly, ReplayShown.refusal)))
        }
        await played.end()
    }

    @Test func `a recording of version 1 is played as far as it tells`() async throws {
        let folder = try TemporaryFolder("replay")
        var text = RecordingReaderTests.header + "\n"
        for place in 0..<60 {
            let time = WallTime(milliseconds: 1_794_996_000_000 + Int64(place) * 10_000).civil.rfc3339
            let ready = place < 20 ? 3 : 3 + place * 40
            text +=
                "{\"at\":\"\(time)\",\"source\":\"rabbit\",\"queues\":[{\"name\":\"erp.order\",\"ready\":\(ready),"
                + "\"unacked\":1,\"consumers\":\(place < 20 ? 2 : 0),\"in\":4.0,\"out\":\(place < 20 ? 4.0 : 0.0)}]}\n"
        }
        let played = try Played(folder.write(text, to: "one.jsonl"))
        var snapshot = try await played.pass(60)
        for _ in 0..<200 where snapshot.replay?.isAtEnd == false { snapshot = try await played.pass(1) }
        #expect(snapshot.replay?.isAtEnd == true && snapshot.environment.name == "north")
        let queue = try #require(snapshot.queues.first)
        #expect(queue.id.name == "erp.order" && queue.judgement.status == .critical)
        #expect(snapshot.alerts.contains { $0.entity.name == "erp.order" && $0.kind == .noConsumer })
        await played.end()
    }
}

import DemoStore
import Engine
import EngineAPI
import Monitoring
import Platform
import Recordings
import Synchronization
import TestSupport
import Testing
import Text

/// A store that was watched and recorded: what is judged of the recording is what was told then.
@Suite(.serialized) struct RecordedStoreTests {
    final class Told: AlertSink {
        let name = "told"
        private let notices = Mutex<[AlertNotice]>([])

        var all: [AlertNotice] { notices.withLock { $0 } }

        @concurrent func take(_ notice: AlertNotice, of environment: EnvironmentFacts)
            async throws(AlertSinkFailure)
        {
            notices.withLock { $0.append(notice) }
        }
    }

    /// Several recordings of one store.
    private final class Several: InputTap {
        private let taps: [any InputTap]
        init(_ taps: [any InputTap]) { self.taps = taps }

        func take(_ input: TimedInput) { for tap in taps { tap.take(input) } }
        var progress: RecordingProgress { taps[0].progress }
        @concurrent func end() async { for tap in taps { await tap.end() } }
    }

    struct Recorded: Sendable {
        let folder: TemporaryFolder
        var told: [AlertNotice]
        var last: Snapshot

        func path(_ rule: RecordingRedaction.Rule, _ ending: String = "jsonl") -> String {
            folder.path("\(rule.rawValue).\(ending)")
        }
    }

    /// A demo store of six minutes, recorded from its beginning: in text and packed, with all and with what may be told.
    static let recorded = Task { () -> Recorded in
        let folder = try TemporaryFolder("recorded")
        let time = ManualTime()
        let store = DemoStore.make(seed: 3, time: time)
        let told = Told()
        var setup = EngineSetup(
            environment: EnvironmentFacts(name: "demo-shop", isProduction: true, access: .operate),
            integrations: store.integrations, limits: store.limits, probes: store.probes,
            backends: store.flagBackends, stores: FakeStores().stores)
        setup.sinks = [told]
        let writers = try RecordingRedaction.Rule.allCases.flatMap { rule in
            try ["jsonl", "jsonl.zst"].map { ending in
                try RecordingWriter(
                    folder.path("\(rule.rawValue).\(ending)"), redaction: RecordingRedaction(rule),
                    program: "test")
            }
        }
        setup.tap = Several(writers)
        let engine = LocalEngine(setup, time: time)
        let running = Task { await engine.run() }
        try await time.settle()
        for _ in 0..<360 {
            time.advance(by: .seconds(1))
            try await time.settle()
        }
        var snapshots = engine.snapshots().makeAsyncIterator()
        let last = await snapshots.next()
        running.cancel()
        await running.value
        for writer in writers {
            #expect(writer.progress.ended == "it was ended" && writer.progress.isWanted)
        }
        return Recorded(folder: folder, told: told.all, last: try #require(last))
    }

    private func backtest(_ path: String) throws -> [AlertNotice] {
        var told: [AlertNotice] = []
        let note = try EngineBacktest().run(path) { notice, environment in
            #expect(environment.name == "demo-shop")
            told.append(notice)
        }
        #expect(note == nil)
        return told
    }

    @Test(arguments: [RecordingRedaction.Rule.none, .text])
    func `a backtest tells the same alerts by the same numbers at the same times`(
        _ rule: RecordingRedaction.Rule
    ) async throws {
        let recorded = try await Self.recorded.value
        let live = recorded.told
        let again = try backtest(recorded.path(rule, "jsonl.zst"))
        #expect(live.count >= 2, "\(live.count)")
        // The newest may not have been handed over when the console ended.
        #expect(again.count >= live.count)
        for (told, judged) in zip(live, again) {
            #expect(told.number == judged.number && told.at == judged.at && told.what == judged.what)
            #expect(told.alert.entity == judged.alert.entity && told.alert.kind == judged.alert.kind)
            #expect(told.alert.since == judged.alert.since && told.alert.severity == judged.alert.severity)
            // Of one that is over the figures are of when it was last found, and of that there is no line.
            guard rule == .none, told.what != .resolved else { continue }
            #expect(told.alert == judged.alert)
        }
    }

    @Test func `a recording tells no free text unless it is asked to`() async throws {
        let recorded = try await Self.recorded.value
        let (whole, hidden) = (
            try Self.texts(recorded.path(.none)), try Self.texts(recorded.path(.text))
        )
        var secrets: Set<String> = []
        for (place, key) in whole.enumerated().dropLast()
        where ["last_error", "text", "message", "owner"].contains(key) && whole[place + 1].contains(" ") {
            secrets.insert(whole[place + 1])
        }
        #expect(secrets.count > 5, "\(secrets)")
        #expect(secrets.isDisjoint(with: hidden), "\(secrets.intersection(hidden))")
        #expect(hidden.contains { $0.hasPrefix("(") && $0.contains(" bytes, ") })
        #expect(Set(hidden).contains("erp.order.export"), "names stay")
    }

    /// What stands in quotes, in order.
    private static func texts(_ path: String) throws -> [String] {
        let parts = try Files.read(path, limit: 64 << 20).split(
            separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
        return stride(from: 1, to: parts.count, by: 2).map { String(decoding: parts[$0], as: UTF8.self) }
    }

    @Test(arguments: ["jsonl", "jsonl.zst"])
    func `a recording that was cut is read up to its last whole line, and says so`(_ ending: String)
        async throws
    {
        let recorded = try await Self.recorded.value
        let folder = try TemporaryFolder("cut")
        let bytes = try Files.read(recorded.path(.none, ending), limit: 64 << 20)
        for part in [0.5, 0.97] {
            let cut = folder.path("cut-\(part).\(ending)")
            try Files.create(cut, Array(bytes.prefix(Int(Double(bytes.count) * part))))
            var playback = try InputPlayback(cut)
            var count = 0
            while try playback.next() != nil { count += 1 }
            #expect(count > 10)
            #expect(playback.note?.contains("it was cut") == true)
        }
    }

    @Test func `a recording ends by itself at its size and at its time, and nothing is written over`()
        async throws
    {
        let folder = try TemporaryFolder("bounds")
        let path = folder.path("small.jsonl")
        let ends = Mutex<[String]>([])
        let writer = try RecordingWriter(
            path, bounds: RecordingWriter.Bounds(bytes: 1 << 20, seconds: 30),
            redaction: RecordingRedaction(.text), program: "test"
        ) { why in ends.withLock { $0.append(why) } }
        let time = ManualTime()
        let facts = EnvironmentFacts(name: "eu", isProduction: true, access: .operate)
        writer.take(TimedInput(at: time.now, .start(RecordedStart(facts))))
        for _ in 0..<40 {
            writer.take(TimedInput(at: time.now, .judged))
            time.advance(by: .seconds(1))
        }
        await writer.end()
        #expect(writer.progress.ended == "it has its time, 30 s" && writer.progress.isWanted)
        #expect(ends.withLock { $0 } == ["it has its time, 30 s"])
        #expect(throws: SystemError.self) {
            try RecordingWriter(path, redaction: RecordingRedaction(.text), program: "test")
        }
        #expect(try Files.facts(path)?.mode == 0o600)

        let large = folder.path("large.jsonl")
        let second = try RecordingWriter(
            large, bounds: RecordingWriter.Bounds(bytes: 1 << 20, seconds: 1e6),
            redaction: RecordingRedaction(.text), program: "test")
        second.take(TimedInput(at: time.now, .start(RecordedStart(facts))))
        for _ in 0..<20_000 where second.progress.ended == nil {
            second.take(TimedInput(at: time.now, .judged))
            if second.progress.bytes == 0 { await Task.yield() }
        }
        await second.end()
        #expect(second.progress.bytes <= 1 << 20)
    }
}

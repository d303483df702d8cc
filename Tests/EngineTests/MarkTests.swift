import Engine
import EngineAPI
import Monitoring
import Synchronization
import TestSupport
import Testing

/// What deploy scripts and people say is told once, by the console that keeps.
@Suite(.timeLimit(.minutes(1))) struct MarkTests {
    private final class Box: MarkBox {
        struct Contents {
            var marks: [String: Mark] = [:]
            var next = 0
            var isFull = false
        }
        let contents = Mutex(Contents())

        func leave(_ mark: Mark) async throws(StorageFailure) {
            let isLeft = contents.withLock { contents in
                contents.next += 1
                if !contents.isFull { contents.marks["m\(contents.next)"] = mark }
                return !contents.isFull
            }
            if !isLeft { throw StorageFailure("the disk is full") }
        }

        func waiting() async throws(StorageFailure) -> WaitingMarks {
            var waiting = WaitingMarks()
            waiting.marks = contents.withLock { $0.marks.sorted { $0.key < $1.key } }.map {
                (id: $0.key, mark: $0.value)
            }
            return waiting
        }

        func taken(_ ids: [String]) async throws(StorageFailure) {
            contents.withLock { contents in for id in ids { contents.marks[id] = nil } }
        }

        var count: Int { contents.withLock { $0.marks.count } }
    }

    private func mark(_ text: String) throws -> Mark {
        try #require(Mark(.deploy, text, by: "ci", at: ManualTime().now.wall.advanced(bySeconds: -90)))
    }

    private func bench(_ box: Box, _ stores: FakeStores) -> Bench {
        Bench(stores: stores, marks: box) { clock in [FakeProbe("queues", time: clock, .answer(Sample([])))] }
    }

    @Test func `what was left before the start and while it runs is told once, kept, and taken out`()
        async throws
    {
        let (box, stores) = (Box(), FakeStores())
        try await box.leave(try mark("first"))
        let bench = bench(box, stores)
        try await bench.run { bench in
            try await bench.until("the first") { $0.changes.map(\.text) == ["first"] }
            try await box.leave(try mark("second"))
            try await bench.until("the second") { $0.changes.map(\.text) == ["first", "second"] }
            #expect(bench.snapshot?.events.map(\.text) == ["ci: deploy first", "ci: deploy second"])
            try await eventually("both are taken out") { box.count == 0 }
        }
        #expect(stores.now.events.map(\.text) == ["ci: deploy first", "ci: deploy second"])
        #expect(stores.now.state?.changes.map(\.text) == ["first", "second"])
    }

    @Test func `what was kept and not yet taken out is not told again by the next run`() async throws {
        let (box, stores) = (Box(), FakeStores())
        try await box.leave(try mark("first"))
        var state = EngineState()
        state.changes = [Change(try mark("first"), id: "m1", at: ManualTime().now.wall)]
        stores.change { $0.state = state }
        let bench = bench(box, stores)
        try await bench.run { bench in
            try await bench.pass(3)
            try await eventually("it is taken out") { box.count == 0 }
            #expect(bench.snapshot?.changes.count == 1)
        }
        #expect(stores.now.events.isEmpty)
    }

    @Test func `a note is told at once, with who said it, and why not when it cannot be`() async throws {
        let (box, stores) = (Box(), FakeStores())
        let bench = bench(box, stores)
        try await bench.run { bench in
            let mira = Operator(login: "mira", uid: 1000)
            #expect(await bench.engine.submit(.note(" carrier down "), by: mira) == .done)
            try await bench.until("it") { $0.changes.first?.text == "carrier down" }
            #expect(bench.snapshot?.events.first?.text == "mira: carrier down")
            #expect(bench.snapshot?.changes.first?.kind == .note)
            box.contents.withLock { $0.isFull = true }
            guard case .refused(let refusal) = await bench.engine.submit(.note("more"), by: mira) else {
                Issue.record("it was taken")
                return
            }
            #expect(refusal.message == "nothing was noted: the disk is full")
        }
    }
}

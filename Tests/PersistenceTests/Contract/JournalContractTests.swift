import Engine
import EngineAPI
import Monitoring
import Persistence
import TestSupport
import Testing

/// What every journal owes the engine, on the fake that the engine's tests run on and on the real one alike.
@Suite(.timeLimit(.minutes(1))) struct JournalContractTests {
    typealias Kind = StorageSubject.Kind

    private func event(_ number: Int) -> EngineAPI.Event {
        EngineAPI.Event(
            at: WallTime(seconds: Int64(number)), status: .critical, entity: EntityID(.queue, "erp"),
            subject: "queue", text: "nobody takes messages \(number)")
    }

    /// Each of them in bytes: nothing is equal that differs in one.
    private func bytes(_ events: [EngineAPI.Event]) -> [[[UInt8]]] {
        events.map { event in
            [
                Array("\(event.at.milliseconds) \(event.status?.rawValue ?? "none")".utf8),
                Array((event.entity?.key ?? "none").utf8), Array(event.subject.utf8), Array(event.text.utf8),
            ]
        }
    }

    @Test(arguments: Kind.allCases)
    func `nothing is told before the first event, and appending none adds none`(kind: Kind) async throws {
        let subject = try StorageSubject(kind)
        #expect(try await subject.journal().recent(10) == [])
        try await subject.journal().append([])
        #expect(try await subject.journal().recent(10) == [])
    }

    @Test(arguments: Kind.allCases)
    func `events come back to the byte, in this run and the next`(kind: Kind) async throws {
        let subject = try StorageSubject(kind)
        var events = Names.hard.map { name in
            EngineAPI.Event(
                at: WallTime(milliseconds: 1_795_834_800_123), status: .warning,
                entity: EntityID(.queue, name, in: name, virtualHost: name), subject: "queue", text: name)
        }
        events.append(
            EngineAPI.Event(
                at: WallTime(seconds: 1), status: nil, entity: nil, subject: "console",
                text: String(repeating: "long ", count: 40_000)))
        for milliseconds: Int64 in [0, -1, .max, .min] {
            var event = event(0)
            event.at = WallTime(milliseconds: milliseconds)
            events.append(event)
        }
        let journal = subject.journal()
        try await journal.append(events)
        #expect(try await bytes(journal.recent(100)) == bytes(events))
        #expect(try await bytes(subject.journal().recent(100)) == bytes(events))
    }

    @Test(arguments: Kind.allCases)
    func `the newest so many are told, oldest first, however they were appended`(kind: Kind) async throws {
        let subject = try StorageSubject(kind)
        var number = 0
        for run in 0..<3 {
            let journal = subject.journal()
            for count in [1, 3, 2] {
                try await journal.append((0..<count).map { event(number + $0) })
                number += count
            }
            for limit in [Int.min, -1, 0, 1, 4, number - 1, number, number + 1, .max] {
                let wanted = (0..<number).suffix(max(limit, 0)).map { event($0) }
                #expect(try await journal.recent(limit) == wanted, "run \(run), limit \(limit)")
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a journal that begins a new file still tells the newest so many`(kind: Kind) async throws {
        let subject = try StorageSubject(kind)
        let journal = subject.journal(largest: 2048)
        for number in 0..<40 {
            try await journal.append([event(number)])
            let wanted = (0...number).suffix(10).map { event($0) }
            #expect(try await journal.recent(10) == wanted, "after \(number)")
            #expect(try await subject.journal(largest: 2048).recent(10) == wanted, "after \(number), anew")
        }
    }

    @Test(arguments: Kind.allCases)
    func `of appends at once all stand, each in one piece`(kind: Kind) async throws {
        let subject = try StorageSubject(kind)
        let journal = subject.journal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                let events = (0..<5).map { event(10 * writer + $0) }
                group.addTask { try await journal.append(events) }
            }
            try await group.waitForAll()
        }
        let told = try await subject.journal().recent(100)
        let pieces = stride(from: 0, to: told.count, by: 5).map { Array(told[$0..<min($0 + 5, told.count)]) }
        #expect(told.count == 40)
        for writer in 0..<8 { #expect(pieces.contains((0..<5).map { event(10 * writer + $0) })) }
    }

    @Test(arguments: Kind.allCases, BreakableOps.Fault.allCases)
    func `an append that failed says why and leaves what stood, and makes no event up`(
        kind: Kind, fault: BreakableOps.Fault
    ) async throws {
        let subject = try StorageSubject(kind)
        // One that has written, and one that has not.
        for isNew in [false, true] {
            var journal = subject.journal()
            let stood = try await journal.recent(100)
            try await journal.append([event(1), event(2)])
            if isNew { journal = subject.journal() }
            subject.fail(fault)
            for _ in 0..<2 {
                let failure = await storageFailure { () throws(StorageFailure) in
                    try await journal.append([event(3)])
                }
                #expect(failure.isSentence(), "\(failure?.message ?? "it worked")")
            }
            subject.fail(nil)
            try await journal.append([event(4)])
            let told = Array(try await subject.journal().recent(100).dropFirst(stood.count))
            #expect(told.starts(with: [event(1), event(2)]) && told.last == event(4))
            let between = told.dropFirst(2).dropLast()
            switch fault {
            case .full, .readOnly: #expect(between.isEmpty, "\(between)")
            // It may be there or not.
            case .unsynced: #expect(between.allSatisfy { $0 == event(3) })
            case .nearlyFull:
                #expect(between.allSatisfy { $0.text.contains("broke off in the middle of a line") })
            }
        }
    }

    @Test func `what was appended is there after a power cut`() async throws {
        let subject = try StorageSubject(.memory)
        let journal = subject.journal(largest: 900)
        for number in 0..<12 {
            try await journal.append([event(number)])
            for left in try #require(subject.recording).statesAfterPowerCut() {
                let told = try JournalStorage(in: RecordingOps(left)).recent(4)
                #expect(told == (0...number).suffix(4).map { event($0) })
            }
        }
    }

    @Test func `what stands in the way is named by its path`() async throws {
        let subject = try StorageSubject(.disk)
        try subject.obstruct("journal.jsonl")
        let journal = subject.journal()
        let failure = await storageFailure { () throws(StorageFailure) in try await journal.append([event(1)])
        }
        #expect(failure.isSentence(naming: subject.folder.path("d/journal.jsonl")))
    }
}

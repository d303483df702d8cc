import Monitoring
import Platform
import Synchronization
import TestSupport
import Testing

/// What every time source owes the engine, on the one that tests move by hand and on the machine's alike.
@Suite(.timeLimit(.minutes(1))) struct TimeSourceContractTests {
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case manual, system
        var testDescription: String { rawValue }
    }

    // Calls are due some hundred milliseconds after they are made, so that a busy machine makes them all in time.
    struct Subject {
        let time: any TimeSource
        private let manual: ManualTime?

        init(_ kind: Kind) throws {
            manual = kind == .manual ? ManualTime() : nil
            time = try manual ?? SystemTime()
        }

        /// Lets time pass until `fact` holds, in steps where a hand moves it; throws when it does not within ten
        /// seconds.
        func until(_ fact: String, step: Int = 5, _ holds: () -> Bool) async throws {
            for _ in 0..<2000 {
                if holds() { return }
                manual?.advance(by: .milliseconds(step))
                try await Task.sleep(for: .milliseconds(manual == nil ? 5 : 1))
            }
            throw NotInTime(description: fact)
        }

        func pass(_ milliseconds: Int) async throws {
            let end = time.now.boot + .milliseconds(milliseconds)
            try await until("\(milliseconds) ms") { time.now.boot >= end }
        }
    }

    /// What happened, in its order.
    private final class Story: Sendable {
        private let lines = Mutex<[String]>([])
        var told: [String] { lines.withLock { $0 } }
        func tell(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test(arguments: Kind.allCases)
    func `both clocks go on together, and the boot stays the same`(kind: Kind) async throws {
        let subject = try Subject(kind)
        var last = subject.time.now
        #expect(!last.bootID.isEmpty && last.boot > .zero)
        for _ in 0..<5 {
            try await subject.pass(20)
            let now = subject.time.now
            let passed = now.seconds(since: last)
            #expect(passed >= 0.02 && abs(now.wall.seconds(since: last.wall) - passed) < 0.5)
            #expect(now.bootID == last.bootID)
            last = now
        }
    }

    @Test(arguments: Kind.allCases)
    func `a sleep ends at its deadline, never before it, and at once when that has passed`(kind: Kind)
        async throws
    {
        let subject = try Subject(kind)
        let time = subject.time
        let ended = Story()
        let start = time.now.boot
        let sleeps = [90, 10, 50].map { milliseconds in
            Task {
                try await time.sleep(until: start + .milliseconds(milliseconds))
                ended.tell(time.now.boot >= start + .milliseconds(milliseconds) ? "ended" : "early")
            }
        }
        try await subject.until("all ended") { ended.told.count == 3 }
        for sleep in sleeps { try await sleep.value }
        #expect(ended.told == ["ended", "ended", "ended"])
        for past in [start, .zero, .seconds(-5)] { try await time.sleep(until: past) }
    }

    @Test(arguments: Kind.allCases)
    func `a sleep that is given up throws at once, begun or not, due or not`(kind: Kind) async throws {
        let subject = try Subject(kind)
        let time = subject.time
        let now = time.now.boot
        for deadline in [now + .seconds(600), .seconds(Int64.max), now, .zero] {
            let begun = Task { try await time.sleep(until: now + .seconds(600)) }
            try await Task.sleep(for: .milliseconds(2))
            begun.cancel()
            await #expect(throws: CancellationError.self) { try await begun.value }

            let held = Story()
            let new = Task {
                while held.told.isEmpty { await Task.yield() }
                try await time.sleep(until: deadline)
            }
            new.cancel()
            held.tell("cancelled")
            await #expect(throws: CancellationError.self) { try await new.value }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a call comes once, when it is due, in the order of the deadlines`(kind: Kind) async throws {
        let subject = try Subject(kind)
        let time = subject.time
        let story = Story()
        let start = time.now.boot
        let calls = [440, 360, 400].map { milliseconds in
            time.call(at: start + .milliseconds(milliseconds)) {
                let isEarly = time.now.boot < start + .milliseconds(milliseconds)
                story.tell(isEarly ? "early" : "\(milliseconds)")
            }
        }
        // All of them are due in one of its steps.
        try await subject.until("all called", step: 500) { story.told.count >= 3 }
        try await subject.pass(60)
        #expect(story.told == ["360", "400", "440"])
        // What has been does no harm any more.
        for call in calls { call.cancel() }
    }

    @Test(arguments: Kind.allCases)
    func `a call that is due already comes before its appointment is made`(kind: Kind) throws {
        let time = try Subject(kind).time
        for deadline in [time.now.boot, .zero, .seconds(-5)] {
            let story = Story()
            let call = time.call(at: deadline) { story.tell("called") }
            #expect(story.told == ["called"])
            call.cancel()
        }
    }

    @Test(arguments: Kind.allCases)
    func `a call that is cancelled does not come, and the others do`(kind: Kind) async throws {
        let subject = try Subject(kind)
        let story = Story()
        let start = subject.time.now.boot
        let calls = (0..<6).map { number in
            subject.time.call(at: start + .milliseconds(400)) { story.tell("\(number)") }
        }
        let never = subject.time.call(at: .seconds(Int64.max)) { story.tell("never") }
        for number in [0, 3, 3] { calls[number].cancel() }
        try await subject.until("the others") { story.told.count >= 4 }
        try await subject.pass(50)
        #expect(Set(story.told) == ["1", "2", "4", "5"] && story.told.count == 4)
        never.cancel()
    }

    @Test(arguments: Kind.allCases)
    func `a call may make and cancel others`(kind: Kind) async throws {
        let subject = try Subject(kind)
        let time = subject.time
        let story = Story()
        let start = time.now.boot
        let other = time.call(at: start + .milliseconds(480)) { story.tell("cancelled") }
        let first = time.call(at: start + .milliseconds(10)) {
            other.cancel()
            story.tell("first")
            _ = time.call(at: start + .milliseconds(400)) { story.tell("second") }
            _ = time.call(at: start) { story.tell("at once") }
        }
        try await subject.until("the second") { story.told.contains("second") }
        try await subject.pass(200)
        #expect(story.told == ["first", "at once", "second"])
        first.cancel()
    }

    @Test(arguments: Kind.allCases)
    func `many who wait at once all go on`(kind: Kind) async throws {
        let subject = try Subject(kind)
        let time = subject.time
        let story = Story()
        let start = time.now.boot
        let tasks = (0..<200).map { number in
            Task {
                try await time.sleep(until: start + .milliseconds(number))
                story.tell("\(number)")
            }
        }
        for place in stride(from: 1, to: 200, by: 2) { tasks[place].cancel() }
        try await subject.until("all") { story.told.count >= 100 }
        for (place, task) in tasks.enumerated() where place % 2 == 0 { try await task.value }
    }
}

package import FeatureFlags
package import Monitoring
import Synchronization

/// A flag backend in memory that compares before it sets. It can hold an answer, so that it comes late, and hang up.
package final class FakeFlags: FlagBackend {
    private struct State {
        var flags: [FlagReading]
        var applied: [FlagChange] = []
        var outcome: ChangeOutcome?
        var failure: ReadFailure?
        var notices: [SourceNotice] = []
        var aftermath: ChangeOutcome?
        /// Puts this on record before a change begins, as a backend does whose program outlives it.
        var writer: ProcessMark?
        var takenUp: [ProcessMark] = []
        var ended: [ProcessMark] = []
        var leavesUndone = false
        var finishFailure: String?
        var finished = 0
        var holdsReads = false
        var holdsChanges = false
        var heldReads: [CheckedContinuation<Void, Never>] = []
        var heldChanges: [CheckedContinuation<Void, Never>] = []
    }

    package let name: String
    package let place = "flagd file"
    package let manner = "in memory"
    package let schedule: ProbeSchedule
    private let state: Mutex<State>

    package init(
        _ flags: [FlagReading], name: String = "flagd", interval: Duration = .seconds(5),
        deadline: Duration = .seconds(2)
    ) {
        self.name = name
        state = Mutex(State(flags: flags))
        schedule = ProbeSchedule(
            id: "\(name)/flags", source: name, kind: "flags", subject: "flags", interval: interval,
            deadline: deadline)
    }

    package var applied: [FlagChange] { state.withLock { $0.applied } }
    package var now: [FlagReading] { state.withLock { $0.flags } }
    /// Reads and changes whose answer is held.
    package var heldReads: Int { state.withLock { $0.heldReads.count } }
    package var heldChanges: Int { state.withLock { $0.heldChanges.count } }

    /// Somebody else's change.
    package func set(_ flag: String, to value: FlagValue, by who: String? = nil) {
        state.withLock { state in
            for place in state.flags.indices where state.flags[place].name == flag {
                state.flags[place].value = value
                state.flags[place].revision += "+"
                state.flags[place].changedBy = who
            }
        }
    }

    package func remove(_ flag: String) {
        state.withLock { $0.flags.removeAll { $0.name == flag } }
    }

    package func edit(_ body: (inout [FlagReading]) -> Void) { state.withLock { body(&$0.flags) } }

    /// What is wrong with all of them, from now on.
    package func say(_ notices: [SourceNotice]) { state.withLock { $0.notices = notices } }

    /// Every change ends so, and nothing is set; nil behaves.
    package func end(_ outcome: ChangeOutcome?) { state.withLock { $0.outcome = outcome } }

    /// Comes to light of the next change some time after it has ended.
    package func tellLater(_ outcome: ChangeOutcome) { state.withLock { $0.aftermath = outcome } }

    @concurrent package func aftermath(of change: FlagChange) async -> ChangeOutcome? {
        state.withLock { state in
            defer { state.aftermath = nil }
            return state.aftermath
        }
    }

    /// Its changes are carried out by this program from now on.
    package func write(by writer: ProcessMark?) { state.withLock { $0.writer = writer } }

    /// The writers it was asked to end; whoever waits for one hears of it.
    package var ended: [ProcessMark] { state.withLock { $0.ended } }

    @concurrent package func end(_ writer: ProcessMark) async -> String? {
        state.withLock { $0.ended.append(writer) }
        holdChanges(false)
        return nil
    }

    /// What a saved change leaves can be done by itself, or fails so. To be said before the engine is made.
    package func leaveUndone(failing why: String? = nil) {
        state.withLock { ($0.leavesUndone, $0.finishFailure) = (true, why) }
    }

    package var finishing: FinishingStep? {
        guard state.withLock({ $0.leavesUndone }) else { return nil }
        return FinishingStep(
            command: "shop cache:clean", title: "Clean the cache", effect: "A moment of load.")
    }

    /// How often it was done.
    package var finished: Int { state.withLock { $0.finished } }

    @concurrent package func finish() async -> String? {
        state.withLock { state in
            if state.finishFailure == nil { state.finished += 1 }
            return state.finishFailure
        }
    }

    /// The writers it was asked to take up.
    package var takenUp: [ProcessMark] { state.withLock { $0.takenUp } }

    /// Every read and change fails from now on, as when the line is cut; nil behaves.
    package func hangUp(_ failure: ReadFailure?) { state.withLock { $0.failure = failure } }

    /// A read takes what is there when it begins, and answers when it is let go.
    package func holdReads(_ holds: Bool) {
        let freed = state.withLock { state in
            state.holdsReads = holds
            defer { if !holds { state.heldReads.removeAll() } }
            return holds ? [] : state.heldReads
        }
        for continuation in freed { continuation.resume() }
    }

    /// A change is done when it comes, and answered when it is let go.
    package func holdChanges(_ holds: Bool) {
        let freed = state.withLock { state in
            state.holdsChanges = holds
            defer { if !holds { state.heldChanges.removeAll() } }
            return holds ? [] : state.heldChanges
        }
        for continuation in freed { continuation.resume() }
    }

    @concurrent package func read() async throws(ReadFailure) -> FlagSample {
        let (flags, failure, notices) = state.withLock { ($0.flags, $0.failure, $0.notices) }
        await waitWhile(\.holdsReads, in: \.heldReads)
        if let failure { throw failure }
        return FlagSample(
            flags, cost: ReadCost(queries: 1, bytes: 100, milliseconds: 1), notices: notices)
    }

    @concurrent package func apply(_ change: FlagChange, _ record: ChangeRecorder) async -> ChangeOutcome {
        if let writer = state.withLock({ $0.writer }), let why = await record.begins(writer) {
            return .refused(why)
        }
        let outcome = state.withLock { carryOut(change, &$0) }
        await waitWhile(\.holdsChanges, in: \.heldChanges)
        return outcome
    }

    /// What it was asked to take up, whose answer is held as that of a change is.
    @concurrent package func takeUp(_ change: FlagChange, of writer: ProcessMark) async -> ChangeOutcome {
        state.withLock { $0.takenUp.append(writer) }
        await waitWhile(\.holdsChanges, in: \.heldChanges)
        return state.withLock { state in
            let flag = state.flags.first { $0.key == change.key }
            return state.outcome ?? flag.map { .saved($0, "saved") } ?? .unknown("it is gone")
        }
    }

    private func carryOut(_ change: FlagChange, _ state: inout State) -> ChangeOutcome {
        state.applied.append(change)
        if let failure = state.failure { return .unknown(failure.message) }
        if let outcome = state.outcome { return outcome }
        guard let place = state.flags.firstIndex(where: { $0.key == change.key }) else {
            return .refused("no such flag")
        }
        guard state.flags[place].revision == change.expectedRevision else {
            return .conflict(state.flags[place])
        }
        guard change.to == .on || change.to == .off else { return .refused("only ON and OFF can be set") }
        state.flags[place].value = change.to
        state.flags[place].revision += "+"
        return .confirmed(state.flags[place])
    }

    private func waitWhile(
        _ holds: any KeyPath<State, Bool> & Sendable,
        in line: any WritableKeyPath<State, [CheckedContinuation<Void, Never>]> & Sendable
    ) async {
        guard state.withLock({ $0[keyPath: holds] }) else { return }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state[keyPath: holds] else { return true }
                state[keyPath: line].append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }
}

extension FlagBackend {
    /// As when the audit log takes everything.
    @concurrent package func apply(_ change: FlagChange) async -> ChangeOutcome {
        await apply(change, ChangeRecorder { _ in nil })
    }
}

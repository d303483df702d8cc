package import Monitoring
import Synchronization

/// A probe that answers what the test says, counts its reads, and can hang in ways real ones do.
package final class FakeProbe: Probe {
    package enum Behaviour: Sendable {
        case answer(Sample)
        case fail(ReadFailure)
        /// Answers after this long, on the probe's time.
        case slow(Duration, Sample)
        /// Never answers and ignores cancellation, until another behaviour is set.
        case hang
        /// Keeps its answer until another behaviour is set, and to its deadline.
        case hold(Sample)
        /// Fails once, then answers.
        case hangUp(ReadFailure, Sample)
    }

    private enum End { case letGo, late, cancelled, closed }

    private struct State {
        var behaviour: Behaviour
        var reads = 0
        var underWay = 0
        var hanging: [CheckedContinuation<Void, Never>] = []
        var held: [Int: CheckedContinuation<End, Never>] = [:]
        /// Of reads that were ended before they waited.
        var ends: [Int: End] = [:]
        var isClosed = false
    }

    package let schedule: ProbeSchedule
    private let time: any TimeSource
    private let state: Mutex<State>

    package init(
        _ subject: String, source: String = "magento-db", kind: String = "mysql",
        interval: Duration = .seconds(5), deadline: Duration = .seconds(2), time: any TimeSource,
        _ behaviour: Behaviour
    ) {
        schedule = ProbeSchedule(
            id: "\(source)/\(subject)", source: source, kind: kind, subject: subject, interval: interval,
            deadline: deadline)
        self.time = time
        state = Mutex(State(behaviour: behaviour))
    }

    package var reads: Int { state.withLock { $0.reads } }
    package var hanging: Int { state.withLock { $0.hanging.count } }
    package var underWay: Int { state.withLock { $0.underWay } }
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Takes effect for the next read and lets those go that hang or are held.
    package func behave(_ behaviour: Behaviour) {
        let (released, held) = state.withLock { state in
            state.behaviour = behaviour
            defer { state.hanging.removeAll() }
            return (state.hanging, Array(state.held.keys))
        }
        for continuation in released { continuation.resume() }
        for read in held { end(read, .letGo) }
    }

    @concurrent package func read() async throws(ReadFailure) -> Sample {
        let (behaviour, number) = state.withLock { state -> (Behaviour?, Int) in
            if state.isClosed { return (nil, 0) }
            state.reads += 1
            state.underWay += 1
            return (state.behaviour, state.reads)
        }
        guard let behaviour else { throw .closed(schedule.source) }
        defer { state.withLock { $0.underWay -= 1 } }
        switch behaviour {
        case .answer(let sample): return sample
        case .fail(let failure): throw failure
        case .hangUp(let failure, let sample):
            state.withLock { $0.behaviour = .answer(sample) }
            throw failure
        case .slow(let wait, let sample):
            do {
                try await time.sleep(until: time.now.boot + wait)
            } catch {
                throw ReadFailure(.cancelled, "cancelled")
            }
            return sample
        case .hold(let sample):
            switch await held(number) {
            case .letGo: return sample
            case .late: throw ReadFailure(.timedOut, "\(schedule.source) did not answer in time")
            case .cancelled: throw ReadFailure(.cancelled, "cancelled")
            case .closed: throw .closed(schedule.source)
            }
        case .hang:
            await withCheckedContinuation { continuation in
                state.withLock { $0.hanging.append(continuation) }
            }
            throw ReadFailure(.cancelled, "came back late")
        }
    }

    @concurrent package func close() async {
        let held = state.withLock { state in
            state.isClosed = true
            return Array(state.held.keys)
        }
        for read in held { end(read, .closed) }
    }

    private func held(_ read: Int) async -> End {
        let appointment = time.call(at: time.now.boot + schedule.deadline) { self.end(read, .late) }
        let end = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early = state.withLock { state -> End? in
                    if let end = state.ends[read] { return end }
                    state.held[read] = continuation
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            self.end(read, .cancelled)
        }
        appointment.cancel()
        return end
    }

    private func end(_ read: Int, _ end: End) {
        let waiter = state.withLock { state in
            state.ends[read] = state.ends[read] ?? end
            return state.held.removeValue(forKey: read)
        }
        waiter?.resume(returning: end)
    }
}

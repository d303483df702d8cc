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
    }

    private struct State {
        var behaviour: Behaviour
        var reads = 0
        var hanging: [CheckedContinuation<Void, Never>] = []
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
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Takes effect for the next read and lets those go that hang.
    package func behave(_ behaviour: Behaviour) {
        let released = state.withLock { state in
            state.behaviour = behaviour
            defer { state.hanging.removeAll() }
            return state.hanging
        }
        for continuation in released { continuation.resume() }
    }

    @concurrent package func read() async throws(ReadFailure) -> Sample {
        let behaviour = state.withLock { state in
            state.reads += 1
            return state.behaviour
        }
        switch behaviour {
        case .answer(let sample): return sample
        case .fail(let failure): throw failure
        case .slow(let wait, let sample):
            do {
                try await time.sleep(until: time.now.boot + wait)
            } catch {
                throw ReadFailure(.cancelled, "cancelled")
            }
            return sample
        case .hang:
            await withCheckedContinuation { continuation in
                state.withLock { $0.hanging.append(continuation) }
            }
            throw ReadFailure(.cancelled, "came back late")
        }
    }

    @concurrent package func close() async { state.withLock { $0.isClosed = true } }
}

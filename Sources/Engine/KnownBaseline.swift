import EngineAPI
import Monitoring

/// The baseline as it was read last: a person may capture or import one while this console watches.
struct KnownBaseline: Sendable {
    var read: Baseline?
    var mark: String?
    var lookedAt: Timestamp?
}

extension LocalEngine {
    /// At most every ten seconds; one that cannot be read is said once, and none is compared with.
    func lookForBaseline() async {
        guard let store = setup.stores.baseline else { return }
        let now = time.now
        if let last = baseline.lookedAt, now.seconds(since: last) < 10 { return }
        baseline.lookedAt = now
        let mark = await store.mark()
        guard mark != baseline.mark else { return }
        baseline.mark = mark
        do throws(StorageFailure) {
            baseline.read = mark == nil ? nil : try await store.load()
        } catch {
            baseline.read = nil
            state.note(.warning, nil, "no baseline is compared with: \(error.message)", at: time.now.wall)
        }
        state.baseline = baseline.read.map { BaselineBook($0, clock: state.clock) }
        changed()
    }
}

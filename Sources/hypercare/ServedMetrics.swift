import Configuration
import EngineAPI
import Platform
import Reports
import Synchronization

/// The newest snapshot of an engine under `/metrics`, made into text when somebody asks.
final class ServedMetrics: Sendable {
    private final class Newest: Sendable {
        let snapshot = Mutex<Snapshot?>(nil)
    }

    private let newest: Newest
    private let server: Mutex<PageServer?>
    private let following = Mutex<Task<Void, Never>?>(nil)

    /// A port that cannot be had keeps nobody from watching: why stands in `notes` then.
    init(_ port: LoopbackPort, unlessSaid notes: inout [String]) {
        let newest = Newest()
        self.newest = newest
        do throws(SystemError) {
            let address = PageServer.Address(isIPv6: port.isIPv6, port: port.port)
            server = Mutex(
                try PageServer(address, path: "/metrics", contentType: MetricsPage.contentType) {
                    newest.snapshot.withLock(\.self).map(MetricsPage.text)
                })
        } catch {
            notes.append("no metrics are served: \(error)")
            server = Mutex(nil)
        }
    }

    func follow(_ engine: some EngineClient) {
        guard server.withLock({ $0 != nil }) else { return }
        let newest = newest
        let task = Task { @concurrent in
            for await snapshot in engine.snapshots() { newest.snapshot.withLock { $0 = snapshot } }
        }
        following.withLock { $0 = task }
    }

    func end() {
        following.withLock { $0?.cancel() }
        server.withLock { $0 = nil }
    }
}

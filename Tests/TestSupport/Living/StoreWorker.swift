import Glibc
import Platform
import Synchronization

/// What one process of a living store does, on the thread that made it.
package protocol StoreWork: AnyObject {
    /// Seconds between two steps; 0 for work that waits by itself.
    var pace: Double { get }
    /// One step of work in good order; what it throws ends its connections, and it begins anew.
    func step() throws
    /// Takes what a consumer takes and does not finish it; false when there was nothing to take.
    func take() throws -> Bool
    /// Ends its connections as a crash does.
    func drop()
    /// It works again after so many seconds away.
    func isBack(after seconds: Double)
}

extension StoreWork {
    package var pace: Double { 1 }
    package func take() throws -> Bool { true }
    package func isBack(after seconds: Double) {}
}

/// Does a work step by step on a thread of its own, until it is told to stop; killed and hung on demand.
package final class StoreWorker: Sendable {
    package enum Conduct: Sendable { case working, killed, hung }

    private struct State {
        var conduct = Conduct.working
        var isStopping = false
        var hasEnded = false
        var lastError = ""
    }

    package let name: String
    private let state = Mutex(State())

    package init(_ name: String, _ make: @escaping @Sendable () -> any StoreWork) throws {
        self.name = name
        try SystemThread.start(name) { [self] in run(make()) }
    }

    package func turn(_ conduct: Conduct) { state.withLock { $0.conduct = conduct } }

    /// The last step that failed, and why; empty when none has.
    package var lastError: String { state.withLock { $0.lastError } }

    /// Its thread ends after the step under way.
    package func stop() { state.withLock { $0.isStopping = true } }
    package var hasEnded: Bool { state.withLock { $0.hasEnded } }

    private func run(_ work: any StoreWork) {
        var before = Conduct.working
        var leftAt = Self.now
        var hasTaken = false
        while case let state = state.withLock({ $0 }), !state.isStopping {
            if state.conduct != before {
                if before == .working { leftAt = Self.now }
                // What hangs keeps its connections.
                if state.conduct != .hung { work.drop() }
                if state.conduct == .working { work.isBack(after: Self.now - leftAt) }
                hasTaken = false
                before = state.conduct
            }
            do {
                switch state.conduct {
                case .working: try work.step()
                case .hung where !hasTaken: hasTaken = try work.take()
                case .killed, .hung: break
                }
            } catch {
                work.drop()
                self.state.withLock { $0.lastError = "\(error)" }
                Self.pause(1)
            }
            Self.pause(state.conduct == .working ? work.pace : 0.2)
        }
        work.drop()
        self.state.withLock { $0.hasEnded = true }
    }

    private static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// To the next multiple of so many seconds, so that what a step takes does not slow the pace.
    private static func pause(_ seconds: Double) {
        guard seconds > 0 else { return }
        let rest = seconds - now.truncatingRemainder(dividingBy: seconds)
        var pause = timespec(tv_sec: Int(rest), tv_nsec: Int(rest.truncatingRemainder(dividingBy: 1) * 1e9))
        unsafe nanosleep(&pause, nil)
    }
}

/// What must be made up for after a time away, a little at each step.
struct Arrears {
    let perSecond: Double
    private var owed = 0.0

    init(perSecond: Double) { self.perSecond = perSecond }

    mutating func add(_ seconds: Double) { owed += seconds * perSecond }

    /// At most a minute's worth.
    mutating func next() -> Int {
        let part = min(owed, 60 * perSecond)
        owed -= part
        return Int(part.rounded(.up))
    }
}

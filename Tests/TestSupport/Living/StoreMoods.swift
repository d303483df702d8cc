import Synchronization

/// What goes wrong in a living store while its processes run on: the writers of logs and cron look here at each step.
package final class StoreMoods: Sendable {
    package struct State: Sendable {
        /// Each export of an order fails.
        package var failsOrders = false
        /// Nobody pays: no line comes to the web server's log.
        package var isWithoutPayments = false
        /// Jobs of cron that end with an error.
        package var failingJobs: Set<String> = []
        /// Indexers that cron leaves invalid.
        package var unbuilt: Set<String> = []
        /// Messages a second that the consumer of bulk operations takes beside its own two: an import is on.
        package var importPace = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var now: State { state.withLock { $0 } }

    package func turn(_ change: (inout State) -> Void) {
        state.withLock { (state: inout sending State) in change(&state) }
    }
}

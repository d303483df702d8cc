import Synchronization
package import Text

/// The queues that brokers of an environment have shown, for whoever knows about their consumers.
package final class BrokerQueues: Sendable {
    private let known = Mutex<[String: Set<ExactName>]>([:])
    private static let cap = 1000

    package init() {}

    /// What one source has at this moment; what it listed before is forgotten.
    package func list(_ names: some Sequence<ExactName>, of source: String) {
        let names = Set(names.prefix(Self.cap))
        known.withLock { $0[source] = names }
    }

    var names: Set<ExactName> { known.withLock { $0.values.reduce(into: []) { $0.formUnion($1) } } }
}

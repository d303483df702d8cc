internal import Monitoring
internal import Text

/// Whose consumers are known by name, and whether they hold their locks (`magento.md` 1.4 and 1.5).
struct ConsumerNames: Sendable {
    private let configured: [ExactName: [String]]
    private let broker: BrokerQueues?

    init(_ source: MySQLSource) {
        configured = Dictionary(
            source.consumers.map { (ExactName($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
        broker = source.brokerQueues
    }

    /// Queues of the config, and where there are brokers of Magento's modules and theirs, without some.
    func queues(butNot known: Set<ExactName>) -> [ExactName] {
        var names = Set(configured.keys)
        if let broker { names.formUnion(broker.names.union(MagentoModules.queues.map { ExactName($0) })) }
        return names.subtracting(known).sorted()
    }

    /// Asks for all of them. A queue of an unknown module may have a consumer of its own name: held is certain,
    /// free is not; and nothing free is certain where the store does not take its locks.
    func ask(
        _ session: MySQLSession, _ locks: LockNames?, of queues: [ExactName]
    ) throws(ReadFailure) -> [ConsumerLock] {
        guard let locks else { return queues.map { ConsumerLock(queue: $0, state: .unknown) } }
        var result: [ConsumerLock] = []
        for start in stride(from: 0, to: queues.count, by: 100) {
            let part = queues[start..<min(start + 100, queues.count)].map { queue in
                let known = configured[queue] ?? MagentoModules.consumers(of: queue.text)
                return (queue: queue, names: known ?? [queue.text], isCertain: known != nil)
            }
            let columns = try part.map { item throws(ReadFailure) in
                let names = try item.names.map { name throws(ReadFailure) in try locks.consumer(name) }
                return "COALESCE(NULL,\(names.joined().joined(separator: ",")))"
            }
            let held = try session.rows("SELECT \(columns.joined(separator: ","))")
            for (column, item) in part.enumerated() {
                let isFree = item.isCertain && session.locksAreOurs
                result.append(
                    ConsumerLock(
                        queue: item.queue,
                        state: held.text(0, column) != nil ? .held : isFree ? .free : .unknown))
            }
        }
        return result
    }
}

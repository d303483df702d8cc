import Monitoring
import Synchronization
import Text

/// What earlier reads of a broker saw: by it an answer that lists nothing is told from a broker that has
/// nothing, and a virtual host that is gone from one that never was.
final class RabbitMQMemory: Sendable {
    struct Contents {
        var overview: RabbitMQOverview?
        var overviewAt: Timestamp?
        /// Every queue listed last in its virtual host, and since when it is.
        var queues: [RabbitMQQueue.Key: Timestamp] = [:]
        /// How many queues the overview counted when queues were listed last, those of others included.
        var counted: Int?
        /// The virtual hosts that were read, and how many queues each had.
        var virtualHosts: [ExactName: Int] = [:]

        /// The lists that were read, by their place.
        var rounds: [String: Round] = [:]
        /// How long the nodes have been up by their own word, which moves whatever the store does.
        var uptimes = RabbitMQUptimes()
        /// Something between refused an address with many names in it.
        var refusesNames = false
        /// It did not answer the last time: a broker that comes back has to measure its queues anew.
        var wasSilent = false

        func count(in virtualHost: ExactName) -> Int { queues.keys.count { $0.virtualHost == virtualHost } }
    }

    /// One list with all its figures, and what of it need not be read again at once.
    struct Round {
        var readAt: Timestamp
        var queues: [RabbitMQQueue.Key: RabbitMQQueue]
        /// Empty, and neither counter had moved since the round before.
        var still: Set<RabbitMQQueue.Key>
    }

    private let state = Mutex((contents: Contents(), begun: Duration.zero))

    var contents: Contents { state.withLock { $0.contents } }

    /// A read that began before the one that wrote last has nothing to tell any more.
    func keep(_ contents: Contents, begun: Timestamp) {
        state.withLock { state in
            if begun.boot >= state.begun { state = (contents, begun.boot) }
        }
    }

    /// What a read found that ends with it.
    func note(_ uptimes: RabbitMQUptimes, begun: Timestamp) {
        state.withLock { state in if begun.boot >= state.begun { state.contents.uptimes = uptimes } }
    }

    /// A read got no answer.
    func noteSilence() { state.withLock { $0.contents.wasSilent = true } }
}

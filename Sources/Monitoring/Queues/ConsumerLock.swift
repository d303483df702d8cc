package import Text

/// Whether a Magento consumer of a queue holds its named lock (`magento.md` 1.4): a broker cannot tell, because
/// Magento polls it.
package struct ConsumerLock: Hashable, Sendable, Codable {
    package enum State: String, Sendable, Codable {
        case held
        /// Nobody holds it, and this server is the one that would know.
        case free
        /// The locks cannot be seen here, or the consumer's name is not known.
        case unknown
    }

    /// The queue's name as the config, Magento's modules or the broker have it.
    package var queue: ExactName
    package var state: State

    package init(queue: ExactName, state: State) {
        self.queue = queue
        self.state = state
    }
}

/// How attempts ended.
package struct OutcomeCounts: Hashable, Sendable, Codable {
    package var successes: Int
    package var failures: Int
    package var retries: Int
    /// True: at least so many (a cap was reached).
    package var isBound: Bool

    package init(successes: Int = 0, failures: Int = 0, retries: Int = 0, isBound: Bool = false) {
        self.successes = successes
        self.failures = failures
        self.retries = retries
        self.isBound = isBound
    }

    package var finished: Int { successes.addingReportingOverflow(failures).partialValue }

    package static func += (left: inout OutcomeCounts, right: OutcomeCounts) {
        left.successes &+= right.successes
        left.failures &+= right.failures
        left.retries &+= right.retries
        left.isBound = left.isBound || right.isBound
    }
}

/// What one probe saw of one integration's attempts: all of the last hour by the time it carries, handed over
/// whole with each read.
package struct OutcomeReading: Hashable, Sendable, Codable {
    /// The integration's name in the config.
    package var integration: String
    package var ledger: OutcomeLedger
    /// The newest lines that were counted; nil where the source has none to give.
    package var lines: OutcomeLines?

    package init(integration: String, ledger: OutcomeLedger, lines: OutcomeLines? = nil) {
        self.integration = integration
        self.ledger = ledger
        self.lines = lines
    }
}

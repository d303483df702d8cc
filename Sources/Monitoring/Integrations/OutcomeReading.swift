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

    package static func - (left: OutcomeCounts, right: OutcomeCounts) -> OutcomeCounts {
        OutcomeCounts(
            successes: max(0, left.successes - right.successes),
            failures: max(0, left.failures - right.failures), retries: max(0, left.retries - right.retries),
            isBound: left.isBound)
    }

    package static func += (left: inout OutcomeCounts, right: OutcomeCounts) {
        left.successes &+= right.successes
        left.failures &+= right.failures
        left.retries &+= right.retries
        left.isBound = left.isBound || right.isBound
    }
}

/// What one probe saw of one integration's attempts.
package struct OutcomeReading: Hashable, Sendable, Codable {
    package enum Span: Hashable, Sendable, Codable {
        /// All of the last hour by the time it carries, with latencies, last success and last error.
        case ledger(OutcomeLedger)
        /// Everything since the read before this one (logs, commands that count).
        case sinceLastRead(OutcomeCounts)
        /// Sliding windows that end now (tables); the hour is nil where it would cost too much.
        case windows(minute: OutcomeCounts, fiveMinutes: OutcomeCounts, hour: OutcomeCounts?)
    }

    /// The integration's name in the config.
    package var integration: String
    package var span: Span
    /// Seconds, at most 256 of them, since the read before.
    package var latencies: [Double]
    package var lastSuccess: WallTime?
    /// Sanitised, one line.
    package var lastError: String?

    package init(integration: String, span: Span, latencies: [Double] = []) {
        self.integration = integration
        self.span = span
        self.latencies = latencies
    }
}

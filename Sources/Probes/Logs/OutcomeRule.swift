/// Which lines of a log tell how an attempt of an integration ended.
///
/// The rules of one integration are asked in their order and the first that fits decides; a record counts at
/// most once for an integration, however many lines it has.
package struct OutcomeRule: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case success, failure, retry
    }

    package enum Match: Sendable, Hashable {
        /// Every line that fulfils the other conditions.
        case any
        /// Literal text with `*` holes, anywhere in the line.
        case template(String)
        /// PCRE2.
        case pattern(String)
    }

    package enum Latency: Sendable, Hashable {
        /// nginx `$request_time`.
        case requestTime
        /// nginx `$upstream_response_time`.
        case upstreamTime
        /// A named group of the pattern, times `seconds`: 1 for seconds, 0.001 for milliseconds.
        case capture(String, seconds: Double)
    }

    package var integration: String
    package var outcome: Outcome
    package var match: Match
    /// Monolog: this level or worse.
    package var level: MonologLine.Level?
    /// nginx: the status is in this range.
    package var status: ClosedRange<Int>?
    package var latency: Latency?

    package init(
        _ integration: String, _ outcome: Outcome, _ match: Match = .any, level: MonologLine.Level? = nil,
        status: ClosedRange<Int>? = nil, latency: Latency? = nil
    ) {
        self.integration = integration
        self.outcome = outcome
        self.match = match
        self.level = level
        self.status = status
        self.latency = latency
    }
}

/// Why a rule or a format cannot work, in words for the config check.
package struct RuleFailure: Error, Hashable, Sendable {
    package var message: String
    package init(_ message: String) { self.message = message }
}

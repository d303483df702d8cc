package import Monitoring

/// Which lines of a log tell how an attempt of an integration ended.
///
/// All rules of one integration are asked of the whole record: a failure decides over a retry, a retry over a
/// success, so that no text inside a failure makes it one. A record counts at most once for an integration,
/// however many lines it has.
package struct OutcomeRule: Sendable, Hashable {
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
    /// Monolog: one of these and no other.
    package var levels: Set<MonologLine.Level>?
    /// nginx: the status is in this range.
    package var status: ClosedRange<Int>?
    package var latency: Latency?

    package init(
        _ integration: String, _ outcome: Outcome, _ match: Match = .any, level: MonologLine.Level? = nil,
        levels: Set<MonologLine.Level>? = nil, status: ClosedRange<Int>? = nil, latency: Latency? = nil
    ) {
        self.integration = integration
        self.outcome = outcome
        self.match = match
        self.level = level
        self.levels = levels
        self.status = status
        self.latency = latency
    }
}

extension Outcome {
    /// The greater decides.
    var weight: Int {
        switch self {
        case .success: 1
        case .retry: 2
        case .failure: 3
        }
    }
}

/// Why a rule or a format cannot work, in words for the config check.
package struct RuleFailure: Error, Hashable, Sendable {
    package var message: String
    package init(_ message: String) { self.message = message }
}

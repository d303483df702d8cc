import Monitoring

/// One outcome rule made ready, and what became of it.
struct CompiledRule {
    enum Verdict {
        case no
        case yes(latency: Double?)
        /// Nothing is known about this line.
        case gaveUp
    }

    private enum Matcher {
        case any
        case template(LineTemplate)
        case pattern(LinePattern)
    }

    /// A line that takes more than its share of steps costs up to 10 ms: so many such lines at once, then one in
    /// `price`.
    private static let most = 50
    private static let price = 100

    let flow: Int
    /// What is left of them, in lines; each line that comes gives one back.
    private var patience = Self.most * Self.price
    private let rule: OutcomeRule
    private let number: Int
    private let matcher: Matcher
    private let capture: Int?

    var outcome: Outcome { rule.outcome }

    /// `rule 1 of erp`
    var name: String { "rule \(number) of \(rule.integration)" }

    /// Time has passed: it may try again.
    mutating func rest() { patience = Self.most * Self.price }

    init(_ rule: OutcomeRule, number: Int, flow: Int, format: LineFormat) throws(RuleFailure) {
        self.rule = rule
        self.number = number
        self.flow = flow
        switch rule.match {
        case .any: matcher = .any
        case .template(let text): matcher = .template(try LineTemplate(text))
        case .pattern(let text): matcher = .pattern(try LinePattern(text))
        }
        if rule.level != nil || rule.levels != nil, format != .monolog {
            throw RuleFailure("`level` needs the format monolog")
        }
        var nginx: NginxFormat?
        if case .nginx(let format) = format { nginx = format }
        if rule.status != nil, nginx == nil { throw RuleFailure("`status` needs the format nginx") }
        switch rule.latency {
        case nil: capture = nil
        case .requestTime:
            guard let nginx, nginx.hasRequestTime else {
                throw RuleFailure("the log_format has no `$request_time`")
            }
            capture = nil
        case .upstreamTime:
            guard let nginx, nginx.hasUpstreamTime else {
                throw RuleFailure("the log_format has no `$upstream_response_time`")
            }
            capture = nil
        case .capture(let name, _):
            guard case .pattern(let pattern) = matcher, let group = pattern.group(named: name) else {
                throw RuleFailure("latency: the pattern has no group named `\(name)`")
            }
            capture = group
        }
    }

    mutating func judge(_ part: LogRecord) -> Verdict {
        if let level = rule.level, (part.level ?? .debug) < level { return .no }
        if let levels = rule.levels, !levels.contains(part.level ?? .debug) { return .no }
        if let status = rule.status, !status.contains(part.request?.status ?? 0) { return .no }
        switch matcher {
        case .any: break
        case .template(let template): guard template.matches(part.text) else { return .no }
        case .pattern(let pattern):
            patience = min(patience + 1, Self.most * Self.price)
            var found = pattern.match(part.text, .little)
            if found == .gaveUp, patience > Self.price {
                patience -= Self.price
                found = pattern.match(part.text, .much)
            }
            switch found {
            case .match: break
            case .noMatch: return .no
            case .gaveUp: return .gaveUp
            }
        }
        return .yes(latency: latency(part))
    }

    private func latency(_ part: LogRecord) -> Double? {
        switch rule.latency {
        case nil: return nil
        case .requestTime: return part.request?.requestTime
        case .upstreamTime: return part.request?.upstreamTime
        case .capture(_, let seconds):
            guard let capture, case .pattern(let pattern) = matcher,
                let digits = pattern.text(ofGroup: capture, in: part.text)
            else { return nil }
            var reader = ByteReader(digits)
            return reader.decimal().map { $0 * seconds }
        }
    }
}

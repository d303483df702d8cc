import Text

/// The rules of a person's own, and since when each is broken by whom.
package struct OwnRuleBook: Sendable {
    package var rules: [OwnRule] = []
    package var tunings: [RuleTuning] = []
    /// When each was first seen broken without a break, since boot, by its place among the rules.
    private var holds: [EntityID: [Int: Duration]] = [:]

    package init() {}

    package var isEmpty: Bool { rules.isEmpty && tunings.isEmpty }

    /// What each rule that is about `id` says at `moment`. `value`: the newest one of a measure, nil where there is
    /// none; `isOpen`: an alert of the rule stands open, so that it needs no second hold.
    package mutating func assess(
        _ id: EntityID, at moment: Moment, value: (SeriesID.Measure) -> Double?, isOpen: (String) -> Bool
    ) -> [Assessment] {
        rules.indices.compactMap { place in
            let rule = rules[place]
            guard rule.subject.matches(id) else { return nil }
            let known = value(rule.measure)
            guard let known, rule.isOver(known) else {
                // What is not read is not well by that.
                let wasOver = holds[id]?[place] != nil
                if known != nil, wasOver { holds[id]?[place] = nil }
                guard known != nil || wasOver else { return nil }
                var said = Assessment(rule, of: id, known)
                if known == nil { said.standing = .notJudged("there is no figure") }
                return said
            }
            let began = holds[id]?[place] ?? moment.now.boot
            holds[id, default: [:]][place] = began
            let age = (moment.now.boot - began).inSeconds
            var said = Assessment(rule, of: id, known)
            let figure = "\(rule.measure.words) \(rule.measure.shown(known))"
            let limit = rule.measure.shown(rule.limit)
            said.what = "\(rule.name): \(figure), \(rule.side.rawValue) \(limit)"
            if age < rule.hold, !isOpen(rule.name) {
                said.standing = .pending(rule.severity.status, seconds: rule.hold - age)
                return said
            }
            said.status = rule.severity.status
            said.since = moment.wall.advanced(bySeconds: -age)
            said.parts = [rule.why].compactMap(\.self)
            return said
        }
    }

    /// What its rules said, less what the config does not want to hear of it.
    package func tuned(_ said: [Assessment], of id: EntityID) -> [Assessment] {
        let off = tunings.filter { $0.isOff && $0.subject.matches(id) }
        guard !off.isEmpty else { return said }
        return said.map { assessment in
            guard let tuning = off.first(where: { $0.rule == assessment.rule }) else { return assessment }
            var silent = Assessment(assessment.rule, of: id)
            silent.valueText = "off"
            silent.note = "off: \(tuning.why)"
            return silent
        }
    }

    /// It left for good: what comes by its name later begins anew.
    package mutating func forget(_ id: EntityID) { holds[id] = nil }
}

extension Assessment {
    fileprivate init(_ rule: OwnRule, of id: EntityID, _ value: Double?) {
        self.init(.custom, of: id)
        self.ownName = rule.name
        self.note = rule.why
        self.valueText = value.map(rule.measure.shown) ?? "-"
        self.limitText = "\(rule.side == .above ? ">" : "<") \(rule.measure.shown(rule.limit))"
        isTimeTold = true
    }
}

extension AlertSeverity {
    fileprivate var status: Status { self == .critical ? .critical : .warning }
}

extension SeriesID.Measure {
    /// In a sentence.
    fileprivate var words: String {
        switch self {
        case .depth: "depth"
        case .inRate: "arrivals"
        case .outRate: "departures"
        case .success: "successes"
        case .failure: "failures"
        case .retry: "retries"
        case .latency: "p95"
        case .median: "p50"
        case .oldest: "oldest"
        case .backlog: "backlog"
        case .lag: "lag"
        case .readTime: "read time"
        case .heartbeat: "heartbeat"
        }
    }

    fileprivate func shown(_ value: Double) -> String {
        switch self {
        case .depth, .backlog: Figures.count(Int(exactly: value.rounded()) ?? .max)
        case .inRate, .outRate: "\(Figures.perMinute(value * 60))/min"
        case .success, .failure, .retry: "\(Figures.perMinute(value))/min"
        case .latency, .median, .oldest, .lag, .heartbeat: Age.text(seconds: value)
        case .readTime: "\(Figures.count(Int(exactly: value.rounded()) ?? .max)) ms"
        }
    }
}

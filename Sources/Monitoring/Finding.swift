import Text

/// One thing a rule has to say about an entity.
package struct Finding: Hashable, Sendable {
    package var status: Status
    /// What is wrong, without a clock time: `no consumer`.
    package var what: String
    /// When it began.
    package var since: WallTime?
    /// What was tried, said after the time: `no answer since 20:20:31: connect to db1 timed out`.
    package var detail: String?
    /// True: the time is told to the second.
    package var isExact = false
    /// The rest of the sentence, most important first.
    package var parts: [String]
    package var figure: Judgement.Figure?

    /// As the journal tells it: without a clock time, which its own column has, and with its evidence.
    package var headline: String {
        if let detail { return "\(what): \(detail)" }
        return ([what] + parts.prefix(2)).joined(separator: " · ")
    }

    package init(
        _ status: Status, _ what: String, since: WallTime? = nil, detail: String? = nil,
        _ parts: [String] = [], figure: Judgement.Figure? = nil
    ) {
        self.status = status
        self.what = what
        self.since = since
        self.detail = detail
        self.parts = parts
        self.figure = figure
    }
}

extension Finding {
    fileprivate func sentence(asOf now: CivilTime) -> String {
        var text = what
        if let since = since?.civil {
            text += " since \(isExact ? since.exact(asOf: now) : since.short(asOf: now))"
        }
        if let detail { text += ": \(detail)" }
        return text
    }
}

extension CivilTime {
    /// `02:14:37` on the day of `now`, else `21 Nov 02:14`.
    fileprivate func exact(asOf now: CivilTime) -> String {
        year == now.year && month == now.month && day == now.day ? hourMinuteSecond : short(asOf: now)
    }
}

extension Judgement {
    /// The worst finding gives status and figure; every finding its words, worst first, none twice.
    package init(_ findings: [Finding], at now: WallTime) {
        self.init(.ok)
        guard !findings.isEmpty else { return }
        let civilNow = now.civil
        // `sorted` is not stable; the order of the rules decides between equals.
        let ordered = findings.enumerated().sorted {
            ($0.element.status, $0.offset) < ($1.element.status, $1.offset)
        }
        for (_, finding) in ordered {
            let what = finding.sentence(asOf: civilNow)
            for part in [what] + finding.parts where !reason.contains(part) { reason.append(part) }
        }
        if let worst = ordered.first?.element, worst.status != .ok {
            status = worst.status
            figure = worst.figure
        }
    }
}

/// A rule with its limit and what the figure is now, for the detail view.
package struct RuleCheck: Hashable, Sendable {
    package var rule: String
    package var limit: String
    package var now: String
    package var status: Status
    package var since: WallTime?

    package init(_ rule: String, limit: String, now: String, _ status: Status, since: WallTime? = nil) {
        self.rule = rule
        self.limit = limit
        self.now = now
        self.status = status
        self.since = since
    }
}

import Text

/// What one rule says of one entity now. Row, detail, verdict, `status`, journal and alerts are made of
/// assessments alone, so that they cannot disagree.
@dynamicMemberLookup
package struct Assessment: Hashable, Sendable, Codable {
    /// How much of the rule could be applied.
    package enum Standing: Hashable, Sendable, Codable {
        case judged
        /// What it looks for is so, and becomes `status` in `seconds` if it stays so.
        case pending(Status, seconds: Double)
        /// It needs a reading that there has not been: nothing is said, not even ok.
        case notJudged(String)
    }

    /// What `value` and `limit` count.
    package enum Unit: String, Sendable, Codable {
        case count, seconds, share, perMinute, minutesInARow
        /// There is no figure.
        case none
    }

    package var entity: EntityID
    package var rule: Rule
    /// Ok while pending or not judged.
    package var status: Status
    package var standing: Standing = .judged
    package var value: Double?
    /// True: the value is a lower bound.
    package var isBound = false
    package var limit = Threshold<Double>()
    package var unit: Unit
    /// When the trouble began, by the clock it was read by; nil when that is not known.
    package var since: WallTime?
    /// True: it was so when first looked at, and may have begun earlier than `since`.
    package var isSinceBound = false
    /// False: the words tell the time by themselves.
    package var isTimeTold = true
    /// True: the time is told to the second.
    package var isExact = false

    /// What is wrong, without a clock time: `nobody takes messages`.
    package var what: String
    /// The figures of it that others may speak of too.
    package var measured: [Measured] = []
    /// The rest of the sentence, most important first.
    package var parts: [String]
    package var figure: Judgement.Figure?
    /// What few have; nil where there is nothing of it. Each row has some seven assessments.
    private var rare: Apart<Rare>?

    package struct Rare: Hashable, Sendable, Codable {
        /// Other times that its words may tell, by the same clock.
        package var told: [WallTime] = []
        /// What the rule could not see, as a clause; nil when it saw all.
        package var unseen: String?
        /// What was tried, said after the time: `no answer since 20:20:31: connect to db1 timed out`.
        package var detail: String?
        /// What is said after the parts and tells a time of a clock: the journal, whose lines last, does without.
        package var timedParts: [String] = []
        /// Ids of the records that are wrong, where they are known.
        package var records: [String] = []
        /// What a detector's word stands on.
        package var basis: Basis?
        /// What the detail shows instead of the bare value, `3 of 4, few`.
        package var valueText: String?
        /// What the detail shows instead of the bare limit.
        package var limitText: String?
        /// Why it is worse, or milder, than it is by itself: `critical, not a warning: it belongs to …`.
        package var weight: String?
        /// Of a rule that a person wrote: its name.
        package var ownName: String?
        /// What a person said of the rule: why it is off, what it is for.
        package var note: String?
    }

    package init(
        _ rule: Rule, of entity: EntityID, _ status: Status = .ok, _ what: String = "",
        value: Double? = nil, isBound: Bool = false, limit: Threshold<Double> = Threshold(),
        unit: Unit = .none, since: WallTime? = nil, detail: String? = nil, _ parts: [String] = [],
        figure: Judgement.Figure? = nil
    ) {
        self.rule = rule
        self.entity = entity
        self.status = status
        self.what = what
        self.value = value
        self.isBound = isBound
        self.limit = limit
        self.unit = unit
        self.since = since
        self.parts = parts
        self.figure = figure
        if let detail { self.detail = detail }
    }

    /// What few have is asked for by its name, as everything else.
    package subscript<Part>(dynamicMember part: WritableKeyPath<Rare, Part>) -> Part {
        get { (rare?.value ?? Rare())[keyPath: part] }
        set {
            var held = rare?.value ?? Rare()
            held[keyPath: part] = newValue
            rare = held == Rare() ? nil : Apart(held)
        }
    }

    /// As the journal tells it: without a clock time, which its own column has, and with its evidence.
    package var headline: String {
        if let detail = self.detail { return "\(what): \(detail)" }
        return ([what] + ([measured.clause].compactMap { $0 } + parts).prefix(2)).joined(separator: " · ")
    }

    /// `nobody takes messages since 02:10`; times told as `moment` shows them.
    package func sentence(at moment: Moment) -> String {
        var text = what
        if let since, isTimeTold {
            let (then, now) = (moment.shown(since).civil, moment.shown(moment.wall).civil)
            let isToday = then.year == now.year && then.month == now.month && then.day == now.day
            text += " since \(isExact && isToday ? then.hourMinuteSecond : then.short(asOf: now))"
            if isSinceBound { text += " or earlier" }
        }
        if let detail = self.detail { text += ": \(detail)" }
        return text
    }

    /// The value as the detail shows it; `-` when there is none.
    package var valueShown: String { self.valueText ?? value.map { shown($0, isBound: isBound) } ?? "-" }

    /// The limits as the detail shows them: `500 / 2000`.
    package var limitShown: String { self.limitText ?? ownLimit }

    /// The limits alone.
    package var ownLimit: String { unit == .none ? "-" : limit.text { shown($0) } }

    private func shown(_ value: Double, isBound: Bool = false) -> String {
        switch unit {
        case .count: Figures.count(Int(exactly: value.rounded()) ?? .max, isBound: isBound)
        case .seconds: Age.text(seconds: value)
        case .share: Figures.share(value) + " %"
        case .perMinute: Figures.perMinute(value) + "/min"
        case .minutesInARow: "\(Int(exactly: value.rounded()) ?? 0) min in a row"
        case .none: "-"
        }
    }

    /// What the detail calls it.
    package var label: String {
        [self.ownName ?? rule.label, self.note].compactMap(\.self).joined(separator: ": ")
    }

    /// The one among those of its entity in whose words it is told: of two that count the same, the row's own.
    package func spoken(among others: [Assessment]) -> Assessment {
        guard let counterpart = rule.counterpart else { return self }
        return others.first { $0.rule == counterpart && $0.status < .ok && $0.standing == .judged } ?? self
    }

    /// Not plainly ok: not well, pending or not judged.
    package var isTelling: Bool { status != .ok || standing != .judged }

    package var isPending: Bool {
        if case .pending = standing { true } else { false }
    }

    package var isNotJudged: Bool {
        if case .notJudged = standing { true } else { false }
    }

    /// Words of one that is pending: `nobody takes messages, critical in 80 s`.
    package var pendingText: String? {
        guard case .pending(let status, let seconds) = standing else { return nil }
        return "\(what), \(status.rawValue) in \(Age.text(seconds: seconds.rounded(.up)))"
    }
}

extension Judgement {
    /// The worst assessment gives status, figure and since; every one that has words its sentence, worst
    /// first, none twice. Their figures are told in one clause, and behind another rule those of one figure have
    /// no more to say. What is pending comes last.
    package init(_ assessments: [Assessment], at moment: Moment) {
        self.init(.ok)
        // Most are plainly well, and an assessment is large: it is looked at where it is.
        if assessments.indices.allSatisfy({ assessments[$0].isPlain }) { return }
        // `sorted` is not stable; the order of the rules decides between equals.
        let ordered = assessments.enumerated().sorted {
            ($0.element.status, $0.offset) < ($1.element.status, $1.offset)
        }.map(\.element)
        var measured: [Measured] = []
        var place: Int?
        let speaking = Set(ordered.filter { $0.status < .ok && $0.standing == .judged }.map(\.rule))
        func isCovered(_ rule: Rule) -> Bool { rule.counterpart.map(speaking.contains) ?? false }
        for assessment in ordered where assessment.standing == .judged && !assessment.what.isEmpty {
            if isCovered(assessment.rule) { continue }
            func say(_ part: String) {
                if !reason.contains(part) { reason.append(part) }
            }
            let isTold = assessment.rule.isOfOneFigure && !assessment.measured.isEmpty && !reason.isEmpty
            if !isTold {
                // What is compared with what is usual takes a clause: since when stands behind it.
                let isApart = assessment.rule.isLearned && assessment.isTimeTold && assessment.since != nil
                say(isApart ? assessment.what : assessment.sentence(at: moment))
                if isApart, let since = assessment.since { say(Self.since(since, at: moment)) }
            }
            // A share of the last minutes does not tell since when; what has watched it longer does.
            let longer = ordered.first { $0.rule.counterpart == assessment.rule && $0.standing == .judged }
            if !assessment.isTimeTold, assessment.status < .ok, let began = longer?.since {
                say(Self.since(began, at: moment))
                told.append(moment.shown(began))
            }
            told += ([assessment.since].compactMap(\.self) + assessment.told).map(moment.shown)
            if !assessment.measured.isEmpty { place = place ?? reason.count }
            measured.merge(assessment.measured)
            (assessment.parts + assessment.timedParts).forEach(say)
        }
        if let clause = measured.clause, let place { reason.insert(clause, at: place) }
        for assessment in ordered {
            if let text = assessment.pendingText, !reason.contains(text) { reason.append(text) }
        }
        for assessment in ordered where assessment.standing == .judged && assessment.status < .ok {
            guard let figure = assessment.figure, !marks.contains(where: { $0.figure == figure }) else {
                continue
            }
            marks.append(Mark(figure, assessment.status))
        }
        if let worst = ordered.first, worst.status != .ok {
            status = worst.status
            figure = worst.figure
            since = worst.since.map(moment.shown)
        }
    }
}

extension Judgement {
    /// `since 02:10`
    private static func since(_ time: WallTime, at moment: Moment) -> String {
        "since \(moment.shown(time).civil.short(asOf: moment.shown(moment.wall).civil))"
    }
}

extension Assessment {
    /// Well, and with nothing to say.
    fileprivate var isPlain: Bool {
        guard case .judged = standing else { return false }
        return status == .ok && what.isEmpty
    }
}

extension Threshold<Int> {
    package var doubles: Threshold<Double> {
        Threshold<Double>(warning: warning.map { Double($0) }, critical: critical.map { Double($0) })
    }
}

extension Threshold<Duration> {
    package var inSeconds: Threshold<Double> {
        Threshold<Double>(warning: warning?.inSeconds, critical: critical?.inSeconds)
    }
}

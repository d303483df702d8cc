import Text

/// Judges a source by its probes and its clock.
package enum SourceJudge {
    /// Beyond so many seconds two clocks that differ are a trouble of their own: the crontab, the certificates
    /// and every log live by them.
    private static let clockLimit = 60.0

    /// What is to be said of it; a trouble that not all probes share names what cannot be read.
    package static func assess(
        _ probes: [ProbeWatch], clock: ServerClock? = nil, limits: FreshnessLimits, of entity: EntityID,
        at now: Timestamp
    ) -> [Assessment] {
        var said: [Assessment] = []
        let failing = probes.filter { $0.failure != nil }
        if let first = failing.min(by: { earlier($0, $1) }) {
            for assessment in first.assess(limits, of: entity, at: now) {
                var assessment = assessment
                if failing.count < probes.count {
                    let subjects = failing.map(\.schedule.subject).joined(separator: ", ")
                    assessment.what = "\(subjects): \(assessment.what)"
                }
                said.append(assessment)
            }
        }
        var answerTime: Assessment?
        for probe in probes where probe.failure == nil {
            for assessment in probe.assess(limits, of: entity, at: now) where !said.contains(assessment) {
                // Another failure has already said that the source is in trouble.
                if assessment.status == .unknown, assessment.rule == .notRead, !failing.isEmpty { continue }
                guard assessment.rule == .answerTime else {
                    said.append(assessment)
                    continue
                }
                // One rule, one assessment: the probe nearest to its deadline speaks.
                if nearness(assessment) > answerTime.map(nearness) ?? -1 { answerTime = assessment }
            }
        }
        if let answerTime { said.append(answerTime) }
        if let clock { said.append(assess(clock, of: entity)) }
        // Whatever else is said of it, and as long as it is so.
        if let words = probes.lazy.compactMap(\.schedule.openWay).first {
            said.append(Assessment(.notice, of: entity, .ok, Sanitizer.line(words, maxBytes: 200)))
        }
        return said
    }

    private static func assess(_ clock: ServerClock, of entity: EntityID) -> Assessment {
        let off = abs(clock.shift)
        var said = Assessment(
            .clock, of: entity, value: off, limit: Threshold(warning: clockLimit), unit: .seconds)
        guard off > 0 else { return said }
        said.what =
            "clock \(Age.text(seconds: off)) \(clock.shift > 0 ? "behind" : "ahead of") this machine's"
        said.status = off >= clockLimit ? .warning : .ok
        return said
    }

    private static func nearness(_ assessment: Assessment) -> Double {
        (assessment.value ?? 0) / max(assessment.limit.warning ?? 1, 0.001)
    }

    private static func earlier(_ left: ProbeWatch, _ right: ProbeWatch) -> Bool {
        guard let one = left.failingSince, let other = right.failingSince else { return false }
        return one.boot == other.boot ? left.schedule.id < right.schedule.id : one.boot < other.boot
    }
}

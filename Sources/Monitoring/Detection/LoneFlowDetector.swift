import Statistics

/// A flow that moves by itself, judged against its own curve and level.
///
/// Counts: negative binomial of size 3 a poll against 85 % of curve × level (less where it wanders more), h 13. The level
/// is what came by what was expected, half an hour ago and back, forgotten in six hours, as if 30 events had been as
/// usual, within 0.4 and 1.2, as no campaign lasts; frozen while the sum is above a third of its limit.
///
/// Without a past, a stop alone, against a third of what came in the last hours.
///
/// In bursts (less than 35 % of the polls that should hold something do): a silence longer than 1.25 + 2/n times the
/// longest of the last n gaps, 24 at most, and 60 s, in which more than twelve were expected.
struct LoneFlowDetector: Sendable {
    private static let ratios = [0.5, 0.02]

    private var sums = CusumFan(count: 2, cap: 18)
    private var level = LevelFollower(minutes: 360, prior: 30)
    private var activity = (busy: 0.0, polls: 0.0, count: 0.0)
    private var gaps: [(seconds: Double, expected: Double)] = []
    private var latest: Double?
    private var sinceLatest = 0.0
    private var run = (count: 0.0, expected: 0.0)
    private var trip = Trip()
    private var isOpen: Bool { trip.isOpen || finding != nil }
    private let slack: Double
    /// Since when, what came, what was expected.
    private(set) var finding: (since: Double, count: Double, expected: Double)?

    init(wander: Double) { slack = min(0.85, max(0.4, 1 - 2 * wander)) }

    /// Whether what comes comes in fewer polls than chance would have it; nil until twelve came.
    var isInBursts: Bool? {
        guard activity.count >= 12, activity.polls >= 12 else { return nil }
        let even = activity.polls * (1 - Slack.below(activity.count / activity.polls))
        return activity.busy < 0.35 * even
    }

    var value: Double { sums.value }

    /// What is known before it is said.
    func gathered(_ now: Circumstances) -> Gathered? {
        guard !isOpen else { return nil }
        return Gathered(
            sums.value, of: now.tuning.evidence(13), since: sums.began, run.count, of: run.expected)
    }

    /// `judgesRate`: not for flows that are judged against others.
    mutating func add(_ bin: FlowBin, _ now: Circumstances, judgesRate: Bool) {
        guard let expected = bin.expected else { return }
        if bin.isExcused {
            pause(now.at)
            return
        }
        if expected > 0 || bin.count > 0 {
            activity.busy += bin.count > 0 ? 1 : 0
            activity.polls += 1
            activity.count += bin.count
        }
        if activity.polls > 2000 { activity = (activity.busy / 2, activity.polls / 2, activity.count / 2) }
        noteGap(bin.count, expected, now.at)
        level.add(
            bin.count, expected: bin.usual, at: now.at,
            isDoubtful: isOpen || sums.value >= now.tuning.evidence(4))
        if judgesRate, isInBursts == false {
            judgeRate(bin.count, expected, now, isLearning: bin.isLearning)
        } else if isInBursts == true {
            sums.reset()
            judgeSilence(now)
        } else {
            sums.reset()
            close()
        }
    }

    mutating func pause(_ now: Double) {
        sums.reset()
        close()
        latest = nil
        sinceLatest = 0
    }

    private mutating func close() {
        trip.close()
        finding = nil
    }

    private var factor: Double { min(max(level.factor, 0.4), 1.2) }

    private mutating func judgeRate(
        _ count: Double, _ expected: Double, _ now: Circumstances, isLearning: Bool
    ) {
        // Of the last hours alone a third is expected, as evenings come, and only a stop is told.
        let mean = isLearning ? expected / 3 : expected * factor * slack
        for (index, ratio) in Self.ratios.enumerated() where !isLearning || index == Self.ratios.count - 1 {
            sums.add(
                Likelihood.negativeBinomial(count, mean: mean, ratio: ratio, size: 3), to: index,
                at: now.pollBegan)
        }
        if sums.value > 0 || trip.isOpen {
            run.count += count
            run.expected += expected * factor
        } else {
            run = (0, 0)
        }
        if !trip.isOpen, sums.value >= now.tuning.evidence(13), let since = sums.began {
            trip.open()
            finding = (since, 0, 0)
        }
        guard trip.isOpen, let since = finding?.since else { return }
        finding = (since, run.count, run.expected)
        let usual = expected * factor
        trip.recover(
            Likelihood.recovery(count, expected: usual, was: run.count / max(run.expected, 1)), at: now.at)
        if !trip.isOpen {
            finding = nil
            sums.reset()
        }
    }

    private mutating func noteGap(_ count: Double, _ expected: Double, _ now: Double) {
        sinceLatest += expected
        guard count > 0 else { return }
        // Polls of one burst are no gaps.
        if let latest, now - latest >= 30, !isOpen {
            gaps.append((now - latest, sinceLatest))
            if gaps.count > 24 { gaps.removeFirst() }
        }
        latest = now
        sinceLatest = 0
        if isInBursts == true { close() }
    }

    private mutating func judgeSilence(_ now: Circumstances) {
        guard let latest, gaps.count >= 3, let longest = gaps.map(\.seconds).max() else { return }
        let silence = now.at - latest
        // Of few gaps the longest is not known yet.
        let margin = 1.25 + 2 / Double(gaps.count)
        guard silence > now.tuning.seconds(margin * longest + 60), sinceLatest > now.tuning.excess(12) else {
            return
        }
        finding = (latest + Wander.median(gaps.map(\.seconds)), 0, sinceLatest)
    }
}

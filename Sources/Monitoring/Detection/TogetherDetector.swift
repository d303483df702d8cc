import Statistics

/// A flow among those it moves with: its share of what they do together in the same poll.
///
/// n of T is binomial with p = m / (m + theirs), whatever the day does to all of them. Healthy are all shares that its own
/// wander explains: for each of 1.5, 3 and 4 standard deviations k below the usual, the sum of evidence against that
/// share has to reach h - k²/2, as a wander so far off has itself the likelihood e^(-k²/2). h 13; and 40 % of it against
/// each of two disjoint halves of the others. A level that has been low for hours is its usual one, down to 0.6. What
/// others do is counted up to 2.5 times the expected and four; where they are small beside it, it has to have fallen below
/// its own curve as well.
struct TogetherDetector: Sendable {
    private static let ratios = [0.65, 0.45, 0.02]
    private static let deviations = [1.5, 3, 4]

    private let slacks: [Double]
    private var fans: [CusumFan]
    private var halves: [CusumFan]
    private var run = (count: 0.0, expected: 0.0, usual: 0.0)
    private var trip = Trip()
    private var level = LevelFollower(minutes: 120, prior: 60)
    /// The others do as much as it or more: they know what is to be expected better than its curve.
    private var isWellAttested = false
    private(set) var finding: (since: Double, count: Double, expected: Double)?

    /// `wander`: its own, as the standard deviation of a logarithm.
    init(wander: Double) {
        // A wander is known from three weeks, and its tails are none of a normal's.
        let spread = min(max(1.2 * wander, 0.02), 0.3)
        slacks = Self.deviations.map { Slack.below($0 * spread) }
        fans = Self.deviations.map { _ in CusumFan(count: 3, cap: 20) }
        halves = [CusumFan(count: 3, cap: 14), CusumFan(count: 3, cap: 14)]
    }

    /// Evidence by what is needed: 1 is an alarm.
    private(set) var strength = 0.0

    /// What is known before it is said.
    func gathered() -> Gathered? {
        guard finding == nil else { return nil }
        return Gathered(strength, of: 1, since: fans[0].began, run.count, of: run.expected)
    }

    /// `theirs`: of each of two disjoint halves of the witnesses, what they did and what was expected.
    mutating func add(own: FlowBin, theirs: [(count: Double, expected: Double)], _ now: Circumstances) {
        guard let usual = own.expected, usual > 0 else { return }
        if own.isExcused {
            reset()
            return
        }
        let all = (theirs[0].count + theirs[1].count, theirs[0].expected + theirs[1].expected)
        guard all.1 > 0 else { return }
        let ratio = min(max(all.0 / all.1, 0.2), 5)
        level.add(
            own.count, expected: usual * ratio, at: now.at, isDoubtful: trip.isOpen || strength > 0.35)
        let expected = usual * min(max(level.factor, 0.6), 1)
        let share = expected / (expected + all.1)
        for (level, slack) in slacks.enumerated() {
            for (index, ratio) in Self.ratios.enumerated() {
                let gain = Likelihood.share(
                    own: own.count, of: own.count + all.0, share: share, ratio: ratio * slack, slack: slack)
                fans[level].add(gain, to: index, at: now.pollBegan)
            }
        }
        for (half, they) in theirs.enumerated() where they.expected > 0 {
            let share = expected / (expected + they.expected)
            for (index, ratio) in Self.ratios.enumerated() {
                let gain = Likelihood.share(
                    own: own.count, of: own.count + they.count, share: share, ratio: ratio * slacks[1],
                    slack: slacks[1])
                halves[half].add(gain, to: index, at: now.pollBegan)
            }
        }
        // What the others do tells what was to come.
        if fans[0].value > 0 || trip.isOpen {
            run.count += own.count
            run.expected += expected * ratio
            run.usual += expected
        } else {
            run = (0, 0, 0)
        }
        isWellAttested = all.1 >= 1.5 * usual
        conclude(own.count, expected * ratio, now)
    }

    mutating func reset() {
        for index in fans.indices { fans[index].reset() }
        for index in halves.indices { halves[index].reset() }
        trip.close()
        finding = nil
        strength = 0
        run = (0, 0, 0)
    }

    private mutating func conclude(_ own: Double, _ expected: Double, _ now: Circumstances) {
        let limit = now.tuning.evidence(13)
        strength = halves.map { $0.value / (limit * 0.4) }.min() ?? 0
        for (fan, deviation) in zip(fans, Self.deviations) {
            let needed = limit - deviation * deviation / 2
            strength = min(strength, fan.value / needed)
        }
        // That a few others do more is no fall of its own.
        let hasFallen = isWellAttested || run.count < 0.85 * run.usual
        if finding == nil, strength >= 1, hasFallen, let since = fans[0].began {
            trip.open()
            finding = (since, 0, 0)
        }
        guard trip.isOpen, let since = finding?.since else { return }
        finding = (since, run.count, run.expected)
        trip.recover(
            Likelihood.recovery(own, expected: expected, was: run.count / max(run.expected, 1)), at: now.at)
        if !trip.isOpen { reset() }
    }
}

/// Flows that move together and all fall: the shop itself sells less.
///
/// Both halves against their curves at 2.2 standard deviations of their common wander below the usual, and at the
/// level of the last hours where that is lower, down to 0.6; negative binomial
/// of size 10 a poll, h 13 for all of them and 45 % of it for each half.
struct ShopDetector: Sendable {
    private static let ratios = [0.65, 0.4, 0.02]

    let group: Company.Group
    private let slack: Double
    private var all = CusumFan(count: 3, cap: 18)
    private var halves = [CusumFan(count: 3, cap: 14), CusumFan(count: 3, cap: 14)]
    private var run = (count: 0.0, expected: 0.0)
    private var trip = Trip()
    private var level = LevelFollower(minutes: 360, prior: 200)
    private(set) var strength = 0.0
    private(set) var finding: (since: Double, count: Double, expected: Double)?

    init(_ group: Company.Group) {
        self.group = group
        slack = Slack.below(2.2 * min(max(group.wander, 0.05), 0.4))
    }

    /// What is known before it is said.
    func gathered() -> Gathered? {
        guard finding == nil else { return nil }
        return Gathered(strength, of: 1, since: all.began, run.count, of: run.expected)
    }

    mutating func add(_ bins: [FlowBin], _ now: Circumstances) {
        var sums: [(count: Double, expected: Double)] = []
        for half in group.halves {
            var sum = (count: 0.0, expected: 0.0)
            for member in half where !bins[member].isExcused {
                sum.count += bins[member].count
                sum.expected += bins[member].expected ?? 0
            }
            sums.append(sum)
        }
        guard sums[0].expected > 0, sums[1].expected > 0 else { return }
        level.add(
            sums[0].count + sums[1].count, expected: sums[0].expected + sums[1].expected, at: now.at,
            isDoubtful: trip.isOpen || strength > 0.35)
        let factor = min(max(level.factor, 0.6), 1)
        for half in 0..<2 { sums[half].expected *= factor }
        let (count, expected) = (sums[0].count + sums[1].count, sums[0].expected + sums[1].expected)
        for (index, ratio) in Self.ratios.enumerated() {
            all.add(gain(count, expected, ratio), to: index, at: now.pollBegan)
            for half in 0..<2 {
                halves[half].add(
                    gain(sums[half].count, sums[half].expected, ratio), to: index, at: now.pollBegan)
            }
        }
        if all.value > 0 || trip.isOpen {
            run.count += count
            run.expected += expected
        } else {
            run = (0, 0)
        }
        let limit = now.tuning.evidence(13)
        strength = min(all.value / limit, halves[0].value / (0.45 * limit), halves[1].value / (0.45 * limit))
        if finding == nil, strength >= 1, let since = all.began {
            trip.open()
            finding = (since, 0, 0)
        }
        guard trip.isOpen, let since = finding?.since else { return }
        finding = (since, run.count, run.expected)
        trip.recover(
            Likelihood.recovery(
                count, expected: expected * slack, was: run.count / max(run.expected * slack, 1)),
            at: now.at)
        guard !trip.isOpen else { return }
        finding = nil
        all.reset()
        for half in halves.indices { halves[half].reset() }
    }

    private func gain(_ count: Double, _ expected: Double, _ ratio: Double) -> Double {
        Likelihood.negativeBinomial(count, mean: expected * slack, ratio: ratio, size: 10)
    }
}

/// How far below the usual is still healthy.
enum Slack {
    /// e^(-deviation)
    static func below(_ deviation: Double) -> Double { LogMoments.exponential(-deviation) }
}

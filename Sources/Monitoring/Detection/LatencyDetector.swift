import Statistics

/// Whether a flow has become slower: normal scores of its latencies through the usual quantiles of the half hour, a
/// CUSUM against a shift of a third, one and two and a half standard deviations, the healthy mean a tenth above zero,
/// h 12; and for a tail that alone grows, a call's place below p95, below p99 or above it, usually 94.5, 4.3 and 1.2 of a
/// hundred, against 87, 7 and 6. Without a past its own first 400 calls are what is usual, and twice as long is no news.
struct LatencyDetector: Sendable {
    private static let shifts = [0.35, 1, 2.5]
    private static let quantiles = (1.644_853_627, 2.326_347_874)
    /// ln(0.87 / 0.945), ln(0.07 / 0.043), ln(0.06 / 0.012)
    private static let tail = (-0.0827, 0.4873, 1.6094)

    private let model: LatencyModel?
    private var sums = CusumFan(count: 4, cap: 20)
    private var first: [Double] = []
    private var own: QuantileScore?
    private var trip = Trip()
    /// Opened by the tail alone.
    private var isTail = false
    private var slowest = (sum: 0.0, count: 0.0, scores: 0.0)
    private var cached: (slot: Double, score: QuantileScore?)?
    private(set) var finding: (since: Double, mean: Double, usual: Double, count: Double)?

    init(_ model: LatencyModel?) { self.model = model }

    var isTroubled: Bool { trip.isOpen }

    /// What is known before it is said: how many calls, and how long they took on average.
    func gathered(_ now: Circumstances) -> Gathered? {
        guard !trip.isOpen else { return nil }
        return Gathered(
            sums.value, of: now.tuning.evidence(model == nil ? 20 : 12), since: sums.began, slowest.count,
            of: slowest.sum / max(slowest.count, 1))
    }

    mutating func add(_ latencies: [Double], _ now: Circumstances) {
        guard !latencies.isEmpty else { return }
        guard let score = score(now) else {
            learn(latencies)
            return
        }
        let isLearned = model == nil
        // Calls of one batch resemble each other.
        let weight = min(1, 6 / Double(latencies.count))
        let values = latencies.map { score.score($0) }
        for value in values {
            for (index, shift) in Self.shifts.enumerated() where !isLearned || shift >= 1 {
                // What a night does to it is not known on the first day: twice as long may be usual then.
                let healthy = isLearned ? min(score.shift(2), 2) : 0.1
                let gain = Likelihood.normal(
                    value, shift: shift + (isLearned ? healthy : 0), healthy: healthy)
                // One frozen call says no more than this.
                sums.add(weight * min(gain, 3.2), to: index + 1, at: now.pollBegan)
            }
            guard !isLearned else { continue }
            sums.add(weight * Self.tailGain(value), to: 0, at: now.pollBegan)
        }
        if sums.value > 0 || trip.isOpen {
            slowest.scores += values.reduce(0, +)
            slowest.sum += latencies.reduce(0, +)
            slowest.count += Double(latencies.count)
        } else {
            slowest = (0, 0, 0)
        }
        conclude(values, weight, now, isLearned)
    }

    private mutating func conclude(
        _ values: [Double], _ weight: Double, _ now: Circumstances, _ isLearned: Bool
    ) {
        let limit = now.tuning.evidence(isLearned ? 20 : 12)
        if !trip.isOpen, sums.value >= limit, slowest.count >= 4, let since = sums.began {
            trip.open()
            isTail = sums.leading == 0
            finding = (since, 0, 0, 0)
        }
        guard trip.isOpen, let since = finding?.since else { return }
        finding = (since, slowest.sum / max(slowest.count, 1), score(now)?.usual ?? 0, slowest.count)
        let was = max(0.6 * slowest.scores / max(slowest.count, 1), 0.3)
        for value in values {
            let gain = isTail ? -Self.tailGain(value) : Likelihood.normal(value, shift: 0.1, healthy: was)
            trip.recover(weight * gain, at: now.at)
        }
        if !trip.isOpen {
            sums.reset()
            finding = nil
        }
    }

    private static func tailGain(_ value: Double) -> Double {
        value < quantiles.0 ? tail.0 : value < quantiles.1 ? tail.1 : tail.2
    }

    private mutating func score(_ now: Circumstances) -> QuantileScore? {
        guard let model else { return own }
        // The quantiles move by half hours; ten minutes are near enough.
        let slot = (now.local / 600).rounded(.down)
        if let cached, cached.slot == slot { return cached.score }
        let score = model.score(at: slot * 600 + 300)
        cached = (slot, score)
        return score
    }

    private mutating func learn(_ latencies: [Double]) {
        first += latencies.prefix(400 - first.count)
        guard first.count >= 400 else { return }
        let sorted = first.sorted()
        own = QuantileScore(
            p50: sorted[200] * 1.1, p95: sorted[380] * 1.2, p99: max(sorted[396] * 1.5, sorted[380] * 1.5))
        first = []
    }
}

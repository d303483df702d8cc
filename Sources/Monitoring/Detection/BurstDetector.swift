import Statistics

/// A flow that does far more than it should: something is sent again and again.
///
/// Counts: negative binomial of size 3 a poll at two and five times a slack, h 18, at least 40 of them. The slack is twice
/// what those it moves with do, or four times its curve where it moves alone, as campaigns come.
struct BurstDetector: Sendable {
    private static let ratios = [2.0, 5]

    private var sums = CusumFan(count: 2, cap: 26)
    private var run = (count: 0.0, expected: 0.0)
    private var trip = Trip()
    private(set) var finding: (since: Double, count: Double, expected: Double)?

    /// It may run wild: it is no witness for others.
    var isSuspicious: Bool { trip.isOpen || sums.value > 6 }

    /// What is known before it is said.
    func gathered(_ now: Circumstances) -> Gathered? {
        guard !trip.isOpen else { return nil }
        return Gathered(
            sums.value, of: now.tuning.evidence(18), since: sums.began, run.count, of: run.expected)
    }

    /// `usual`: on the higher side; `others`: what those it moves with do, by what was expected; nil where it is alone.
    mutating func add(_ count: Double, usual: Double, others: Double?, _ now: Circumstances) {
        guard usual > 0 else { return }
        let expected = usual * max(others ?? 1, 1)
        let slack = others == nil ? 4.0 : 2
        for (index, ratio) in Self.ratios.enumerated() {
            // One poll alone is no burst.
            let gain = Likelihood.negativeBinomial(count, mean: expected * slack, ratio: ratio, size: 3)
            sums.add(min(gain, 6), to: index, at: now.pollBegan)
        }
        if sums.value > 0 || trip.isOpen {
            run.count += count
            run.expected += expected
        } else {
            run = (0, 0)
        }
        if !trip.isOpen, sums.value >= now.tuning.evidence(18), run.count >= 40, let since = sums.began {
            trip.open()
            finding = (since, 0, 0)
        }
        guard trip.isOpen, let since = finding?.since else { return }
        finding = (since, run.count, run.expected)
        let was = max(run.count / max(run.expected, 1), 1.5 * slack)
        trip.recover(-Likelihood.poisson(count, mean: expected * slack, ratio: was / slack), at: now.at)
        if !trip.isOpen { reset() }
    }

    mutating func reset() {
        sums.reset()
        trip.close()
        finding = nil
        run = (0, 0)
    }
}

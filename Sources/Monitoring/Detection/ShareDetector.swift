import Statistics

/// Whether a greater share of a flow's attempts fails, or is retried, than is usual.
///
/// A CUSUM by attempts against two, four and ten times the usual share, 30 and 90 per cent, each at least a point above
/// it. Failures come in clusters: from the first one on, blocks of up to three minutes are judged as one, by the binomial
/// of the alternative against the better of two healthy explanations, an even binomial at the usual share times its
/// slack and a negative binomial as wide as half hours of the past were; for the failure of all, a half that fails.
/// h 12. Without a past the share is learned while watching, and failures are taken to come in clusters.
struct ShareDetector: Sendable {
    enum Subject: Sendable { case failures, retries }

    /// A block's most seconds.
    private static let block = 180.0

    private let subject: Subject
    private let model: ShareModel
    private var healthy: Double
    private var alternatives: [Double]
    private var committed: [Cusum]
    private var totalsAtStart: [(hits: Double, trials: Double)]
    private var current: [Double]
    private var block: (began: Double, hits: Double, trials: Double)?
    private var totals = (hits: 0.0, trials: 0.0)
    private var learned = (hits: 0.0, trials: 0.0)
    private var trip = Trip()
    private var openedAt = (hits: 0.0, trials: 0.0)
    private(set) var finding: (since: Double, hits: Double, trials: Double)?

    init(_ subject: Subject, _ model: ShareModel) {
        self.subject = subject
        self.model = model
        let slack = subject == .retries ? max(1.5, model.slack) : model.slack
        healthy = min((model.share ?? 0.05) * slack, 0.9)
        alternatives =
            model.share.map { Self.alternatives($0, min($0 * slack, 0.9)) } ?? Self.wide(0.05, 0.09)
        committed = alternatives.map { _ in Cusum(cap: 18) }
        totalsAtStart = alternatives.map { _ in (0, 0) }
        current = alternatives.map { _ in 0 }
    }

    private static func alternatives(_ share: Double, _ healthy: Double) -> [Double] {
        let relative = [2, 4, 10].map { max($0 * share, healthy + 0.01) }
        return (relative + [0.3, 0.9]).map { min($0, 0.97) }.filter { $0 > 1.3 * healthy || $0 >= 0.9 }
    }

    /// Evidence beyond half of what is needed: this flow is no witness for others.
    var isSuspicious: Bool { trip.isOpen || (current.max() ?? 0) > 6 }
    var isTroubled: Bool { trip.isOpen }

    /// What is known before it is said.
    func gathered(_ now: Circumstances) -> Gathered? {
        guard !trip.isOpen, let leading = current.indices.max(by: { current[$0] < current[$1] }) else {
            return nil
        }
        let hits = totals.hits - totalsAtStart[leading].hits
        let trials = max(totals.trials - totalsAtStart[leading].trials, hits)
        let since = committed[leading].began ?? block.map { $0.began - now.covered } ?? now.pollBegan
        return Gathered(current[leading], of: now.tuning.evidence(12), since: since, hits, of: trials)
    }

    mutating func add(hits: Double, of trials: Double, _ now: Circumstances) {
        totals.hits += hits
        totals.trials += trials
        learn(hits, trials)
        if block == nil, hits > 0 { block = (now.at, 0, 0) }
        if var open = block {
            open.hits += hits
            open.trials += trials
            block = open
            judgeBlock(open, now)
        } else {
            for index in alternatives.indices {
                let gain = Likelihood.bernoulli(
                    hits: 0, of: trials, healthy: healthy, alternative: alternatives[index])
                committed[index].add(gain, at: now.pollBegan)
                current[index] = committed[index].value
            }
        }
        conclude((hits, trials), now)
    }

    private mutating func judgeBlock(
        _ open: (began: Double, hits: Double, trials: Double), _ now: Circumstances
    ) {
        let trials = max(open.trials, open.hits)
        let spread = now.at - open.began
        let even = Likelihood.logBinomial(open.hits, of: trials, share: healthy)
        var best = even
        if model.overDispersion > 1e-3 {
            let size = (spread + 60) / (1800 * model.overDispersion)
            best = max(
                even, Likelihood.logNegativeBinomial(open.hits, mean: max(trials * healthy, 1e-6), size: size)
            )
        }
        let isOver = spread >= Self.block
        for index in alternatives.indices {
            // A cluster is no total failure: of that only half would fail.
            let healthiest =
                alternatives[index] >= 0.9
                ? min(best, max(even, Likelihood.logBinomial(open.hits, of: trials, share: 0.5) - 3)) : best
            let gain = Likelihood.logBinomial(open.hits, of: trials, share: alternatives[index]) - healthiest
            if committed[index].value == 0 {
                totalsAtStart[index] = (totals.hits - open.hits, totals.trials - open.trials)
            }
            var trial = committed[index]
            trial.add(gain, at: open.began - now.covered)
            current[index] = trial.value
            if isOver { committed[index] = trial }
        }
        if isOver { block = nil }
    }

    private mutating func conclude(_ new: (hits: Double, trials: Double), _ now: Circumstances) {
        var leading = 0
        for index in current.indices where current[index] >= current[leading] { leading = index }
        let hits = totals.hits - totalsAtStart[leading].hits
        let trials = max(totals.trials - totalsAtStart[leading].trials, hits)
        let isClustered = model.overDispersion > 0.1
        let least = subject == .retries || isClustered ? 6.0 : hits >= trials ? 3 : 4
        if !trip.isOpen, current[leading] >= now.tuning.evidence(12), hits >= least {
            trip.open()
            openedAt = totalsAtStart[leading]
            finding = (
                committed[leading].began ?? block.map { $0.began - now.covered } ?? now.pollBegan, hits,
                trials
            )
        }
        guard trip.isOpen, let since = finding?.since else { return }
        let all = (totals.hits - openedAt.hits, totals.trials - openedAt.trials)
        finding = (since, all.0, max(all.1, all.0))
        let was = min(0.6 * all.0 / max(all.1, all.0, 1) + 0.4 * healthy, 0.95)
        trip.recover(
            Likelihood.bernoulli(
                hits: new.hits, of: max(new.trials, new.hits), healthy: max(was, 1.02 * healthy),
                alternative: healthy),
            at: now.at)
        if !trip.isOpen { close() }
    }

    private mutating func close() {
        finding = nil
        block = nil
        for index in alternatives.indices {
            committed[index].reset()
            current[index] = 0
        }
    }

    /// Without a past the share is learned while watching, as if it had been 2 of 40; limits are wide.
    private mutating func learn(_ hits: Double, _ trials: Double) {
        guard model.share == nil, !isSuspicious, block == nil else { return }
        learned.hits += hits
        learned.trials += trials
        let share = (learned.hits + 2) / (learned.trials + 40)
        healthy = min(1.8 * share, 0.9)
        alternatives = Self.wide(share, healthy)
    }

    private static func wide(_ share: Double, _ healthy: Double) -> [Double] {
        [max(4 * share, healthy + 0.05), max(0.3, 3 * healthy), 0.95].map { min($0, 0.97) }
    }
}

/// A cumulative sum of log-likelihood ratios that never falls below zero: the quickest test for a change at an
/// unknown moment (Page, "Continuous inspection schemes", 1954; optimal in Lorden's sense: Moustakides 1986).
///
/// Constant memory. When it began comes with it: the moment the sum last left zero.
package struct Cusum: Sendable, Hashable {
    package private(set) var value = 0.0
    /// When the sum last left zero; nil while it is zero.
    package private(set) var began: Double?
    /// The sum grows no further: a change that ended is forgotten in a bounded time.
    private let cap: Double

    package init(cap: Double = .infinity) { self.cap = cap }

    /// `gain` is the log-likelihood ratio of one observation, at `now`; what is not finite counts nothing.
    package mutating func add(_ gain: Double, at now: Double) {
        guard gain.isFinite else { return }
        let next = value + gain
        guard next > 0 else {
            reset()
            return
        }
        if value == 0 { began = now }
        value = min(next, cap)
    }

    package mutating func reset() {
        value = 0
        began = nil
    }
}

/// One sum for each alternative; the highest speaks. Allows changes of different sizes to be seen each near its
/// bound, for the price of ln(number) in the limit.
package struct CusumFan: Sendable, Hashable {
    package private(set) var sums: [Cusum]

    package init(count: Int, cap: Double = .infinity) {
        sums = [Cusum](repeating: Cusum(cap: cap), count: max(1, count))
    }

    package mutating func add(_ gain: Double, to alternative: Int, at now: Double) {
        guard sums.indices.contains(alternative) else { return }
        sums[alternative].add(gain, at: now)
    }

    package mutating func reset() {
        for index in sums.indices { sums[index].reset() }
    }

    /// The index of the alternative with the highest sum; of several that are as high, the last.
    package var leading: Int {
        var best = 0
        for index in sums.indices where sums[index].value >= sums[best].value { best = index }
        return best
    }

    package var values: [Double] { sums.map(\.value) }

    package var value: Double { sums[leading].value }
    package var began: Double? { sums[leading].began }
}

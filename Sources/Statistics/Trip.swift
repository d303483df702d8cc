/// An alarm with an end: it opens when a sum of evidence reaches its limit, and closes when as much speaks for the healthy
/// state against what has been seen since it opened.
///
/// The end is a test of its own, since the sum that opened it forgets too slowly after a great change and too fast after
/// a small one.
package struct Trip: Sendable, Hashable {
    /// In natural logarithms: 1 in 3000.
    package static let enough = 8.0

    package private(set) var isOpen = false
    private var recovery = Cusum()

    package init() {}

    package mutating func open() {
        if !isOpen { recovery.reset() }
        isOpen = true
    }

    /// `gain`: ln of how likely one observation is when all is well by how likely when it is as it was since the opening.
    package mutating func recover(_ gain: Double, at now: Double) {
        guard isOpen else { return }
        recovery.add(gain, at: now)
        if recovery.value >= Self.enough { close() }
    }

    package mutating func close() {
        isOpen = false
        recovery.reset()
    }
}

extension Likelihood {
    /// For the end of a change: a count at its usual rate against two fifths of the way from what it was, as a share of
    /// the usual, to there. Poisson.
    package static func recovery(_ count: Double, expected: Double, was ratio: Double) -> Double {
        let level = min(0.4 + 0.6 * max(ratio, 0), 0.95)
        guard expected > 0 else { return 0 }
        return -poisson(count, mean: expected, ratio: level)
    }
}

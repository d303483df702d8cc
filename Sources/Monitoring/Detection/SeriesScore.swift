import Statistics

/// How unusual each value of one series is, by those before it alone: 0 is as always, 1 beyond all that was seen.
///
/// Two forecasts compete by how well each has told the last values: the median of the last hundred, and the median of the
/// same half hour of the last days where there are three of them. The error is measured in deviations (1.4826 of the
/// median one, Rousseeuw and Croux 1993), as is the step from the value before; the larger one is ranked among those of
/// the last thousand rows, so that a series that always jumps is not unusual when it does (conformal p-values, Laxhammar
/// and Falkman 2014). Constant memory, about 40 µs a row.
package struct SeriesScore: Sendable {
    /// Rows before anything is said.
    package static let warmUp = 50
    private static let longest = 100
    private static let ranked = 1000
    private static let days = 14

    private var recent: [Double] = []
    private var errors: [Double] = []
    private var steps: [Double] = []
    private var strangeness: [Double] = []
    private var slots: [[Double]] = Array(repeating: [], count: 48)
    /// Mean error of each forecast: by level, by half hour.
    private var misses = (level: 0.0, season: 0.0)
    private var count = 0

    package init() {}

    /// Of `value` at a time in seconds since 1970; a value that is none is not judged.
    package mutating func score(_ value: Double, at time: Double) -> Double {
        guard value.isFinite else { return 0 }
        defer { count += 1 }
        let slot = Self.slot(of: time)
        let level = recent.isEmpty ? value : Wander.median(recent)
        let season = slots[slot].count >= 3 ? Wander.median(slots[slot]) : nil
        let isSeasonal = season != nil && misses.season < 0.8 * misses.level
        let error = abs(value - (isSeasonal ? season ?? level : level))
        let step = abs(value - (recent.last ?? value))
        let strange = max(Self.deviations(error, of: errors), Self.deviations(step, of: steps))
        let rank = rank(of: strange)
        learn(value, slot: slot, error: error, step: step, strange: strange, level: level, season: season)
        return count < Self.warmUp ? 0 : rank
    }

    /// In deviations of what was before, as far as that says anything.
    private static func deviations(_ size: Double, of before: [Double]) -> Double {
        guard before.count >= 20 else { return 0 }
        let usual = 1.4826 * Wander.median(before)
        // What mostly stands still is measured by how it moves at all.
        let mean = before.reduce(0, +) / Double(before.count)
        let scale = max(usual, 0.5 * mean)
        guard scale > 0 else { return size > 0 ? 20 : 0 }
        return min(size / scale, 1000)
    }

    /// Half of it is how rare so much is, half how far it is beyond the most that was seen.
    private func rank(of strange: Double) -> Double {
        guard !strangeness.isEmpty, strange > 0 else { return 0 }
        let above = strangeness.count { $0 >= strange }
        let rare = 1 - Double(above + 1) / Double(strangeness.count + 1)
        let most = max(strangeness.max() ?? 0, 3)
        let beyond = strange > most ? 1 - most / strange : 0
        return min(1, 0.5 * rare * rare * rare + 0.5 * beyond)
    }

    private mutating func learn(
        _ value: Double, slot: Int, error: Double, step: Double, strange: Double, level: Double,
        season: Double?
    ) {
        misses.level += (abs(value - level) - misses.level) / 200
        if let season { misses.season += (abs(value - season) - misses.season) / 200 }
        Self.keep(value, in: &recent, most: Self.longest)
        Self.keep(error, in: &errors, most: 3 * Self.longest)
        Self.keep(step, in: &steps, most: 3 * Self.longest)
        if count >= 20 { Self.keep(strange, in: &strangeness, most: Self.ranked) }
        Self.keep(value, in: &slots[slot], most: Self.days * 6)
    }

    private static func keep(_ value: Double, in ring: inout [Double], most: Int) {
        ring.append(value)
        if ring.count > most { ring.removeFirst() }
    }

    private static func slot(of time: Double) -> Int {
        let ofDay = time - (time / 86_400).rounded(.down) * 86_400
        return min(47, max(0, Int(exactly: (ofDay / 1800).rounded(.down)) ?? 0))
    }
}

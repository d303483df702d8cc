/// What is usual at each half hour of the week, learned from weeks of half-hour means.
///
/// The mean over the days of a class (work days, weekend), the highest of four or more left out, as campaigns are
/// rarer than days; times a factor of the weekday, shrunk as if two days of it had been usual. Between half hours that
/// differ by less than `step` it is a straight line, else it jumps.
package struct WeekCurve: Sendable, Hashable {
    package static let slots = 48
    /// Half hours that differ by more are not joined by a line.
    static let step = 2.5

    private let work: [Double]
    private let weekend: [Double]
    private let factors: [Double]
    /// How many half hours it was learned from.
    package let learned: Int

    /// `points`: the local time in seconds since the epoch at which a half hour begins, and its mean; a gap is left
    /// out. Nil without any.
    package init?(_ points: [(local: Double, value: Double)]) {
        var days: [[[Double]]] = [[], []].map { (_: [Double]) in Array(repeating: [], count: Self.slots) }
        var count = 0
        for point in points where point.value.isFinite && point.value >= 0 && point.local.isFinite {
            let moment = LocalMoment(point.local)
            days[moment.isWeekend ? 1 : 0][moment.slot].append(point.value)
            count += 1
        }
        guard count > 0 else { return nil }
        learned = count
        let means = days.map { $0.map(Self.meanWithoutHighest) }
        work = Self.filled(means[0], from: means[1])
        weekend = Self.filled(means[1], from: means[0])
        var (came, expected) = ([Double](repeating: 0, count: 7), [Double](repeating: 0, count: 7))
        for point in points where point.value.isFinite && point.value >= 0 && point.local.isFinite {
            let moment = LocalMoment(point.local)
            let usual = (moment.isWeekend ? weekend : work)[moment.slot]
            came[moment.weekday] += min(point.value, 2 * usual)
            expected[moment.weekday] += usual
        }
        let day = { (weekday: Int) in (weekday >= 5 ? Self.sum(of: means[1]) : Self.sum(of: means[0])) }
        factors = (0..<7).map { weekday in
            let prior = 2 * day(weekday)
            let below = expected[weekday] + prior
            return below > 0 ? min(max((came[weekday] + prior) / below, 0.5), 2) : 1
        }
    }

    /// Usual at a local time, in seconds since the epoch.
    package func value(at local: Double) -> Double {
        let (here, other, weight) = neighbours(local)
        return Self.isStep(here, other) ? here : here + (other - here) * weight
    }

    /// The lowest of this half hour and its neighbours where a step is among them, else the same as `value`: nobody
    /// knows to the minute when a nightly run ends.
    package func low(at local: Double) -> Double {
        let here = value(of: LocalMoment(local))
        let (before, after) = (value(of: LocalMoment(local - 1800)), value(of: LocalMoment(local + 1800)))
        return Self.isStep(here, before) || Self.isStep(here, after)
            ? min(here, before, after) : value(at: local)
    }

    /// The highest of the same: nobody knows to the minute when it begins.
    package func high(at local: Double) -> Double {
        let here = value(of: LocalMoment(local))
        return max(here, value(of: LocalMoment(local - 1800)), value(of: LocalMoment(local + 1800)))
    }

    /// This half hour's value, the nearer neighbour's, and how far the way to it is gone (0 to 0.5).
    private func neighbours(_ local: Double) -> (Double, Double, Double) {
        let moment = LocalMoment(local)
        let here = value(of: moment)
        let isLate = moment.within >= 0.5
        let other = value(of: LocalMoment(local + (isLate ? 1800 : -1800)))
        return (here, other, isLate ? moment.within - 0.5 : 0.5 - moment.within)
    }

    private func value(of moment: LocalMoment) -> Double {
        (moment.isWeekend ? weekend : work)[moment.slot] * factors[moment.weekday]
    }

    private static func isStep(_ one: Double, _ other: Double) -> Bool {
        max(one, other) > step * max(min(one, other), 1e-9)
    }

    private static func meanWithoutHighest(_ values: [Double]) -> Double? {
        guard let highest = values.max() else { return nil }
        let sum = values.reduce(0, +)
        return values.count < 4 ? sum / Double(values.count) : (sum - highest) / Double(values.count - 1)
    }

    /// Half hours of a class that were never seen are those of the other; 0 where neither was.
    private static func filled(_ means: [Double?], from other: [Double?]) -> [Double] {
        means.indices.map { means[$0] ?? other[$0] ?? 0 }
    }

    private static func sum(of means: [Double?]) -> Double { means.reduce(0) { $0 + ($1 ?? 0) } }
}

/// A local time taken apart: weekday (Monday is 0), half hour of the day, how much of it is over.
package struct LocalMoment: Sendable, Hashable {
    package let weekday: Int
    package let slot: Int
    package let within: Double

    /// `local`: seconds since the epoch plus the zone's offset.
    package init(_ local: Double) {
        let bounded = local.isFinite ? min(max(local, -1e11), 1e12) : 0
        let day = (bounded / 86_400).rounded(.down)
        let halfHours = (bounded - day * 86_400) / 1800
        slot = min(max(Int(halfHours), 0), WeekCurve.slots - 1)
        within = halfHours - Double(slot)
        // 1970-01-01 was a Thursday.
        weekday = ((Int(day) + 3) % 7 + 7) % 7
    }

    package var isWeekend: Bool { weekday >= 5 }
}

import Statistics

/// What a kept figure usually is at each half hour of the week, and the range that nine of ten healthy half hours keep
/// to.
///
/// Learned from half-hour means: the curve of `WeekCurve`, and the 5th and 95th of a hundred of what the half hours
/// were beside it. A count of events is measured by its own chance (Poisson) and by how much it wanders beyond that
/// (`Wander`), so that a night of few does not make the day wide, and a minute may be further off than half an hour;
/// a level or a time, which may be near nothing for hours, by the curve and the mean. A curve of n days of a class
/// follows these days, and the next is another: the range is widened by √((n + 1) / (n - 1)).
package struct UsualCurve: Sendable, Hashable {
    /// Half hours that had values.
    package let halfHours: Int
    /// From the first of them to the end of the last.
    package let from: WallTime
    package let until: WallTime
    private let curve: WeekCurve
    private let clock: StoreClock
    private let isCount: Bool
    private let mean: Double
    /// Of a count: its standard deviation beyond chance, as a part of it.
    private let wander: Double
    private let low: Double
    private let high: Double

    /// `values` are means of `step` seconds from `from` on; NaN is a gap. Nil where there is none.
    package init?(
        _ values: [Double], from: WallTime, step: Double, _ measure: SeriesID.Measure, clock: StoreClock
    ) {
        let times = values.indices.map { from.advanced(bySeconds: Double($0) * step) }
        let known = zip(times, values).filter { $0.1.isFinite && $0.1 >= 0 }
        guard let first = known.first, let last = known.last,
            let curve = WeekCurve(known.map { (local: Self.local($0.0, clock), value: $0.1) })
        else { return nil }
        self.curve = curve
        self.clock = clock
        (self.from, until) = (first.0, last.0.advanced(bySeconds: step))
        halfHours = known.count
        isCount = measure.isCountPerMinute
        mean = known.reduce(0) { $0 + $1.1 } / Double(known.count)
        // Of two events in half an hour nothing is to be learned but chance.
        let told = known.map { (value: $0.1, usual: curve.value(at: Self.local($0.0, clock) + step / 2)) }
            .filter { !measure.isCountPerMinute || $0.usual * step / 60 >= 3 }
        let minutes = step / 60
        wander = Wander.beyondChance(
            told.map { Wander.residual(count: $0.value * minutes, expected: $0.usual * minutes) })
        var beside: [Double] = []
        for (value, usual) in told {
            let scale =
                isCount ? Self.deviation(usual, wander: wander, minutes: minutes) : usual + mean
            if scale > 0 { beside.append((value - usual) / scale) }
        }
        beside.sort()
        guard beside.count >= 20 else {
            // Chance alone, or half of it and the mean.
            (low, high) = isCount ? (-1.645, 1.645) : (-0.5, 0.5)
            return
        }
        // Of a week two days are a weekend: half of the days are of one class, and the next is none of them.
        let days = max(2, Double(known.count) * step / 86_400 / 2)
        let widening = ((days + 1) / (days - 1)).squareRoot()
        low = min(0, beside[beside.count / 20] * widening)
        high = max(0, beside[beside.count * 19 / 20] * widening)
    }

    private static func deviation(_ rate: Double, wander: Double, minutes: Double) -> Double {
        (wander * wander * rate * rate + max(0, rate) / minutes).squareRoot()
    }

    /// Usual at `time`.
    package func value(at time: WallTime) -> Double { curve.value(at: Self.local(time, clock)) }

    /// What nine of ten healthy stretches of so many seconds around `time` keep to; never below 0.
    package func range(at time: WallTime, seconds: Double) -> ClosedRange<Double> {
        let local = Self.local(time, clock)
        let usual = curve.value(at: local)
        // Nobody knows to the minute when a nightly run begins or ends.
        let (bottom, neighbour) = (curve.low(at: local), curve.high(at: local))
        let top = neighbour > 2.5 * max(usual, 1e-9) ? neighbour : usual
        return max(0, bottom + low * scale(bottom, seconds))...max(0, top + high * scale(top, seconds))
    }

    private func scale(_ usual: Double, _ seconds: Double) -> Double {
        // A figure is never counted over less than a minute.
        isCount
            ? Self.deviation(usual, wander: wander, minutes: min(max(seconds / 60, 1), 30)) : usual + mean
    }

    private static func local(_ time: WallTime, _ clock: StoreClock) -> Double {
        Double(time.milliseconds) / 1000 + Double(clock.offset(at: time))
    }
}

extension SeriesID.Measure {
    /// Events a minute: chance moves them by the root of how many there are.
    package var isCountPerMinute: Bool {
        switch self {
        case .success, .failure, .retry: true
        case .depth, .inRate, .outRate, .latency, .median, .oldest, .backlog, .lag, .readTime, .heartbeat:
            false
        }
    }
}

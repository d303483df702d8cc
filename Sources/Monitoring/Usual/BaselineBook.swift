/// A baseline as it is compared with: the curve of each figure by half hour of the week.
package struct BaselineBook: Sendable {
    package let capturedAt: WallTime
    package let days: Double
    private let curves: [EntityID: [SeriesID.Measure: UsualCurve]]

    package init(_ baseline: Baseline, clock: StoreClock) {
        capturedAt = baseline.capturedAt
        days = baseline.days
        var curves: [EntityID: [SeriesID.Measure: UsualCurve]] = [:]
        for figure in baseline.figures {
            guard let measure = figure.measure.series else { continue }
            curves[figure.entity, default: [:]][measure] = UsualCurve(
                figure.values, from: baseline.from, step: Double(Baseline.step), measure, clock: clock)
        }
        self.curves = curves
    }

    package var name: String { Baseline.name(capturedAt, days: days) }

    /// Of the thing itself; a recording knows it by its kind and name alone.
    package func curve(of series: SeriesID) -> UsualCurve? {
        (curves[series.entity] ?? curves[EntityID(series.entity.kind, series.entity.name)])?[series.measure]
    }

    /// One figure now beside what it was at this hour of the week.
    package struct Comparison: Hashable, Sendable, Codable {
        package var measure: SeriesID.Measure
        /// The mean of the last `seconds` that were read, at most half an hour.
        package var now: Double
        package var seconds: Double
        package var then: Double
        package var low: Double
        package var high: Double
        /// What `then` stands on.
        package var halfHours: Int
        package var days: Double

        package init(
            _ measure: SeriesID.Measure, now: Double, seconds: Double, then: Double,
            range: ClosedRange<Double>,
            halfHours: Int, days: Double
        ) {
            self.measure = measure
            self.now = now
            self.seconds = seconds
            self.then = then
            (low, high) = (range.lowerBound, range.upperBound)
            self.halfHours = halfHours
            self.days = days
        }

        /// Under so much of reading a difference says nothing.
        package static let enough = 300.0

        /// Within what nine of ten healthy half hours were, or beyond; nil where too little was read.
        package var isWithin: Bool? { seconds < Self.enough ? nil : low <= now && now <= high }

        /// As a part of `then`; nil where that is nothing.
        package var change: Double? { then > 0 ? now / then - 1 : nil }
    }

    /// `values`: of the last half hour by ten seconds; a gap is nil.
    package func comparison(
        _ series: SeriesID, _ values: [Double?], at now: WallTime
    ) -> Comparison? {
        let known = values.compactMap(\.self)
        guard let curve = curve(of: series), !known.isEmpty else { return nil }
        let seconds = Double(known.count * Series.coarseSeconds)
        return Comparison(
            series.measure, now: known.reduce(0, +) / Double(known.count), seconds: seconds,
            then: curve.value(at: now), range: curve.range(at: now, seconds: seconds),
            halfHours: curve.halfHours, days: days)
    }
}

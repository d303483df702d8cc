/// A figure that has stood off what is usual for days without getting worse: it may be the new normal, which is a
/// person's to say.
package struct LastingShift: Hashable, Sendable, Codable {
    /// So long it must have stood so; less may be a long incident.
    package static let least = 3 * 86_400.0
    /// The means of its days differ by no more.
    private static let steady = 1.25

    package var measure: SeriesID.Measure
    /// When it began.
    package var since: WallTime
    /// Its mean over the last day, and what was usual of the same half hours.
    package var level: Double
    package var usual: Double

    package init(_ measure: SeriesID.Measure, since: WallTime, level: Double, usual: Double) {
        self.measure = measure
        self.since = since
        self.level = level
        self.usual = usual
    }

    /// `values` are half hours until `end`, NaN a gap. Nil where it has not stood for three whole days, is not even, or
    /// is worse than it was on the first of them (further off what is usual by more than a tenth).
    package init?(
        _ measure: SeriesID.Measure, since: WallTime, _ values: [Double], until end: WallTime,
        usual: UsualCurve
    ) {
        guard end.seconds(since: since) >= Self.least else { return nil }
        let last = Array(values.suffix(3 * 48))
        guard last.count == 3 * 48 else { return nil }
        var days: [(level: Double, usual: Double)] = []
        for day in 0..<3 {
            let part = (day * 48..<(day + 1) * 48).filter { last[$0].isFinite }
            // Half a day that was read tells of the day.
            guard part.count >= 24 else { return nil }
            let count = Double(part.count)
            days.append(
                (
                    part.reduce(0) { $0 + last[$1] } / count,
                    part.reduce(0) { sum, place in
                        let back = (Double(last.count - place) - 0.5) * 1800
                        return sum + usual.value(at: end.advanced(bySeconds: -back))
                    } / count
                ))
        }
        // A weekend is lower by its curve; what is compared is how far off each day is.
        let ratios = days.map { $0.level / max($0.usual, 1e-9) }
        guard let least = ratios.min(), let most = ratios.max(), least > 0, most <= Self.steady * least,
            let first = ratios.first, let newest = ratios.last, let today = days.last
        else { return nil }
        let isWorse = newest < 1 ? newest < first / 1.1 : newest > first * 1.1
        guard !isWorse, newest < 1 / 1.05 || newest > 1.05 else { return nil }
        self.init(measure, since: since, level: today.level, usual: today.usual)
    }
}

extension Finding.Kind {
    /// The series that says by itself whether this has become usual; nil of what evidence shows, which never does.
    package var shifting: SeriesID.Measure? {
        switch self {
        case .silent, .burst: .success
        case .failing: .failure
        case .retries: .retry
        case .slow: .latency
        case .growing: .depth
        case .unreachable, .frozen, .stopped, .noConsumer, .stuck, .died, .overdue, .running, .errors, .blind,
            .behind, .invalid, .missing, .extra, .different, .drift, .unsettled, .word, .custom:
            nil
        }
    }
}

/// A level that nobody was told of: no alert speaks of it, and no limit is reached.
extension LastingShift {
    /// A day, of half hours.
    private static let day = 48
    /// What began longer ago is learned by now.
    private static let mostDays = 10
    /// Of so many days before it has to be known what is usual, a weekend among them.
    private static let leastBefore = 8
    /// A day of it is further off what is usual than the furthest of the days before, by so much.
    private static let margin = 1.15

    /// `values` are half hours until `end`, NaN a gap or a stretch in which something was wrong. The longest stretch of
    /// whole days that lies off all days before it on one side, is even and does not get worse; nil where there is none.
    package static func unsaid(
        _ measure: SeriesID.Measure, _ values: [Double], until end: WallTime, clock: StoreClock
    ) -> LastingShift? {
        guard mayBeOff(values) else { return nil }
        for days in (3...mostDays).reversed() {
            let cut = values.count - days * day
            guard cut >= leastBefore * day else { continue }
            let since = end.advanced(bySeconds: -Double(days) * 86_400)
            let from = end.advanced(bySeconds: -Double(values.count) * 1800)
            let before = Array(values[..<cut])
            guard let usual = UsualCurve(before, from: from, step: 1800, measure, clock: clock) else {
                continue
            }
            let known = ratios(before, until: since, usual)
            let off = ratios(Array(values[cut...]), until: end, usual)
            guard known.count >= leastBefore, off.count == days, let least = known.min(),
                let most = known.max(),
                off.allSatisfy({ $0 > most * margin }) || off.allSatisfy({ $0 < least / margin })
            else { continue }
            // Of a long one the first days count as well.
            guard let low = off.min(), let high = off.max(), low > 0, high <= 1.25 * low else { continue }
            return LastingShift(measure, since: since, Array(values[cut...]), until: end, usual: usual)
        }
        return nil
    }

    /// Most figures are as they were: the last three days beside those before, at one look.
    private static func mayBeOff(_ values: [Double]) -> Bool {
        guard values.count >= (leastBefore + 3) * day else { return false }
        func mean(_ part: ArraySlice<Double>) -> Double? {
            let known = part.filter(\.isFinite)
            return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }
        guard let now = mean(values.suffix(3 * day)), let before = mean(values[..<(leastBefore * day)]) else {
            return false
        }
        return now > 1.1 * before || 1.1 * now < before
    }

    /// How far off what is usual each whole day is, of those of which half was read.
    private static func ratios(_ values: [Double], until end: WallTime, _ usual: UsualCurve) -> [Double] {
        stride(from: values.count % day, to: values.count, by: day).compactMap { start in
            let known = (start..<(start + day)).filter { values[$0].isFinite }
            guard known.count >= day / 2 else { return nil }
            let expected = known.reduce(0) { sum, place in
                let back = (Double(values.count - place) - 0.5) * 1800
                return sum + usual.value(at: end.advanced(bySeconds: -back))
            }
            return expected > 0 ? known.reduce(0) { $0 + values[$1] } / expected : nil
        }
    }
}

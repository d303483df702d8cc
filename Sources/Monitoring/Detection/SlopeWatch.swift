import Statistics

/// Slow growth of a level: Theil-Sen slopes of five-minute medians over half an hour, two and six hours, each with its
/// sign test; believed only where two of the three agree. Constant memory; reckoned when it is asked for.
struct SlopeWatch: Sendable {
    private static let spans = [6, 24, 72]

    private var medians: [Double] = []
    private var times: [Double] = []
    private var part: [Double] = []
    private var partBegan: Double?
    /// Of the medians that were there then.
    private var reckoned: (at: Double, trends: [Trend])?

    mutating func add(_ value: Double, at now: Double) {
        let began = partBegan ?? now
        partBegan = began
        if part.count < 64 { part.append(value) }
        guard now - began >= 300 else { return }
        partBegan = nil
        medians.append(Wander.median(part))
        times.append(now / 3600)
        part = []
        if medians.count > 72 {
            medians.removeFirst()
            times.removeFirst()
        }
    }

    /// The steady growth an hour, as a range, where two spans agree at `score`; nil where they do not.
    mutating func growth(score: Double = 2.5) -> ClosedRange<Double>? {
        let rising = trends().filter { $0.score >= score && $0.slope > 0 }
        guard rising.count >= 2 else { return nil }
        let slopes = rising.map(\.slope)
        guard let least = slopes.min(), let most = slopes.max(), most < 4 * least else { return nil }
        return least...most
    }

    /// `, 2 to 3 more an hour`, and `: N in 4 to 6 h` when there is a limit above `level`; nothing where the fits disagree.
    mutating func outlook(from level: Double = 0, to limit: Double? = nil) -> String {
        guard let growth = growth() else { return "" }
        let (least, most) = (Words.figure(growth.lowerBound), Words.figure(growth.upperBound))
        let rate = least == most ? ", \(least) more an hour" : ", \(least) to \(most) more an hour"
        guard let limit, limit > level else { return rate }
        let (soon, late) = ((limit - level) / growth.upperBound, (limit - level) / growth.lowerBound)
        guard late < 240 else { return rate }
        return "\(rate): \(Words.figure(limit)) in \(Words.age(soon * 3600)) to \(Words.age(late * 3600))"
    }

    private mutating func trends() -> [Trend] {
        guard let newest = times.last else { return [] }
        if let reckoned, reckoned.at == newest { return reckoned.trends }
        let trends = Self.spans.compactMap { span in
            medians.count >= span
                ? Trend(times: Array(times.suffix(span)), values: Array(medians.suffix(span))) : nil
        }
        reckoned = (newest, trends)
        return trends
    }
}

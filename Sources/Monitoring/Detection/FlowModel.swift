import Statistics

/// What is usual of one flow, learned from its past; empty where it has none.
struct FlowModel: Sendable {
    let profile: StoreShape.Flow
    /// Attempts a minute.
    private(set) var curve: WeekCurve?
    var failures = ShareModel.unknown
    private(set) var retries = ShareModel.unknown
    private(set) var latency: LatencyModel?
    /// ln(attempts / curve) of each half hour of the past, with its chance; NaN is a gap.
    private(set) var residuals: [(value: Double, chance: Double)] = []
    /// Attempts of each half hour, and what the curve says.
    private(set) var halves: [(count: Double, expected: Double)] = []
    /// How much it moves by itself, beyond chance.
    var wander = 0.0
    private(set) var meanRate = 0.0

    init(_ profile: StoreShape.Flow, past: [PastSeries], clock: StoreClock) {
        self.profile = profile
        func series(_ measure: PastSeries.Measure) -> PastSeries? { past.first { $0.measure == measure } }
        guard let successes = series(.successes) else { return }
        let failed = series(.failures)
        let retried = series(.retries)
        let finished = successes.values.indices.map { index -> Double in
            let failed = failed.flatMap { $0.values.indices.contains(index) ? $0.values[index] : nil }
            return successes.values[index] + (failed.map { $0.isFinite ? $0 : 0 } ?? 0)
        }
        let minutes = successes.step / 60
        let times = successes.values.indices.map { index -> Double in
            let at = successes.from + Double(index) * successes.step
            return at + clock.shift(at)
        }
        guard let curve = WeekCurve(zip(times, finished).map { (local: $0, value: $1) }) else { return }
        self.curve = curve
        var (sum, count) = (0.0, 0.0)
        for (time, value) in zip(times, finished) {
            let expected = curve.value(at: time + successes.step / 2) * minutes
            guard value.isFinite else {
                residuals.append((.nan, 0))
                halves.append((.nan, expected))
                continue
            }
            sum += value
            count += 1
            residuals.append(Wander.residual(count: value * minutes, expected: expected))
            halves.append((value * minutes, expected))
        }
        meanRate = sum / max(count, 1)
        wander = Wander.beyondChance(
            zip(residuals, halves).filter { $1.expected >= 3 && $0.value.isFinite }.map(\.0))
        failures = ShareModel(failed, of: finished, minutes: minutes)
        retries = ShareModel(retried, of: finished, minutes: minutes)
        latency = LatencyModel(series(.p50), series(.p95), series(.p99), clock: clock)
    }
}

/// The usual share of attempts that fail, or are retried, and how much it varies beyond chance.
struct ShareModel: Sendable {
    /// Nil where there is no past.
    var share: Double?
    /// Variance of half hours beyond chance, in squares of the share.
    private(set) var overDispersion = 0.0
    /// As it was measured, with its standard error.
    private var measured: (value: Double, error: Double)?

    /// No past: failures may well come in clusters.
    static let unknown = ShareModel()

    private init() { overDispersion = 1 }

    init(_ past: PastSeries?, of attempts: [Double], minutes: Double) {
        guard let past else { return }
        var (hits, trials) = (0.0, 0.0)
        var blocks: [(hits: Double, trials: Double)] = []
        for (value, tried) in zip(past.values, attempts) where value.isFinite && tried.isFinite {
            hits += value * minutes
            trials += tried * minutes
            blocks.append((value * minutes, tried * minutes))
        }
        overDispersion = 1
        guard trials >= 200 else { return }
        let share = (hits + 0.5) / (trials + 100)
        self.share = min(max(share, 0.0005), 0.9)
        measured = Wander.overDispersion(blocks, share: max(hits / trials, 1e-6))
        overDispersion = measured.map { max(0, $0.value - 1.5 * $0.error) } ?? 0
    }

    /// A flow with few failures cannot tell by itself whether they come in clusters: it leans on the others, the more the
    /// less it knows.
    static func leaning(_ models: [ShareModel]) -> [ShareModel] {
        let known = models.compactMap(\.measured).filter { $0.error < 0.25 }.map { max(0, $0.value) }
        guard known.count >= 2 else { return models }
        let usual = Wander.median(known)
        let spread = max(0.5 * usual, 0.02)
        return models.map { model in
            guard let measured = model.measured else { return model }
            var model = model
            let (own, common) = (1 / (measured.error * measured.error), 1 / (spread * spread))
            model.overDispersion = max(0, (own * measured.value + common * usual) / (own + common))
            return model
        }
    }

    /// How much of the usual is still healthy: 1.2 to 1.8 times.
    var slack: Double { 1 + min(max(overDispersion.squareRoot(), 0.2), 0.8) }
}

/// The usual quantiles of a flow's latency by half hour of the week.
struct LatencyModel: Sendable {
    private let p50: WeekCurve
    private let p95: WeekCurve
    private let p99: WeekCurve?
    /// What the third quantile is of the second where it is not known.
    var borrowedTail: Double?

    init?(_ p50: PastSeries?, _ p95: PastSeries?, _ p99: PastSeries?, clock: StoreClock) {
        func curve(_ past: PastSeries?) -> WeekCurve? {
            past.flatMap { past in
                WeekCurve(
                    past.values.indices.map { index in
                        let at = past.from + Double(index) * past.step
                        return (local: at + clock.shift(at), value: past.values[index])
                    })
            }
        }
        guard let body = curve(p50), let upper = curve(p95) else { return nil }
        self.p50 = body
        self.p95 = upper
        self.p99 = curve(p99)
    }

    /// p99 / p95 over the day, where both are known.
    var tail: Double? {
        guard let p99 else { return nil }
        let ratios = (0..<24).compactMap { hour -> Double? in
            let (upper, top) = (p95.value(at: Double(hour) * 3600), p99.value(at: Double(hour) * 3600))
            return upper > 0 && top > 0 ? top / upper : nil
        }
        return ratios.count >= 6 ? Wander.median(ratios) : nil
    }

    /// Each quantile the highest of this half hour and its neighbours.
    func score(at local: Double) -> QuantileScore? {
        func highest(_ curve: WeekCurve) -> Double {
            max(curve.value(at: local), curve.value(at: local - 1800), curve.value(at: local + 1800))
        }
        let upper = highest(p95)
        let top = p99.map(highest) ?? 0
        return QuantileScore(
            p50: highest(p50), p95: upper, p99: top > upper ? top : borrowedTail.map { $0 * upper })
    }
}

extension StoreClock {
    /// Seconds to add to `at`, seconds since 1970, for the store's clock.
    func shift(_ at: Double) -> Double {
        Double(offset(at: WallTime(seconds: Int64(exactly: at.rounded(.down)) ?? 0)))
    }
}

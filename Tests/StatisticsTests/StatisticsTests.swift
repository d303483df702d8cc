import Statistics
import TestSupport
import Testing

@Suite struct CusumTests {
    @Test func `a sum never falls below zero and says when it last left it`() {
        var sum = Cusum()
        sum.add(1, at: 10)
        sum.add(-3, at: 20)
        #expect(sum.value == 0)
        #expect(sum.began == nil)
        sum.add(2, at: 30)
        sum.add(2, at: 40)
        #expect(sum.value == 4)
        #expect(sum.began == 30)
    }

    @Test func `a capped sum forgets in a bounded time, and what is not a number counts nothing`() {
        var sum = Cusum(cap: 5)
        for at in 0..<100 { sum.add(1, at: Double(at)) }
        sum.add(.nan, at: 100)
        sum.add(.infinity, at: 100)
        #expect(sum.value == 5)
    }

    @Test func `of several alternatives the highest speaks`() {
        var fan = CusumFan(count: 2)
        fan.add(1, to: 0, at: 5)
        fan.add(3, to: 1, at: 6)
        fan.add(9, to: 7, at: 6)
        #expect(fan.value == 3)
        #expect(fan.leading == 1)
        #expect(fan.began == 6)
    }

    @Test func `a flow that stops is seen near the bound, and a healthy one is left alone for weeks`() {
        var random = SeededGenerator(seed: 7)
        var (alarms, sum) = (0, Cusum())
        for bin in 0..<60_480 * 2 {
            let count = Double(random.poisson(2))
            sum.add(Likelihood.negativeBinomial(count, mean: 2, ratio: 0.02, size: 3), at: Double(bin))
            if sum.value > 13 {
                alarms += 1
                sum.reset()
            }
        }
        #expect(alarms == 0)
        var bins = 0
        while sum.value <= 13, bins < 100 {
            sum.add(Likelihood.negativeBinomial(0, mean: 2, ratio: 0.02, size: 3), at: Double(bins))
            bins += 1
        }
        #expect(bins < 12)
    }
}

@Suite struct LikelihoodTests {
    @Test(arguments: [(1.0, 0.0), (2, 0), (5, 24.0), (11, 3_628_800), (171, 7.257_415_615_307_994e306)])
    func `the logarithm of gamma is that of the factorial`(value: Double, factorial: Double) {
        let expected = factorial == 0 ? 0 : logarithm(factorial)
        #expect(abs(Likelihood.logGamma(value) - expected) < 1e-9)
    }

    @Test func `the logarithm of gamma holds for halves and near zero`() {
        #expect(abs(Likelihood.logGamma(0.5) - 0.572_364_942_924_7) < 1e-9)
        #expect(abs(Likelihood.logGamma(0.01) - 4.599_479_878_042) < 1e-8)
    }

    @Test func `probabilities add up to one`() {
        var (binomial, negative) = (0.0, 0.0)
        for count in 0...400 {
            if count <= 20 {
                binomial += exponential(Likelihood.logBinomial(Double(count), of: 20, share: 0.3))
            }
            negative += exponential(Likelihood.logNegativeBinomial(Double(count), mean: 7, size: 2))
        }
        #expect(abs(binomial - 1) < 1e-9)
        #expect(abs(negative - 1) < 1e-9)
    }

    @Test func `a ratio has a negative mean when the healthy state holds`() {
        var mean = 0.0
        for count in 0...60 {
            let chance = exponential(Likelihood.logNegativeBinomial(Double(count), mean: 4, size: 3))
            mean += chance * Likelihood.negativeBinomial(Double(count), mean: 4, ratio: 0.5, size: 3)
        }
        #expect(mean < -0.1)
        #expect(Likelihood.bernoulli(hits: 2, of: 100, healthy: 0.02, alternative: 0.1) < 0)
        #expect(Likelihood.bernoulli(hits: 10, of: 100, healthy: 0.02, alternative: 0.1) > 5)
    }

    @Test func `what moves all flows alike is no change of a share`() {
        for factor in [0.2, 1, 3] {
            let gain = Likelihood.share(
                own: 10 * factor, of: 50 * factor, share: 0.2, ratio: 0.45, slack: 0.9)
            #expect(gain < 0)
        }
        #expect(Likelihood.share(own: 4, of: 50, share: 0.2, ratio: 0.45, slack: 0.9) > 0)
    }
}

@Suite struct QuantileScoreTests {
    @Test func `the quantiles have their scores, and a heavy tail is no news`() throws {
        let score = try #require(QuantileScore(p50: 0.2, p95: 0.4, p99: 1.8))
        #expect(abs(score.score(0.2)) < 1e-9)
        #expect(abs(score.score(0.4) - 1.6449) < 1e-3)
        #expect(abs(score.score(1.8) - 2.3263) < 1e-3)
        #expect(score.score(1e9) == QuantileScore.most)
        #expect(score.score(0) == -QuantileScore.most)
        let light = try #require(QuantileScore(p50: 0.2, p95: 0.4, p99: 0.5))
        #expect(light.score(1.2) > score.score(1.2) + 0.5)
    }

    @Test func `quantiles that are none give no score`() {
        #expect(QuantileScore(p50: 0, p95: 1, p99: 2) == nil)
        #expect(QuantileScore(p50: 2, p95: 1, p99: nil) == nil)
    }
}

@Suite struct TrendTests {
    @Test func `a slow slope is found under bursts, and none where there is none`() throws {
        var random = SeededGenerator(seed: 3)
        let times = (0..<36).map { Double($0) * 300 }
        let noise = times.map { _ in Double(random.poisson(9)) + (random.poisson(0.1) > 0 ? 200 : 0) }
        let flat = try #require(Trend(times: times, values: noise))
        #expect(abs(flat.score) < 2.5)
        let rising = try #require(
            Trend(times: times, values: zip(times, noise).map { $1 + $0 * 0.002 }))
        #expect(rising.score > 3)
        #expect(rising.slopes.contains(rising.slope))
        #expect(abs(rising.slope - 0.002) < 0.001)
    }

    @Test func `neighbours that resemble each other are no trend`() throws {
        var random = SeededGenerator(seed: 5)
        var worst = 0.0
        for _ in 0..<60 {
            var value = 0.0
            let values = (0..<36).map { _ in
                value = 0.8 * value + Double(random.poisson(20)) - 20
                return value
            }
            let trend = try #require(Trend(times: (0..<36).map(Double.init), values: values))
            worst = max(worst, abs(trend.score))
        }
        #expect(worst < 4)
    }

    @Test func `few points are no series`() {
        #expect(Trend(times: [1, 2, 3], values: [1, 2, 3]) == nil)
        #expect(
            Trend(times: [Double](repeating: 1, count: 9), values: [Double](repeating: 1, count: 9)) == nil)
    }
}

@Suite struct WeekCurveTests {
    /// Monday, 2026-11-02.
    let monday = 1_793_577_600.0

    func points(_ value: (Int, Int) -> Double) -> [(local: Double, value: Double)] {
        (0..<21).flatMap { day in
            (0..<48).map { (monday + Double(day * 86_400 + $0 * 1800), value(day, $0)) }
        }
    }

    @Test func `one campaign is not learned, and a weekend is one`() throws {
        let curve = try #require(
            WeekCurve(points { day, slot in day == 3 ? 300 : day % 7 >= 5 ? 4 : Double(10 + slot % 2) }))
        #expect(abs(curve.value(at: monday + 900) - 10) < 1.3)
        #expect(abs(curve.value(at: monday + 5 * 86_400 + 900) - 4) < 0.3)
        #expect(LocalMoment(monday).weekday == 0)
        #expect(LocalMoment(monday - 1).isWeekend)
    }

    @Test func `neighbours are joined by a line, a step stays one and has a lower side`() throws {
        let curve = try #require(WeekCurve(points { _, slot in slot < 20 ? 10 : slot < 30 ? 20 : 100 }))
        #expect(abs(curve.value(at: monday + 20 * 1800) - 15) < 0.2)
        #expect(abs(curve.value(at: monday + 30 * 1800 + 1) - 100) < 0.2)
        #expect(abs(curve.low(at: monday + 30 * 1800 + 1) - 20) < 0.2)
    }

    @Test func `nothing is learned of nothing`() {
        #expect(WeekCurve([]) == nil)
        #expect(WeekCurve([(monday, .nan)]) == nil)
    }
}

@Suite struct WanderTests {
    @Test func `chance alone is no wander, and a wander is measured beside it`() {
        var random = SeededGenerator(seed: 11)
        var (calm, wild): ([(value: Double, chance: Double)], [(value: Double, chance: Double)]) = ([], [])
        for _ in 0..<600 {
            calm.append(Wander.residual(count: Double(random.poisson(100)), expected: 100))
            let level = exponential((Double(random.poisson(50)) - 50) / 50)
            wild.append(Wander.residual(count: Double(random.poisson(100 * level)), expected: 100))
        }
        #expect(Wander.beyondChance(calm) < 0.04)
        #expect(abs(Wander.beyondChance(wild) - 0.14) < 0.03)
    }

    @Test func `series that move together are told from those that do not`() {
        var random = SeededGenerator(seed: 13)
        let common = (0..<200).map { _ in Double(random.poisson(30)) }
        let one = common.map { $0 + Double(random.poisson(9)) }
        let other = common.map { $0 + Double(random.poisson(9)) }
        let apart = common.map { _ in Double(random.poisson(30)) }
        #expect(Wander.correlation(one, other) > 0.6)
        #expect(abs(Wander.correlation(one, apart)) < 0.25)
    }

    @Test func `failures in clusters vary by more than chance`() {
        var random = SeededGenerator(seed: 17)
        let even = (0..<800).map { _ in (hits: Double(random.poisson(4)), trials: 200.0) }
        let clustered = (0..<800).map { _ in (hits: Double(4 * random.poisson(1)), trials: 200.0) }
        let (calm, wild) = (
            Wander.overDispersion(even, share: 0.02), Wander.overDispersion(clustered, share: 0.02)
        )
        #expect(abs(calm?.value ?? 1) < 3 * (calm?.error ?? 0))
        #expect((wild?.value ?? 0) > 10 * (wild?.error ?? 1))
    }
}

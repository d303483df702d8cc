import Glibc

/// Log-likelihood ratios of one observation under an alternative and under the healthy state, and the
/// log-probabilities they are made of. All natural logarithms; all pure.
package enum Likelihood {
    /// Of a count under a negative binomial of mean `ratio` × `mean` against one of `mean`, both of size `size`
    /// (the smaller, the more bursty; Poisson is infinite): `n ln r + (n + k) ln((k + m) / (k + r m))`.
    package static func negativeBinomial(
        _ count: Double, mean: Double, ratio: Double, size: Double
    ) -> Double {
        guard mean > 0, ratio > 0, size > 0 else { return 0 }
        return count * log(ratio) + (count + size) * log((size + mean) / (size + ratio * mean))
    }

    /// Of a count under Poisson of mean `ratio` × `mean` against `mean`: `n ln r - (r - 1) m`.
    package static func poisson(_ count: Double, mean: Double, ratio: Double) -> Double {
        guard mean > 0, ratio > 0 else { return 0 }
        return count * log(ratio) - (ratio - 1) * mean
    }

    /// Of `hits` in `trials` under the share `alternative` against the share `healthy`.
    package static func bernoulli(
        hits: Double, of trials: Double, healthy: Double, alternative: Double
    ) -> Double {
        guard healthy > 0, healthy < 1, alternative > 0, alternative < 1 else { return 0 }
        return hits * log(alternative / healthy)
            + (trials - hits) * log((1 - alternative) / (1 - healthy))
    }

    /// Of `own` of `total` events when a flow runs at `ratio` times its usual rate against `slack` times, where it
    /// has the share `share` of them all: `n ln(r/z) - T ln((1 - p + r p) / (1 - p + z p))`. What moves all flows
    /// alike, as a campaign does, is in neither.
    package static func share(
        own: Double, of total: Double, share: Double, ratio: Double, slack: Double
    ) -> Double {
        guard share > 0, share < 1, ratio > 0, slack > 0 else { return 0 }
        return own * log(ratio / slack)
            - total * log((1 - share + ratio * share) / (1 - share + slack * share))
    }

    /// Of a normal score when its mean is `shift` against `healthy`, standard deviation 1.
    package static func normal(_ score: Double, shift: Double, healthy: Double = 0) -> Double {
        (shift - healthy) * (score - (shift + healthy) / 2)
    }

    /// ln P(n = `count`) of a binomial.
    package static func logBinomial(_ count: Double, of trials: Double, share: Double) -> Double {
        guard count >= 0, count <= trials else { return -.infinity }
        guard share > 0 else { return count == 0 ? 0 : -.infinity }
        guard share < 1 else { return count == trials ? 0 : -.infinity }
        return logChoose(trials, count) + count * log(share) + (trials - count) * log(1 - share)
    }

    /// ln P(n = `count`) of a negative binomial of mean `mean` and size `size`.
    package static func logNegativeBinomial(_ count: Double, mean: Double, size: Double) -> Double {
        guard count >= 0, mean > 0, size > 0 else { return count == 0 ? 0 : -.infinity }
        return logGamma(count + size) - logGamma(size) - logGamma(count + 1)
            + size * log(size / (size + mean)) + count * log(mean / (size + mean))
    }

    package static func logChoose(_ all: Double, _ some: Double) -> Double {
        logGamma(all + 1) - logGamma(some + 1) - logGamma(all - some + 1)
    }

    /// ln Γ(x) for x > 0: Stirling's series above 8, the recurrence below (Abramowitz and Stegun 6.1.41); within
    /// 1e-10. The C library's keeps a global sign.
    package static func logGamma(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return value > 0 ? .infinity : 0 }
        var (x, below) = (value, 1.0)
        while x < 8 {
            below *= x
            x += 1
        }
        let inverse = 1 / (x * x)
        let series =
            (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / x
        return (x - 0.5) * log(x) - x + 0.918_938_533_204_672_7 + series - log(below)
    }
}

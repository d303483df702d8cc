import Glibc

/// How much a healthy figure moves beyond what chance explains.
package enum Wander {
    /// ln(count / expected) with the count's own chance: half an event added to both, the variance 1 / expected.
    package static func residual(count: Double, expected: Double) -> (value: Double, chance: Double) {
        (log((count + 0.5) / (expected + 0.5)), 1 / (expected + 0.5))
    }

    /// The standard deviation of `residuals` beyond their chance, by a middle that a few wild values do not move: the
    /// mean square of those within three times the median absolute deviation.
    package static func beyondChance(_ residuals: [(value: Double, chance: Double)]) -> Double {
        guard residuals.count >= 8 else { return 0 }
        let middle = median(residuals.map(\.value))
        let width = 3 * 1.4826 * median(residuals.map { abs($0.value - middle) })
        var (square, chance, count) = (0.0, 0.0, 0.0)
        for residual in residuals where abs(residual.value - middle) <= max(width, 1e-9) {
            square += (residual.value - middle) * (residual.value - middle)
            chance += residual.chance
            count += 1
        }
        return count > 0 ? max(0, (square - chance) / count).squareRoot() : 0
    }

    /// How alike two series of the same moments move, -1 to 1; 0 for fewer than 24 moments.
    package static func correlation(_ left: [Double], _ right: [Double]) -> Double {
        var (count, sums, squares, cross) = (0.0, (0.0, 0.0), (0.0, 0.0), 0.0)
        for (one, other) in zip(left, right) where one.isFinite && other.isFinite {
            count += 1
            sums.0 += one
            sums.1 += other
            squares.0 += one * one
            squares.1 += other * other
            cross += one * other
        }
        guard count >= 24 else { return 0 }
        let own = squares.0 - sums.0 * sums.0 / count
        let others = squares.1 - sums.1 * sums.1 / count
        guard own > 1e-12, others > 1e-12 else { return 0 }
        return (cross - sums.0 * sums.1 / count) / (own * others).squareRoot()
    }

    /// The variance of a share beyond chance, in squares of the share, and the standard error of that: events of share
    /// `share` in halves of an hour, each with its attempts. Below zero when there is less than chance has; nil without
    /// attempts.
    package static func overDispersion(
        _ blocks: [(hits: Double, trials: Double)], share: Double
    ) -> (value: Double, error: Double)? {
        guard share > 0 else { return nil }
        var (beyond, below, error) = (0.0, 0.0, 0.0)
        for block in blocks where block.trials > 0 {
            let expected = block.trials * share
            let off = block.hits - expected
            beyond += off * off - expected * (1 - share)
            below += expected * expected
            error += expected + 2 * expected * expected
        }
        return below > 0 ? (beyond / below, error.squareRoot() / below) : nil
    }

    package static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        return values.sorted()[values.count / 2]
    }
}

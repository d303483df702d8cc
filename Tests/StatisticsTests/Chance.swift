import Glibc
import TestSupport

/// Draws and functions that the tests compare with.
extension SeededGenerator {
    /// A Poisson count of `mean`, by Knuth's product; in pieces, so that no exponential vanishes.
    mutating func poisson(_ mean: Double) -> Int {
        var (rest, count) = (mean, 0)
        while rest > 0 {
            let piece = min(rest, 50)
            rest -= piece
            let limit = exp(-piece)
            var product = Double.random(in: 0..<1, using: &self)
            while product > limit {
                count += 1
                product *= Double.random(in: 0..<1, using: &self)
            }
        }
        return count
    }
}

func logarithm(_ value: Double) -> Double { log(value) }
func exponential(_ value: Double) -> Double { exp(value) }

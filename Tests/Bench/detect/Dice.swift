import Glibc
import TestSupport

/// Draws of a simulated store; the same for the same seed.
struct Dice {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        Double.random(in: low...max(low, high), using: &generator)
    }

    /// Even on a logarithmic scale: rates and durations spread over decades.
    mutating func spread(_ low: Double, _ high: Double) -> Double { exp(uniform(log(low), log(high))) }

    mutating func chance(_ share: Double) -> Bool { uniform(0, 1) < share }

    mutating func pick<Item>(_ items: [Item]) -> Item {
        items[Int.random(in: 0..<items.count, using: &generator)]
    }

    mutating func whole(_ low: Int, _ high: Int) -> Int {
        Int.random(in: low...max(low, high), using: &generator)
    }

    /// Box and Muller.
    mutating func normal() -> Double {
        (-2 * log(max(uniform(0, 1), 1e-12))).squareRoot() * cos(2 * Double.pi * uniform(0, 1))
    }

    mutating func poisson(_ mean: Double) -> Double {
        guard mean > 0 else { return 0 }
        if mean > 60 { return max(0, (mean + mean.squareRoot() * normal()).rounded()) }
        let limit = exp(-mean)
        var (count, product) = (0.0, uniform(0, 1))
        while product > limit {
            count += 1
            product *= uniform(0, 1)
        }
        return count
    }

    mutating func binomial(_ trials: Double, _ share: Double) -> Double {
        if trials > 200 { return min(poisson(trials * share), trials) }
        return (0..<Int(trials)).reduce(0.0) { count, _ in count + (chance(share) ? 1 : 0) }
    }
}

/// A level that wanders around zero and comes back: an Ornstein-Uhlenbeck process.
struct Wanderer {
    let deviation: Double
    let memory: Double
    private(set) var value: Double

    init(deviation: Double, memory: Double, _ dice: inout Dice) {
        self.deviation = deviation
        self.memory = memory
        value = deviation * dice.normal()
    }

    mutating func step(_ seconds: Double, _ dice: inout Dice) {
        let keep = exp(-seconds / memory)
        value = value * keep + deviation * (1 - keep * keep).squareRoot() * dice.normal()
    }
}

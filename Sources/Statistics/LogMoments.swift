import Glibc

/// Mean and standard deviation of logarithms: of durations, which are products of many causes.
package struct LogMoments: Sendable, Hashable {
    package let mean: Double
    package let deviation: Double

    package init(_ logarithms: [Double]) {
        let count = Double(max(logarithms.count, 1))
        let mean = logarithms.reduce(0, +) / count
        let square = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        deviation = (square / max(count - 1, 1)).squareRoot()
    }

    package static func logarithm(_ value: Double) -> Double { log(value) }
    package static func exponential(_ value: Double) -> Double { exp(value) }
}

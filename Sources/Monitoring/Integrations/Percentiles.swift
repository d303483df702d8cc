/// Median and 95th percentile by nearest rank.
package enum Percentiles {
    /// In the unit of `values`; nil without one.
    package static func of(_ values: [Double]) -> (p50: Double, p95: Double)? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        func rank(_ share: Double) -> Double {
            let index = Int((share * Double(sorted.count)).rounded(.up)) - 1
            return sorted[min(max(index, 0), sorted.count - 1)]
        }
        return (rank(0.5), rank(0.95))
    }
}

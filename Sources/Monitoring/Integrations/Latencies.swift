/// The times attempts took: those of the last minute where it has twenty, else of five minutes; the newest
/// 512 of them.
package struct Latencies: Hashable, Sendable {
    private struct Entry: Hashable, Sendable {
        var bootSeconds: Double
        var seconds: Float
    }

    private static let span = 300.0
    private static let limit = 512
    private static let shortSpan = 60.0
    private static let enough = 20
    private var entries: [Entry] = []
    private var newest = 0.0

    package init() {}

    /// Takes the times of one read, in seconds; what is not a time is left out.
    package mutating func add(_ seconds: [Double], at now: Timestamp) {
        let boot = now.boot.inSeconds
        newest = boot
        if let first = entries.firstIndex(where: { $0.bootSeconds > boot - Self.span }) {
            if first > 0 { entries.removeFirst(first) }
        } else {
            entries.removeAll(keepingCapacity: true)
        }
        for time in seconds.suffix(Self.limit) where time.isFinite && time >= 0 {
            entries.append(Entry(bootSeconds: boot, seconds: Float(time)))
        }
        if entries.count > Self.limit { entries.removeFirst(entries.count - Self.limit) }
    }

    /// Median and 95th percentile in seconds (nearest rank); nil without a time.
    package var percentiles: (p50: Double, p95: Double)? {
        guard !entries.isEmpty else { return nil }
        let recent = entries.filter { $0.bootSeconds > newest - Self.shortSpan }
        let sorted = (recent.count >= Self.enough ? recent : entries).map(\.seconds).sorted()
        func rank(_ share: Double) -> Double {
            let index = Int((share * Double(sorted.count)).rounded(.up)) - 1
            return Double(sorted[min(max(index, 0), sorted.count - 1)])
        }
        return (rank(0.5), rank(0.95))
    }

    package var count: Int { entries.count }
}

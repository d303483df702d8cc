package import Monitoring

/// The three weeks before the story: what is usual of the store, so that whoever watches it has something to learn from.
/// A value at any moment, never kept: the same seed had the same past.
package struct DemoPast: Sendable {
    private static let days = 21.0

    private let seed: UInt64
    /// When the story begins.
    package let end: WallTime

    package init(seed: UInt64, until end: WallTime) {
        self.seed = seed
        self.end = end
    }

    /// The average of a stretch of half an hour or less that begins at `moment`; nil of what nobody measured.
    package func average(_ series: SeriesID, at moment: WallTime) -> Double? {
        let age = end.seconds(since: moment)
        guard age > 0, age <= Self.days * 86_400 else { return nil }
        guard let usual = usual(series, at: moment) else { return nil }
        var noise = DemoRandom(
            seed: seed &+ Self.mark(series) &+ UInt64(bitPattern: moment.milliseconds / 60_000))
        return noise.around(usual, spread: 0.04)
    }

    private func usual(_ series: SeriesID, at moment: WallTime) -> Double? {
        switch series.entity.kind {
        case .integration:
            guard let flow = DemoCatalog.flows.first(where: { $0.integration.name == series.entity.name })
            else { return nil }
            return switch series.measure {
            case .success: flow.perMinute * (1 - flow.failing)
            case .failure: flow.perMinute * flow.failing
            case .retry: 0
            case .median: flow.latency
            // As far as the single attempts lie from their middle.
            case .latency: flow.latency * 1.32
            default: nil
            }
        case .queue:
            guard let queue = DemoCatalog.queues.first(where: { $0.name == series.entity.name }) else {
                return nil
            }
            return switch series.measure {
            case .inRate, .outRate: queue.isWithoutConsumer ? 0 : queue.rate
            case .depth where queue.isWithoutConsumer: letters(at: moment)
            case .depth: min(queue.rate * 0.5, 2)
            default: nil
            }
        case .cron, .indexer, .flag, .source, .recon: return nil
        }
    }

    /// One or two in an hour, until a person looks after them in the morning.
    private func letters(at moment: WallTime) -> Double {
        let day: Int64 = 86_400_000
        return Double((moment.milliseconds % day + day) % day) / Double(day) * 32
    }

    /// FNV-1a (Fowler, Noll, Vo) of what it is.
    private static func mark(_ series: SeriesID) -> UInt64 {
        (series.entity.name + series.measure.rawValue).utf8.reduce(0xCBF2_9CE4_8422_2325) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
    }
}

/// One measured figure of one entity over time.
package struct SeriesID: Hashable, Sendable, Codable {
    package enum Measure: String, Sendable, Codable, CaseIterable {
        /// Messages waiting or in work, a count.
        case depth
        /// Arrivals and completions, per second.
        case inRate, outRate
        /// Outcomes per minute.
        case success, failure, retry
        /// Seconds, 95th percentile.
        case latency
        /// Seconds, 50th percentile.
        case median
        /// Age of the oldest waiting message, seconds.
        case oldest
        /// Changelog events waiting, a count.
        case backlog
        /// Seconds an indexer is behind.
        case lag
        /// How long one read took, milliseconds.
        case readTime
        /// Seconds since the newest executed cron row.
        case heartbeat

        package var unit: String {
            switch self {
            case .depth, .backlog: "count"
            case .inRate, .outRate: "1/s"
            case .success, .failure, .retry: "1/min"
            case .latency, .median, .oldest, .lag, .heartbeat: "s"
            case .readTime: "ms"
            }
        }
    }

    package var entity: EntityID
    package var measure: Measure

    package init(_ entity: EntityID, _ measure: Measure) {
        self.entity = entity
        self.measure = measure
    }
}

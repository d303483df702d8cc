import Monitoring
import Text

/// What a series is called and how its values are written: as in the row.
enum SeriesWords {
    static func title(_ measure: SeriesID.Measure) -> String {
        switch measure {
        case .depth: "depth"
        case .inRate: "in/s"
        case .outRate: "out/s"
        case .success: "ok/min"
        case .failure: "fail/min"
        case .retry: "retry/min"
        case .latency: "p95"
        case .median: "p50"
        case .oldest: "oldest"
        case .backlog: "events waiting"
        case .lag: "lag"
        case .readTime: "read time"
        case .heartbeat: "last beat"
        }
    }

    static func format(_ measure: SeriesID.Measure) -> @Sendable (Double) -> String {
        switch measure {
        case .depth, .backlog: { Figures.count(Int(exactly: $0.rounded()) ?? 0) }
        case .inRate, .outRate: { Figures.perSecond($0) }
        case .success, .failure, .retry: { Figures.perMinute($0) }
        case .latency, .median: { Figures.seconds($0) + " s" }
        case .oldest, .lag, .heartbeat: { Age.text(seconds: $0) }
        case .readTime: { Figures.fixed($0, decimals: 0) + " ms" }
        }
    }
}

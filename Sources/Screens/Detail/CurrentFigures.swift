import Display
import EngineAPI
import Monitoring
import Text

/// The figures of a row that are kept over time, as they are now: what stands over a chart is the row's own figure,
/// never an average of the last stretch.
struct CurrentFigures {
    let row: (any Row)?
    let now: Timestamp

    /// The series of the figure that is wrong.
    var fault: SeriesID.Measure? {
        guard let judgement = row?.judgement, judgement.isTrouble else { return nil }
        return switch judgement.figure {
        case .depth, .consumers, .errors: .depth
        case .oldest: .oldest
        case .failures, .failureShare, .hourShare: .failure
        case .retries: .retry
        case .latency: .latency
        case .successes, .lastSuccess: .success
        case .backlog: .backlog
        case .lag, .moved, .indexStatus: .lag
        case .heartbeat: .heartbeat
        case .running, .missed, .due, .value, nil: nil
        }
    }

    /// In its status' colour where it is the one at fault; with its age where it is not of now.
    func line(_ measure: SeriesID.Measure) -> Line {
        guard let row else { return Line() }
        guard let text = text(measure, of: row) else { return Line("-", .faint) }
        let style = RowStyle(row, now: now, Clock(now: now.wall), causes: [])
        guard !style.isOld else {
            return Line(text + (style.age.map { ", \($0) old" } ?? ""), .stale)
        }
        return Line(text, measure == fault ? style.judgement.status.role : .strong)
    }

    /// As a number, where it is of now.
    func value(_ measure: SeriesID.Measure) -> Double? {
        guard let row, !RowStyle(row, now: now, Clock(now: now.wall), causes: []).isOld else { return nil }
        return value(measure, of: row)
    }

    private func text(_ measure: SeriesID.Measure, of row: any Row) -> String? {
        if measure == .depth, let depth = (row as? QueueRow)?.depth {
            return Figures.count(depth.value, isBound: depth.isBound)
        }
        let isReckoned = measure == .oldest && (row as? QueueRow)?.isOldestReckoned == true
        return value(measure, of: row).map { (isReckoned ? "~" : "") + SeriesWords.format(measure)($0) }
    }

    private func value(_ measure: SeriesID.Measure, of row: any Row) -> Double? {
        switch row {
        case let row as QueueRow: queue(row, measure)
        case let row as IntegrationRow: flow(row, measure)
        case let row as IndexerRow: measure == .backlog ? row.backlog.map { Double($0) } : row.lagSeconds
        case let row as CronHeartbeat: row.lastBeat.map { max(0, now.wall.seconds(since: $0)) }
        case let row as SourceRow: row.probes.compactMap(\.latency).max().map { $0 * 1000 }
        default: nil
        }
    }

    private func queue(_ row: QueueRow, _ measure: SeriesID.Measure) -> Double? {
        switch measure {
        case .depth: row.depth.map { Double($0.value) }
        case .inRate: row.inRate
        case .outRate: row.outRate
        case .oldest: row.oldestSeconds
        default: nil
        }
    }

    private func flow(_ row: IntegrationRow, _ measure: SeriesID.Measure) -> Double? {
        switch measure {
        case .success: row.successes
        case .failure: row.failures
        case .retry: row.retries
        case .latency: row.p95
        case .median: row.p50
        default: nil
        }
    }
}

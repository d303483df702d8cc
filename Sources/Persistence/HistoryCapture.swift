import Engine
package import Monitoring
import Platform
import Text

/// Makes a baseline of the history that is kept in an environment's folder: nothing is written, a console may watch.
package struct HistoryCapture {
    /// As long as detectors look back.
    package static let days = 21

    private let history: HistoryDatabase
    /// What was wrong and when, as the state has it.
    private let troubles: [Trouble]
    /// Where a person took another level as usual.
    private let normals: [String: KeptNormal]

    /// Throws where there is no folder or its state is a newer program's.
    package init(in path: String) throws {
        let directory = try Directory(path)
        history = HistoryDatabase(in: directory)
        let state = try StateStorage(in: directory).load(mends: false)?.state ?? EngineState()
        let open = state.alerts.flatMap { alert in
            ([alert.entity] + alert.folded.map(\.entity)).map {
                Trouble(entity: $0, from: alert.since, until: WallTime(milliseconds: .max / 2))
            }
        }
        troubles = state.troubles + open
        normals = state.normals
    }

    /// The healthy half hours of what is kept until `now`, flows first; a figure of less than a day is no figure.
    package func baseline(at now: WallTime, by person: String) throws -> Baseline {
        let step = Int64(Baseline.step) * 1000
        let until = WallTime(milliseconds: now.milliseconds / step * step)
        let from = until.advanced(bySeconds: -Double(Self.days) * 86_400)
        let series = try history.series().filter { Baseline.Measure($0.measure) != nil }.sorted {
            (Self.rank($0.entity.kind), $0.entity, Self.rank($0.measure))
                < (Self.rank($1.entity.kind), $1.entity, Self.rank($1.measure))
        }
        var figures: [Baseline.Figure] = []
        var leftOut = 0
        for id in series {
            guard figures.count < Baseline.most else {
                leftOut += 1
                continue
            }
            let values = try history.read(id, from: from, to: until, stepSeconds: Baseline.step)
            let healthy = KeptNormal.without(
                normals[id.entity.key], troubles, values, of: id.entity, from: from, step: Baseline.step)
            guard healthy.count(where: \.isFinite) * Baseline.step >= 86_400,
                let measure = Baseline.Measure(id.measure)
            else { continue }
            figures.append(Baseline.Figure(id.entity, measure, healthy))
        }
        var baseline = Baseline(at: now, by: person, origin: "history", from: from, figures: figures)
        baseline.leftOut = leftOut
        return baseline
    }

    private static func rank(_ kind: EntityID.Kind) -> Int {
        switch kind {
        case .integration: 0
        case .queue: 1
        case .indexer: 2
        case .cron: 3
        case .flag, .source, .recon: 4
        }
    }

    private static func rank(_ measure: SeriesID.Measure) -> Int {
        SeriesID.Measure.allCases.firstIndex(of: measure) ?? 0
    }
}

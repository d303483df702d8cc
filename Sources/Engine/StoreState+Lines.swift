import EngineAPI
import Monitoring
import Text

/// What the logs said last, moved into our clock to be shown.
extension StoreState {
    func lines(ofFlow id: EntityID, at now: Timestamp) -> Detail.Lines {
        var all = Detail.Lines()
        for (probe, told) in flows.watches[id]?.lines ?? [] {
            let source = probes[probe]?.schedule.source ?? probe
            guard let told else {
                all.without.append(source)
                continue
            }
            let moment = moment(of: source, at: now)
            for outcome in Outcome.allCases {
                if told.isCut(outcome) { all.isCut.insert(outcome) }
                all.lines += told.lines(of: outcome).map { line in
                    var shown = line
                    shown.at = moment.shown(line.at)
                    return Detail.Lines.Line(shown, from: source)
                }
            }
        }
        all.lines.sort()
        return all
    }
}

import EngineAPI
import Monitoring
import Text

/// What an alert stands on, and where it leads.
extension StoreState {
    func evidence(of id: EntityID) -> [Detail.Evidence] {
        (assessments[id] ?? []).filter {
            $0.standing == .judged && ($0.status == .critical || $0.status == .warning)
        }.map { said in
            var evidence = Detail.Evidence(
                Finding.Kind(said), rule: said.ownName ?? said.rule.label,
                how: said.note ?? said.rule.explanation)
            evidence.limit = said.limitShown == "-" ? nil : said.limitShown
            evidence.now = said.valueShown == "-" ? nil : said.valueShown
            evidence.basis = said.basis
            evidence.weight = said.weight
            return evidence
        }
    }

    /// As bad as it is for the flow that `id` belongs to.
    func weighed(_ said: [Assessment], of id: EntityID) -> [Assessment] {
        // Most have nothing to be weighed, and whose a thing is takes a look at each flow.
        guard BusinessWeight.weighs(id.kind), said.contains(where: BusinessWeight.concerns),
            let flow = flows.rows.claiming(id).first, let weight = BusinessWeight(flow.integration)
        else { return said }
        return said.map(weight.weighed)
    }

    /// Why an alert is worse, or milder, than it is by itself.
    func weight(of id: EntityID, _ kind: Finding.Kind) -> String? {
        guard BusinessWeight.weighs(id.kind) else { return nil }
        let said = (assessments[id] ?? []).filter { $0.standing == .judged && Finding.Kind($0) == kind }
        return said.first { $0.weight != nil }?.weight
    }

    /// `29 more each minute: 2000 in 40 to 55 min`, of a queue that grows.
    ///
    /// Two paces are measured, of two minutes and of up to half an hour. The time to the next limit is told as the range
    /// between them, and not at all where they disagree by four times or one of them does not grow.
    func outlook(of id: EntityID, toward limits: [Detail.Limit], at now: Timestamp) -> String? {
        guard id.kind == .queue, let watch = queues.watches[id]?.value, let words = watch.pace.text else {
            return nil
        }
        guard let pace = watch.pace.perMinute, pace > 0,
            let depth = queues.rows.first(where: { $0.id == id })?.depth?.value,
            let limit = limits.filter({ $0.measure == .depth && $0.value > Double(depth) })
                .map(\.value).min(),
            let longer = longerPace(of: id, at: now), longer > 0
        else { return words }
        let (slow, fast) = (min(pace, longer), max(pace, longer))
        let left = (limit - Double(depth)) * 60
        guard fast < 4 * slow, left / slow < 7 * 86_400 else { return words }
        let (soon, late) = (Age.text(seconds: left / fast), Age.text(seconds: left / slow))
        let span = soon == late ? soon : "\(soon) to \(late)"
        return "\(words): \(Figures.count(Int(exactly: limit.rounded()) ?? .max)) in \(span)"
    }

    /// More each minute, by the first and the last third of up to half an hour; nil where less than ten minutes are known.
    private func longerPace(of id: EntityID, at now: Timestamp) -> Double? {
        guard let values = series[SeriesID(id, .depth)]?.byTenSeconds(last: 180, at: now) else { return nil }
        let known = values.enumerated().compactMap { place, value in value.map { (place, $0) } }
        guard known.count >= 60 else { return nil }
        let third = known.count / 3
        func mean(_ part: ArraySlice<(Int, Double)>) -> (place: Double, value: Double) {
            let count = Double(part.count)
            return (part.reduce(0) { $0 + Double($1.0) } / count, part.reduce(0) { $0 + $1.1 } / count)
        }
        let (before, after) = (mean(known[..<third]), mean(known[(known.count - third)...]))
        return (after.value - before.value) / (after.place - before.place) * 6
    }
}

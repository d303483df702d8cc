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
}

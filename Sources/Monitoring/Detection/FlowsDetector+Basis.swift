import Text

/// What the findings of flows stand on, in words.
extension FlowsDetector {
    /// Of how many came. Flows that move together are compared in the same minutes, the others with their own curve.
    func basis(
        _ index: Int, _ since: Double, _ count: Double, _ expected: Double, _ now: Circumstances
    ) -> Basis {
        let span = Words.age(now.at - since)
        let isTogether = isJudgedTogether(index)
        let by =
            isTogether
            ? "by what the other flows do in the same minutes"
            : models[index].curve == nil ? "by the last hours" : "by this half hour of the week"
        return Basis(
            expected: "\(Words.figure(expected)) in \(span), \(by)",
            came: "\(Words.figure(count)) in \(span)",
            samples: count,
            test: isTogether
                ? "its part of all attempts, summed up poll by poll"
                : models[index].curve == nil
                    ? "what comes against a third of the last hours" : "counts against its curve, summed up",
            short: ("usual \(Words.figure(expected))", "\(Words.figure(count)) in \(span)"))
    }

    /// Of a share of attempts.
    func basis(
        of model: ShareModel, _ found: (since: Double, hits: Double, trials: Double), _ word: String
    ) -> Basis {
        Basis(
            expected: model.share.map { "\(Figures.share($0)) % \(word)" }
                ?? "few \(word): what is usual of it is not known yet",
            came: "\(Words.share(found.hits, of: found.trials)) \(word) since it began",
            samples: found.trials,
            test: "attempt by attempt against the usual share, summed up",
            short: (
                model.share.map { "usual \(Figures.share($0)) %" } ?? "not known yet",
                Words.short(found.hits, of: found.trials)
            ))
    }
}

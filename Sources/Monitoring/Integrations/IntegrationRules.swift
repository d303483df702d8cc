import Text

/// The rules of an integration: each says one thing, from what the watch remembers and the time that has
/// passed.
extension IntegrationWatch {
    /// Every rule's assessment at `moment`, by this machine's clock.
    package func assess(_ limits: IntegrationLimits, at moment: Moment) -> [Assessment] {
        [failing(limits), silent(limits, at: moment), slow(limits)]
    }

    /// So many attempts that are put off and none that ends are no accident.
    private static let someRetries = 3

    private func failing(_ limits: IntegrationLimits) -> Assessment {
        let (status, span, isFew) = failure(limits)
        let counts = span.counts
        var said = Assessment(
            .failing, of: entity, status, value: counts.share, isBound: counts.isBound,
            limit: limits.failureShare, unit: .share, since: conditions.since(.failing), figure: span.figure)
        said.isSinceBound = conditions.isSinceBound(.failing)
        said.isTimeTold = false
        let total = Figures.count(counts.finished, isBound: counts.isBound)
        said.valueText =
            isFew && counts.failures > 0
            ? "\(counts.failures) of \(total), few"
            : counts.share.map { "\(counts.failures) of \(total), \(Figures.share($0)) %" } ?? "0 of \(total)"
        if status == .ok {
            if hour.finished == 0, !hour.isBound, hour.retries >= Self.someRetries {
                let retries = Figures.counted(hour.retries, "retry", "retries")
                said.status = .warning
                said.what = "\(retries) \(hourCoverage?.phrase ?? "in 1 h"), none ended"
                said.valueText = "0 ended"
                said.figure = .retries
                return said
            }
            if isFew, counts.failures > 0 {
                said.what = "\(counts.failures) of \(total) failed"
                said.parts = ["too few to judge"]
            }
            return said
        }
        said.what =
            isFew
            ? "all \(counts.failures) failed"
            : "\(Figures.count(counts.failures)) of \(total) failed \(span.phrase), "
                + "\(Figures.share(counts.share ?? 0)) %"
        if isFew { said.figure = .failures }
        said.parts = lastError.map { ["last: \($0)"] } ?? []
        return said
    }

    private func silent(_ limits: IntegrationLimits, at moment: Moment) -> Assessment {
        var said = Assessment(
            .silent, of: entity, limit: limits.lastSuccess.inSeconds, unit: .seconds, since: lastSuccess,
            figure: .lastSuccess)
        if let age = successAge(at: moment.now) {
            said.value = age
            said.status = limits.lastSuccess.status(ofSeconds: age)
            guard said.status != .ok, let limit = limits.lastSuccess.limit(for: said.status) else {
                return said
            }
            said.what = "silent"
            said.parts = ["for \(Age.text(seconds: age)) (limit \(Age.text(limit)))"]
            return said
        }
        let watched = conditions.seconds(.watched, at: moment.now) ?? 0
        said.status = limits.lastSuccess.status(ofSeconds: watched)
        if said.status != .ok {
            said.what = "no success seen"
            said.since = conditions.since(.watched)
        } else if hour.finished == 0, hour.retries == 0 {
            said.status = .unknown
            said.what = "no attempt seen yet"
        }
        return said
    }

    private func slow(_ limits: IntegrationLimits) -> Assessment {
        var said = Assessment(
            .slow, of: entity, value: p95, limit: limits.p95.inSeconds, unit: .seconds, figure: .latency)
        guard let p95 else { return said }
        said.valueText = Figures.seconds(p95) + " s"
        // As the figure itself is told.
        said.limitText = said.limit.text { Figures.seconds($0) + " s" }
        said.status = limits.p95.status(ofSeconds: p95)
        guard said.status != .ok, let limit = limits.p95.limit(for: said.status) else { return said }
        said.what = "slow"
        said.since = conditions.since(.slow)
        said.isSinceBound = conditions.isSinceBound(.slow)
        said.parts = ["p95 \(Figures.seconds(p95)) s (limit \(Figures.seconds(limit.inSeconds)) s)"]
        return said
    }
}

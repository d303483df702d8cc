/// When an integration is in trouble.
package struct IntegrationLimits: Hashable, Sendable, Codable {
    /// Failures among finished attempts, 0...1, over 5 min; over 1 h while 5 min are too few.
    package var failureShare = Threshold<Double>(warning: 0.1, critical: 0.3)
    /// Below so many finished attempts a share is not judged, the counts are said instead.
    package var fewCount = 20
    /// Below so many failures a share over its limit is an accident: of 41 attempts one makes 2.4 %.
    package var fewFailures = 3
    /// Age of the last success; off by default where a flow may rightly rest for a night.
    package var lastSuccess = Threshold<Duration>()
    /// 95th percentile of the time an attempt takes.
    package var p95 = Threshold<Duration>(warning: .seconds(5), critical: .seconds(30))

    package init() {}

    package init(
        failureShare: Threshold<Double>, lastSuccess: Threshold<Duration>, p95: Threshold<Duration>
    ) {
        self.failureShare = failureShare
        self.lastSuccess = lastSuccess
        self.p95 = p95
    }

    /// Too little to say that the share is over a limit.
    package func areFew(_ counts: OutcomeCounts) -> Bool {
        guard counts.finished >= fewCount else { return true }
        return counts.failures < fewFailures
            && counts.share.map { failureShare.status(of: $0) != .ok } ?? false
    }

    /// Tier 1 is judged hardest.
    package static let defaultsByTier: [Int: IntegrationLimits] = [
        1: IntegrationLimits(
            failureShare: Threshold(warning: 0.02, critical: 0.1),
            lastSuccess: Threshold(warning: .seconds(30 * 60), critical: .seconds(2 * 3600)),
            p95: Threshold(warning: .seconds(3), critical: .seconds(15))),
        2: IntegrationLimits(
            failureShare: Threshold(warning: 0.05, critical: 0.2),
            lastSuccess: Threshold(warning: .seconds(4 * 3600), critical: .seconds(24 * 3600)),
            p95: Threshold(warning: .seconds(5), critical: .seconds(30))),
        3: IntegrationLimits(),
    ]
}

package import Text

/// All limits of one environment: the defaults, and what the config says otherwise.
package struct Limits: Hashable, Sendable, Codable {
    /// For every queue that has none of its own.
    package var queues = QueueLimits()
    /// By the queue's name; a whole set, already completed from `queues`.
    package var queuesByName: [ExactName: QueueLimits] = [:]
    /// For integrations of a tier, `Integration.limitTier`; a tier that is missing takes that of the highest number.
    package var integrationsByTier = IntegrationLimits.defaultsByTier
    /// By the integration's name; a whole set, already completed from its tier's.
    package var integrationsByName: [ExactName: IntegrationLimits] = [:]
    package var cron = CronLimits()
    /// By job code.
    package var cronByJob: [ExactName: CronLimits] = [:]
    package var indexers = IndexerLimits()
    /// By indexer id.
    package var indexersByName: [ExactName: IndexerLimits] = [:]
    package var freshness = FreshnessLimits()

    package init() {}

    package func queue(_ name: String) -> QueueLimits { queuesByName[ExactName(name)] ?? queues }

    package func integration(_ integration: Integration) -> IntegrationLimits {
        if let own = integrationsByName[ExactName(integration.name)] { return own }
        return tier(integration.limitTier)
    }

    /// The limits of a tier, before any override by name.
    package func tier(_ tier: Int) -> IntegrationLimits {
        if let limits = integrationsByTier[tier] { return limits }
        guard let last = integrationsByTier.max(by: { $0.key < $1.key }) else { return IntegrationLimits() }
        return last.value
    }

    package func cronJob(_ code: String) -> CronLimits { cronByJob[ExactName(code)] ?? cron }

    package func indexer(_ name: String) -> IndexerLimits { indexersByName[ExactName(name)] ?? indexers }
}

import Documents
package import Monitoring

/// What the config says of queues beyond what servers tell.
package struct QueueSettings: Sendable, Hashable {
    package var limits = QueueLimits()
    package var limitsByName: [String: QueueLimits] = [:]
    /// The Magento consumer of a queue, for its lock.
    package var consumers: [String: String] = [:]
    /// Queues nobody is to take from; `*` stands for any text.
    package var withoutConsumer: [String] = []
    /// Queues that are not shown; `*` stands for any text.
    package var ignore: [String] = []

    package init() {}

    static var section: Section<QueueSettings> {
        let limits = LimitSections.queue
        return Section(
            "queues", "What the servers do not tell of queues.", QueueSettings(),
            [
                Field("limits", \.limits, limits.kind, "For every queue that has none of its own."),
                Field(
                    later: "by_name", .map(key: "QUEUE", limits.kind.shape),
                    "For one queue; what is not said is as for all.",
                    example: "{export: {backlog: {warning: 50}}}"),
                Field(
                    "consumers", \.consumers, .dictionary("QUEUE", .text("a consumer's name")),
                    "The consumer of a queue, where Magento's own modules do not tell it.",
                    example: "{erp.order.export: erpOrderExporter}"),
                Field(
                    "without_consumer", \.withoutConsumer, .names("a name, * for any text"),
                    "Queues nobody is to take from: retry, dead letters. Nothing else makes one so.",
                    example: "[\"*.retry\", \"dead.*\"]"),
                Field(
                    "ignore", \.ignore, .names("a name, * for any text"), "Queues that are not shown.",
                    example: "[\"amq.*\"]"),
            ],
            finish: { node, value, reading in
                value.limitsByName = LimitOverrides.read(
                    node["by_name"], limits, onto: value.limits, &reading)
            })
    }
}

package struct CronSettings: Sendable, Hashable {
    package var limits = CronLimits()
    package var limitsByJob: [String: CronLimits] = [:]
    /// The group of a job, where Magento's own modules do not tell it.
    package var groups: [String: String] = [:]
    /// Jobs that are not shown; `*` stands for any text.
    package var ignore: [String] = []

    package init() {}

    static var section: Section<CronSettings> {
        let limits = LimitSections.cron
        return Section(
            "cron", "What the database does not tell of cron.", CronSettings(),
            [
                Field("limits", \.limits, limits.kind, "For cron and every job that has none of its own."),
                Field(
                    later: "by_job", .map(key: "JOB", limits.kind.shape),
                    "For one job; what is not said is as for all.",
                    example: "{sitemap_generate: {running: {warning: 1h}}}"),
                Field(
                    "groups", \.groups, .dictionary("JOB", .text("a group's name")),
                    "The group of a job, where Magento's own modules do not tell it.",
                    example: "{erp_push_orders: erp}"),
                Field(
                    "ignore", \.ignore, .names("a name, * for any text"),
                    "Jobs that are not shown.", example: "[\"*_debug\"]"),
            ],
            finish: { node, value, reading in
                value.limitsByJob = LimitOverrides.read(node["by_job"], limits, onto: value.limits, &reading)
            })
    }
}

package struct IndexerSettings: Sendable, Hashable {
    package var limits = IndexerLimits()
    package var limitsByName: [String: IndexerLimits] = [:]
    /// Indexers that are not shown; `*` stands for any text.
    package var ignore: [String] = []

    package init() {}

    static var section: Section<IndexerSettings> {
        let limits = LimitSections.indexer
        return Section(
            "indexers", "Limits of indexers.", IndexerSettings(),
            [
                Field("limits", \.limits, limits.kind, "For every indexer that has none of its own."),
                Field(
                    later: "by_name", .map(key: "INDEXER", limits.kind.shape),
                    "For one indexer; what is not said is as for all.",
                    example: "{catalogsearch_fulltext: {lag: {critical: 1h}}}"),
                Field(
                    "ignore", \.ignore, .names("a name, * for any text"),
                    "Indexers that are not shown.", example: "[design_config_grid]"),
            ],
            finish: { node, value, reading in
                value.limitsByName = LimitOverrides.read(
                    node["by_name"], limits, onto: value.limits, &reading)
            })
    }
}

/// Limits that belong to no pane.
package struct GeneralLimits: Sendable, Hashable {
    package var integrationsByTier = IntegrationLimits.defaultsByTier
    package var freshness = FreshnessLimits()

    package init() {}

    static var section: Section<GeneralLimits> {
        let limits = LimitSections.integration
        return Section(
            "limits", "Limits that belong to no pane.", GeneralLimits(),
            [
                Field(
                    later: "tiers", .map(key: "TIER", limits.kind.shape),
                    "Limits of integrations by tier, 1 to 9; 1 is judged hardest.",
                    example: "{1: {failure_share: {warning: 0.01}}}"),
                Field("freshness", \.freshness, LimitSections.freshness.kind, "How old a figure may be."),
            ],
            finish: { node, value, reading in
                guard let tiers = node["tiers"], !tiers.isNull else { return }
                guard let members = tiers.members else {
                    return reading.expected("a mapping by tier", at: tiers)
                }
                for member in members {
                    guard let tier = Int(member.key), (1...9).contains(tier) else {
                        reading.note("expected a tier from 1 to 9", at: member.keyPlace)
                        continue
                    }
                    let base = value.integrationsByTier[tier] ?? IntegrationLimits()
                    value.integrationsByTier[tier] = limits.read(member.value, onto: base, &reading)
                }
            })
    }
}

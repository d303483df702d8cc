import Documents
package import Monitoring

/// One data flow, and where it is seen how its attempts end.
package struct IntegrationSettings: Sendable, Hashable {
    package var integration = Integration(name: "", thing: "", direction: .out, system: "")
    package var outcomes: [OutcomeSettings] = []

    package init() {}

    static var section: Section<IntegrationSettings> {
        let line = Kind<String>.text("a text")
        return Section(
            "integration", "One data flow between the store and another system.", IntegrationSettings(),
            [
                Field("thing", \.integration.thing, line, "What flows.", required: true, example: "orders"),
                Field(
                    "direction", \.integration.direction, .choice, "out: the store sends; in: it receives.",
                    required: true, example: "out"),
                Field(
                    "system", \.integration.system, line, "The system at the other end.", required: true,
                    example: "ERP"),
                Field(
                    "tier", \.integration.tier, optional: .whole(1...9),
                    "1 is the most important; limits depend on it. Of 1 and the safe zone a queue, job or indexer that stands still is critical at once, of 4 and beyond it is a warning at most."
                ),
                Field(
                    "safe_zone", \.integration.isSafeZone, .bool,
                    "A flow that must stay healthy at all costs: orders, stock, payment, customers."),
                Field("owner", \.integration.owner, optional: line, "Who is called.", example: "mira"),
                Field(
                    "runbook", \.integration.runbook, optional: line, "A link or a code, for people.",
                    example: "RB-12"),
                Field(
                    "flags", \.integration.flags, .names("a flag's name"),
                    "Flags that switch it: the question before a change names this flow.",
                    example: "[erp.v2]"),
                Field(
                    "queues", \.integration.ties.queues, .patterns,
                    "Queues that belong to it: their pages name it, its owner and its runbook, and t there asks about its flag. A name goes before a pattern, of patterns the first in the file.",
                    example: "[erp.order.*]"),
                Field(
                    "jobs", \.integration.ties.jobs, .patterns,
                    "Cron jobs that belong to it, as with queues; heartbeat is all of cron.",
                    example: "[acme_erp_*]"),
                Field(
                    "indexers", \.integration.ties.indexers, .patterns,
                    "Indexers that belong to it, as with queues.", example: "[catalog_product_price]"),
                Field(
                    "sources", \.integration.ties.sources, .patterns,
                    "Sources of this file that belong to it, as with queues.", example: "[erp-check]"),
                Field(
                    "outcomes", \.outcomes, .list(OutcomeSettings.section.kind, isEmptyAllowed: true),
                    "Where it is seen how its attempts end.",
                    example: "[{source: app1-log, success: \"order * exported\"}]"),
                Field(
                    later: "limits", LimitSections.integration.kind.shape,
                    "Its own limits; what is not said is its tier's.",
                    example: "{last_success: {warning: 1h}}"),
            ])
    }
}

extension Kind<[IntegrationSettings]> {
    static var integrations: Kind {
        entries(
            "INTEGRATION", IntegrationSettings.section.kind, keyRule: NameRule.isPlain, keyHint: NameRule.hint
        ) {
            var named = $1
            named.integration.name = $0
            return named
        }
    }
}

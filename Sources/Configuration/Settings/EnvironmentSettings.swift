import Documents
package import Monitoring
import Text

/// One store: what is read, what may be switched, and what is expected of it.
package struct EnvironmentSettings: Sendable, Hashable {
    package enum Access: String, Sendable, Hashable, CaseIterable {
        case readOnly = "read-only"
        case operate
    }

    /// The stabilization window.
    package struct Window: Sendable, Hashable {
        package var start = WallTime(milliseconds: 0)
        package var days = 14
        package var title: String?

        package init() {}
    }

    package var name = ""
    /// What the others of the file are called.
    package var siblings: [String] = []
    package var isProduction = true
    package var access = Access.readOnly
    package var window: Window?
    /// Where the store's crontab is read, `Europe/Berlin`.
    package var timeZone: String?
    /// A theme's name; nil leaves it to the person.
    package var theme: String?
    package enum Bell: String, Sendable, CaseIterable { case none, critical }
    /// What rings the terminal's bell.
    package var bell = Bell.none
    package var sources: [SourceSettings] = []
    package var flags: [FlagSettings] = []
    package var integrations: [IntegrationSettings] = []
    package var queues = QueueSettings()
    package var cron = CronSettings()
    package var indexers = IndexerSettings()
    package var general = GeneralLimits()
    package var audit = AuditSettings()
    package var ownCommands = OwnCommandSettings()
    /// What is no news at its time of day.
    package var expected: [StoreShape.Expected] = []
    package var rules: [OwnRule] = []
    package var tunings: [RuleTuning] = []
    package var alerts = AlertSettings()
    /// Where figures can be taken from by Prometheus; nil: nowhere.
    package var metrics: LoopbackPort?
    /// By the integration's name, completed from its tier.
    package var integrationLimits: [String: IntegrationLimits] = [:]
    /// Those of the file: `StoreConfiguration.trustedGroups`.
    package var trustedGroups: [String] = []

    package init() {}

    /// All limits as the engine takes them.
    package var limits: Limits {
        var limits = Limits()
        limits.queues = queues.limits
        limits.queuesByName = Self.exact(queues.limitsByName)
        limits.cron = cron.limits
        limits.cronByJob = Self.exact(cron.limitsByJob)
        limits.indexers = indexers.limits
        limits.indexersByName = Self.exact(indexers.limitsByName)
        limits.integrationsByTier = general.integrationsByTier
        limits.integrationsByName = Self.exact(integrationLimits)
        limits.freshness = general.freshness
        return limits
    }

    /// What the config says of a name holds for that name alone, byte for byte.
    private static func exact<Value>(_ values: [String: Value]) -> [ExactName: Value] {
        Dictionary(values.map { (ExactName($0.key), $0.value) }) { first, _ in first }
    }

    /// It names a file of the system's zoneinfo.
    private static func isZone(_ text: String) -> Bool {
        text.first?.isLetter == true && text.utf8.count <= 64
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || "0123456789_+-/".unicodeScalars.contains(scalar))
            }
    }

    static var section: Section<EnvironmentSettings> {
        Section(
            "environment", "One store.", EnvironmentSettings(),
            [
                Field(
                    "production", \.isProduction, .bool, "Drawn unmistakably, and named in every question."),
                Field(
                    "access", \.access, .choice,
                    "read-only: nothing can be changed; operate: flags can, and commands of your own run, after a dialog and with an audit record."
                ),
                Field(
                    "window", \.window, optional: window.kind, "The stabilization window, shown as a clock.",
                    example: "{start: 2026-11-19T12:00:00Z, days: 14, title: 2.4.6 to 2.4.8}"),
                Field(
                    "time_zone", \.timeZone,
                    optional: Kind.text("a time zone such as Europe/Berlin", where: Self.isZone)
                        .claiming { .timeZone($0) },
                    "The store's own (general/locale/timezone): its crontab is in it, all times here are UTC.",
                    example: "Europe/Berlin"),
                Field(
                    "theme", \.theme, optional: .theme,
                    "dark, light, high-contrast, colour-blind-safe, mono; auto: by the terminal's background.",
                    example: "auto"),
                Field("bell", \.bell, .choice, "critical: a new critical row rings the terminal's bell."),
                Field(
                    "sources", \.sources, .sources, "What is read, each by a name of your own.",
                    required: true),
                Field("flags", \.flags, .flags, "Where feature flags are, each by a name of your own."),
                Field(
                    "integrations", \.integrations, .integrations,
                    "The data flows between the store and other systems."),
                Field(
                    "queues", \.queues, QueueSettings.section.kind, "What the servers do not tell of queues."),
                Field("cron", \.cron, CronSettings.section.kind, "What the database does not tell of cron."),
                Field("indexers", \.indexers, IndexerSettings.section.kind, "Limits of indexers."),
                Field(
                    "audit", \.audit, AuditSettings.section.kind,
                    "Where the newest audit record is told beside the log itself."),
                Field(
                    "commands", \.ownCommands, OwnCommandSettings.section.kind,
                    "Programs of your own that :run starts on a row, by its kind."),
                Field(
                    "expected", \.expected, .expected,
                    "What people know beforehand and is no news then: nights in which the ERP is closed.",
                    example:
                        "[{entity: integration:stock-erp, from: \"02:00\", to: \"02:30\", why: the ERP is closed}]"
                ),
                Field(
                    "rules", \.rules, OwnRuleSettings.rules, "Rules of your own.",
                    example:
                        "[{name: erp-depth, of: \"queue:erp.*\", measure: depth, above: 400, for: 5m}]"),
                Field(
                    "tuning", \.tunings, OwnRuleSettings.tunings,
                    "Rules that are to say nothing of some things, or to be less ready to.",
                    example:
                        "[{of: integration:tax-vendor, rule: slower, tolerance: 2, why: it is slow on Mondays}]"
                ),
                Field(
                    "alerts", \.alerts, AlertSettings.section.kind,
                    "Who is told what opens, worsens and ends."),
                Field(
                    "metrics", \.metrics, optional: .loopback,
                    "Serves every figure, status and since under /metrics in Prometheus's form, to this machine alone.",
                    example: "127.0.0.1:9464"),
                Field("limits", \.general, GeneralLimits.section.kind, "Limits that belong to no pane."),
            ],
            finish: { node, value, reading in
                if let sources = node["sources"], sources.members?.isEmpty == true {
                    reading.expected("at least one source", at: sources)
                }
                OutcomeCheck(value.sources).check(node, &reading)
                checkNames(node, &reading)
                FlagCheck(value.flags).check(node, &reading)
                TieCheck(node).check(&reading)
                checkDatabases(node, value.sources, &reading)
                readIntegrationLimits(node["integrations"], &value, &reading)
            })
    }

    private static var window: Section<Window> {
        Section(
            "window", "The stabilization window.", Window(),
            [
                Field(
                    "start", \.start, .moment, "When it began, UTC unless an offset is given.",
                    required: true, example: "2026-11-19T12:00:00Z"),
                Field("days", \.days, .whole(1...365), "How long it lasts."),
                Field(
                    "title", \.title, optional: .text("a text"), "What was upgraded.",
                    example: "2.4.6 to 2.4.8"),
            ])
    }

    /// Flags are named by their place and their own name, sources by name: one name for both would confuse.
    private static func checkNames(_ node: Node, _ reading: inout Reading) {
        let sources = Set((node["sources"]?.members ?? []).map(\.key))
        for member in node["flags"]?.members ?? [] where sources.contains(member.key) {
            reading.note("\"\(member.key)\" is a source already, choose another name", at: member.keyPlace)
        }
    }

    /// What a place of flags names as its database is a source, and one.
    private static func checkDatabases(_ node: Node, _ sources: [SourceSettings], _ reading: inout Reading) {
        let databases = sources.filter { if case .mysql = $0.details { true } else { false } }.map(\.name)
        for member in node["flags"]?.members ?? [] {
            guard let database = member.value["database"], let name = database.text, !database.isNull,
                !databases.contains(name)
            else { continue }
            let known = databases.isEmpty ? "there is none" : "there is \(databases.joined(separator: ", "))"
            reading.missing(
                "this is no source of type mysql, \(known)", at: database.place, in: node["sources"])
        }
    }

    private static func readIntegrationLimits(
        _ node: Node?, _ value: inout EnvironmentSettings, _ reading: inout Reading
    ) {
        let general = value.limits
        for settings in value.integrations {
            let integration = settings.integration
            guard let own = node?[integration.name]?["limits"], !own.isNull else { continue }
            value.integrationLimits[integration.name] = LimitSections.integration.read(
                own, onto: general.tier(integration.limitTier), &reading)
        }
    }
}

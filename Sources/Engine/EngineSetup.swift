package import EngineAPI
package import FeatureFlags
package import Monitoring
package import Text

/// What an engine is made of.
package struct EngineSetup: Sendable {
    package var environment: EnvironmentFacts
    package var window: WindowClock?
    package var integrations: [Integration]
    package var limits: Limits
    /// In this order their sources are listed.
    package var probes: [any Probe]
    package var backends: [any FlagBackend]
    package var stores: Stores
    /// Spreads the phases of several consoles; the same on every start of this host.
    package var seed: UInt64
    /// Sources that integrations of tier 1 are read from: they are tried again soon after a failure.
    package var urgentSources: Set<String> = []
    /// The sources that the config counts each integration by.
    package var sourcesOfFlows: [EntityID: [String]] = [:]
    /// What is no news at its time of day.
    package var expected: [StoreShape.Expected] = []
    /// Rules of a person's own, and what is said of those of hypercare.
    package var rules: [OwnRule] = []
    package var tunings: [RuleTuning] = []
    /// Who is told of alerts outside of the console.
    package var sinks: [any AlertSink] = []
    /// Those that no other process tells, by name.
    package var ownSinks: Set<String> = []
    /// What is run again and again while this one keeps.
    package var pulses: [any Pulse] = []
    /// What went wrong around it before it began: told in its journal when it begins.
    package var notes: [String] = []
    /// Flags that are settings of the store: their ids by path, by the source that shows the settings.
    package var flagSettings: [String: [ExactName: EntityID]] = [:]
    /// Takes down from the beginning what this engine is told.
    package var tap: (any InputTap)?
    /// Begins a recording that a person asks for; nil where there is nobody to do so.
    package var recorder: (any Recorder)?
    /// It ends after a read or two of each probe: no next try is told, as there may be none.
    package var looksOnce = false

    package init(
        environment: EnvironmentFacts, window: WindowClock? = nil, integrations: [Integration] = [],
        limits: Limits = Limits(), probes: [any Probe], backends: [any FlagBackend] = [], stores: Stores,
        seed: UInt64 = 1
    ) {
        self.environment = environment
        self.window = window
        self.integrations = integrations
        self.limits = limits
        self.probes = probes
        self.backends = backends
        self.stores = stores
        self.seed = seed
    }

    /// Where things are kept.
    package struct Stores: Sendable {
        package var state: any StateStore
        package var journal: any Journal
        package var audit: any AuditLog
        package var history: any HistoryStore
        /// Nil where no other process keeps them.
        package var keepers: (any Keepers)?
        /// Nil where nobody leaves any.
        package var marks: (any MarkBox)?
        /// Nil where none is looked for.
        package var baseline: (any BaselineStore)?

        package init(
            state: any StateStore, journal: any Journal, audit: any AuditLog, history: any HistoryStore,
            keepers: (any Keepers)? = nil
        ) {
            self.keepers = keepers
            self.state = state
            self.journal = journal
            self.audit = audit
            self.history = history
        }
    }
}

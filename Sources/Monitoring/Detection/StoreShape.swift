/// What is known of a store before anything is read: who its flows are, what belongs to them, what is planned.
package struct StoreShape: Sendable, Hashable {
    package struct Source: Sendable, Hashable {
        package var name: String
        /// `mysql`, `rabbitmq`, `log` …
        package var type: String
        /// Seconds from poll to poll.
        package var interval: Double
        package init(name: String, type: String, interval: Double) {
            self.name = name
            self.type = type
            self.interval = interval
        }
    }

    package struct Flow: Sendable, Hashable {
        package var name: String
        package var thing = ""
        package var system = ""
        /// Nil where nobody said.
        package var tier: Int?
        package var isInSafeZone = false
        package var owner = ""
        package var flags: [String] = []
        package var queues: [String] = []
        package var jobs: [String] = []
        package var checks: [String] = []
        package init(_ name: String) { self.name = name }

        /// Its trouble is critical sooner, as by `Integration.limitTier`.
        package var isVital: Bool { isInSafeZone || tier.map { $0 <= 1 } ?? false }
    }

    package struct Job: Sendable, Hashable {
        package var name: String
        package var group: String
        /// Seconds from run to run, and the second of the local day it begins with.
        package var every: Double
        package var at: Double
        package init(name: String, group: String, every: Double, at: Double) {
            self.name = name
            self.group = group
            self.every = every
            self.at = at
        }
    }

    /// Each day, by the store's clock: what is no news then.
    package struct Expected: Sendable, Hashable {
        package var entity: EntityID
        /// Seconds of the local day; `until` may be before `from`: over midnight.
        package var from: Double
        package var until: Double
        package var why: String
        package init(entity: EntityID, from: Double, until: Double, why: String) {
            self.entity = entity
            self.from = from
            self.until = until
            self.why = why
        }

        package func holds(at secondOfDay: Double) -> Bool {
            from <= until
                ? secondOfDay >= from && secondOfDay < until : secondOfDay >= from || secondOfDay < until
        }
    }

    package var name = ""
    /// `Europe/Berlin`
    package var zone = "UTC"
    package var sources: [Source] = []
    package var flows: [Flow] = []
    /// Queues that nobody is to consume: where letters wait for a retry or a person.
    package var queuesWithoutConsumer: [String] = []
    package var jobs: [Job] = []
    package var expected: [Expected] = []
    /// Learned rules that need more, or less, before they speak of some things.
    package var tunings: [RuleTuning] = []

    package init() {}

    /// How much more evidence `rule` needs to speak of `id`; of several lines that are about it, the first.
    func tolerance(of id: EntityID, _ rule: Rule) -> Double {
        guard !tunings.isEmpty else { return 1 }
        return tunings.first { $0.rule == rule && !$0.isOff && $0.subject.matches(id) }?.tolerance ?? 1
    }
}

/// What a figure was before, in even steps.
package struct PastSeries: Sendable, Hashable {
    package enum Measure: String, Sendable, Hashable, CaseIterable {
        /// Per minute.
        case successes, failures, retries
        /// The mean.
        case depth, backlog, mismatches
        /// Seconds.
        case p50, p95, p99
        /// Seconds of the longest run that began in the step.
        case duration
    }

    package var entity: EntityID
    package var measure: Measure
    package var from: Double
    package var step: Double
    /// NaN is a gap.
    package var values: [Double]

    package init(entity: EntityID, measure: Measure, from: Double, step: Double, values: [Double]) {
        self.entity = entity
        self.measure = measure
        self.from = from
        self.step = step
        self.values = values
    }
}

package import EngineAPI
package import Monitoring
package import Text

/// What an engine is before it is told anything: who is watched, by which limits, and what an earlier run kept.
package struct RecordedStart: Sendable {
    package var environment: EnvironmentFacts
    package var window: WindowClock?
    package var integrations: [Integration] = []
    package var limits = Limits()
    /// Of probes and flag backends, in the order in which their sources are listed.
    package var schedules: [ProbeSchedule] = []
    /// Where each backend's flags live, by its name.
    package var places: [String: String] = [:]
    package var sourcesOfFlows: [EntityID: [String]] = [:]
    package var expected: [StoreShape.Expected] = []
    /// What the config says of rules.
    package var rules: [OwnRule] = []
    package var tunings: [RuleTuning] = []
    /// Flags that are settings of the store: their ids by path, by source.
    package var flagSettings: [String: [ExactName: EntityID]] = [:]
    package var kept = EngineState()

    package init(_ environment: EnvironmentFacts) { self.environment = environment }
}

extension RecordedStart: Codable {
    private enum CodingKeys: String, CodingKey {
        case environment, window, integrations, limits, schedules, places, sourcesOfFlows, expected
        case flagSettings, rules, tunings, kept
    }

    private struct Expectation: Codable {
        var entity: EntityID
        var from: Double
        var until: Double
        var why: String
    }

    private struct Setting: Codable {
        var source: String
        var path: String
        var flag: EntityID
    }

    // A member that is missing, or that a later version writes otherwise, is as if nothing were configured.
    package init(from decoder: any Decoder) throws {
        let kept = try decoder.container(keyedBy: CodingKeys.self)
        func part<Value: Decodable>(_ key: CodingKeys, else value: Value) -> Value {
            (try? kept.decodeIfPresent(Value.self, forKey: key)) ?? value
        }
        let unnamed = EnvironmentFacts(name: "recording", isProduction: false, access: .readOnly)
        self.init(part(.environment, else: unnamed))
        window = part(.window, else: nil)
        integrations = part(.integrations, else: [Leaf<Integration>]()).compactMap(\.value)
        limits = part(.limits, else: Limits())
        schedules = try kept.decodeIfPresent([ProbeSchedule].self, forKey: .schedules) ?? []
        places = part(.places, else: [:])
        for (text, sources) in part(.sourcesOfFlows, else: [String: [String]]()) {
            if let id = EntityID(text) { sourcesOfFlows[id] = sources }
        }
        expected = part(.expected, else: [Expectation]()).map {
            StoreShape.Expected(entity: $0.entity, from: $0.from, until: $0.until, why: $0.why)
        }
        rules = part(.rules, else: [Leaf<OwnRule>]()).compactMap(\.value)
        tunings = part(.tunings, else: [Leaf<RuleTuning>]()).compactMap(\.value)
        for setting in part(.flagSettings, else: [Setting]()) {
            flagSettings[setting.source, default: [:]][ExactName(setting.path)] = setting.flag
        }
        self.kept = part(.kept, else: EngineState())
    }

    /// Nil where it cannot be read: the others are.
    private struct Leaf<Value: Decodable>: Decodable {
        var value: Value?
        init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
    }

    package func encode(to encoder: any Encoder) throws {
        var out = encoder.container(keyedBy: CodingKeys.self)
        try out.encode(environment, forKey: .environment)
        try out.encodeIfPresent(window, forKey: .window)
        try out.encode(integrations, forKey: .integrations)
        try out.encode(limits, forKey: .limits)
        try out.encode(schedules, forKey: .schedules)
        try out.encode(places, forKey: .places)
        try out.encode(
            Dictionary(uniqueKeysWithValues: sourcesOfFlows.map { ($0.key.key, $0.value) }),
            forKey: .sourcesOfFlows)
        try out.encode(
            expected.map { Expectation(entity: $0.entity, from: $0.from, until: $0.until, why: $0.why) },
            forKey: .expected)
        try out.encode(rules, forKey: .rules)
        try out.encode(tunings, forKey: .tunings)
        let settings = flagSettings.flatMap { source, flags in
            flags.map { Setting(source: source, path: $0.key.text, flag: $0.value) }
        }
        try out.encode(
            settings.sorted { ($0.source, $0.flag) < ($1.source, $1.flag) }, forKey: .flagSettings)
        try out.encode(kept, forKey: .kept)
    }
}

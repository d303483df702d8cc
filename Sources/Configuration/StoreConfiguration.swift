package import Documents

/// The config file: the stores that can be watched.
package struct StoreConfiguration: Sendable, Hashable {
    /// In the order of the file.
    package var environments: [EnvironmentSettings] = []
    /// Groups whose members may write what is read and run here.
    package var trustedGroups: [String] = []
    /// What is allowed and seldom meant, in the order of the file.
    package var warnings: [DocumentError] = []

    package init() {}

    /// Every mistake of a file, in the order of their places.
    package struct Failure: Error, Sendable, Hashable {
        package var problems: [DocumentError]
    }

    /// What is said of a file: all that is wrong as far as it could be read, and what is left to ask this machine.
    package struct Check: Sendable, Hashable {
        /// As far as it could be read.
        package var configuration: StoreConfiguration?
        /// In the order of their places.
        package var problems: [DocumentError]
        package var warnings: [DocumentError]
        package var claims: [Claim]
    }

    /// Reads the file's bytes; `name` stands before each mistake.
    package static func read(_ bytes: [UInt8], name: String) throws(Failure) -> StoreConfiguration {
        let check = check(bytes, name: name)
        guard var configuration = check.configuration, check.problems.isEmpty else {
            throw Failure(problems: check.problems)
        }
        configuration.warnings = check.warnings
        return configuration
    }

    /// Looks at the whole file, whatever is wrong with a part of it.
    package static func check(_ bytes: [UInt8], name: String) -> Check {
        let yaml = YAML.check(bytes, name: name, limits: ReadLimits(bytes: 1 << 20, nodes: 50_000))
        guard let root = yaml.root else {
            return Check(configuration: nil, problems: sorted(yaml.mistakes), warnings: [], claims: [])
        }
        var reading = Reading(name: name, isWhole: yaml.isWhole)
        var configuration: StoreConfiguration?
        if root.isNull {
            reading.missing(
                "the file is empty, expected \"environments\"; `hypercare init` writes a first one",
                at: root.place, in: root)
        } else {
            configuration = section.read(root, &reading)
        }
        Cuts(yaml.bytes).warn(of: root, &reading)
        let claims = reading.claims.compactMap { claim in
            yaml.placed(claim.place).map { Claim(kind: claim.kind, place: $0) }
        }
        return Check(
            configuration: configuration,
            problems: sorted(yaml.mistakes + yaml.placed(reading.problems)),
            warnings: sorted(yaml.placed(reading.warnings)), claims: claims)
    }

    /// By place, as one reads the file.
    private static func sorted(_ problems: [DocumentError]) -> [DocumentError] {
        problems.sorted { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
    }

    /// The environment called `name`; without a name the only one there is.
    package func environment(_ name: String?) -> EnvironmentSettings? {
        guard let name else { return environments.count == 1 ? environments.first : nil }
        return environments.first { $0.name == name }
    }

    /// All keys, for the schema, the help and the `init` file.
    package static var shape: SectionShape { section.shape }

    static var section: Section<StoreConfiguration> {
        Section(
            "config", "The stores that can be watched.", StoreConfiguration(),
            [
                Field(
                    "environments", \.environments,
                    .entries(
                        "NAME", EnvironmentSettings.section.kind, keyRule: isEnvironmentName,
                        keyHint: "1 to 64 letters, digits and . _ -"
                    ) {
                        var named = $1
                        named.name = $0
                        return named
                    }, "The stores, each by a name of your own.", required: true),
                Field(
                    "trusted_groups", \.trustedGroups, .names("a group's name"),
                    "Groups of this machine whose members may own or write the programs, certificates and folders that are used here; by default root and you alone. This file itself is written by its owner alone, and as root no group is trusted.",
                    example: "[ops, magento]"),
            ],
            finish: { node, value, reading in
                if let environments = node["environments"], environments.members?.isEmpty == true {
                    reading.expected("at least one environment", at: environments)
                }
                for group in node["trusted_groups"]?.elements ?? [] {
                    if let name = group.text { reading.claim(.group(name), at: group.place) }
                }
                let names = value.environments.map(\.name)
                for index in value.environments.indices {
                    value.environments[index].trustedGroups = value.trustedGroups
                    value.environments[index].siblings = names.filter { $0 != names[index] }
                }
            })
    }

    /// Also the name of a folder.
    private static func isEnvironmentName(_ name: String) -> Bool {
        NameRule.isPlain(name) && !name.contains(":")
    }
}

package import Documents

/// The config file: the stores that can be watched.
package struct StoreConfiguration: Sendable, Hashable {
    /// In the order of the file.
    package var environments: [EnvironmentSettings] = []
    /// Groups whose members may write what is read and run here.
    package var trustedGroups: [String] = []
    /// Where each of them stands.
    package var groupPlaces: [Place] = []
    /// What is allowed and seldom meant, in the order of the file.
    package var warnings: [DocumentError] = []

    package init() {}

    /// Every mistake of a file, in the order of their places.
    package struct Failure: Error, Sendable, Hashable {
        package var problems: [DocumentError]
    }

    /// Reads the file's bytes; `name` stands before each mistake. A mistake in the YAML itself is reported alone.
    package static func read(_ bytes: [UInt8], name: String) throws(Failure) -> StoreConfiguration {
        let root: Node
        var reading = Reading(name: name)
        do {
            let limits = ReadLimits(bytes: 1 << 20, nodes: 50_000)
            let (tree, duplicates) = try YAML.readNotingDuplicates(bytes, name: name, limits: limits)
            root = tree
            reading.add(duplicates)
        } catch {
            throw Failure(problems: [error])
        }
        if root.isNull {
            reading.note(
                "the file is empty, expected \"environments\"; `hypercare init` writes a first one",
                at: root.place)
            throw Failure(problems: reading.sorted)
        }
        let read = section.read(root, &reading)
        guard var configuration = read, reading.problems.isEmpty else {
            throw Failure(problems: reading.sorted)
        }
        configuration.warnings = reading.warnings.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        return configuration
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
                    "trusted_groups", \.trustedGroups, .list(.text("a group's name"), isEmptyAllowed: true),
                    "Groups of this machine whose members may own or write the programs, certificates and folders that are used here; by default root and you alone. This file itself is written by its owner alone, and as root no group is trusted.",
                    example: "[ops, magento]"),
            ],
            finish: { node, value, reading in
                if let environments = node["environments"], environments.members?.isEmpty == true {
                    reading.expected("at least one environment", at: environments)
                }
                value.groupPlaces = node["trusted_groups"]?.elements?.map(\.place) ?? []
                for index in value.environments.indices {
                    value.environments[index].trustedGroups = value.trustedGroups
                }
            })
    }

    /// Also the name of a folder.
    private static func isEnvironmentName(_ name: String) -> Bool {
        NameRule.isPlain(name) && !name.contains(":")
    }
}

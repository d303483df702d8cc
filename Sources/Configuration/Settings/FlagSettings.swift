import Documents
import FeatureFlags

/// A place that holds flags, with its name in the config.
package struct FlagSettings: Sendable, Hashable {
    package enum Details: Sendable, Hashable {
        case flagd(FlagdSettings)
        case magento(MagentoConfigSettings)
    }

    package var name: String
    package var details: Details

    package init(name: String, details: Details) {
        self.name = name
        self.details = details
    }
}

/// A file in flagd's format, JSON or YAML by its ending.
package struct FlagdSettings: Sendable, Hashable {
    package var path = ""
    package var interval: Duration = .seconds(5)
    package var deadline: Duration = .seconds(2)

    package init() {}

    static var section: Section<FlagdSettings> {
        Section(
            "flagd", "A file of flags as flagd reads it.", FlagdSettings(),
            [
                Field(
                    "path", \.path, Kind.flagFile.claiming { .flagFile($0) },
                    "The file; it is changed in place, comments and order are kept.", required: true,
                    example: "/srv/flagd/flags.json"),
                Field("interval", \.interval, .interval, "How often it is read."),
                Field("deadline", \.deadline, .deadline, "How long one read may take, at most the interval."),
            ],
            finish: { node, value, reading in
                Timing.check(node, interval: value.interval, deadline: &value.deadline, &reading)
            })
    }
}

extension Kind<[FlagSettings]> {
    static var flags: Kind {
        entries(
            "FLAGS",
            .tagged([
                (
                    FlagdSettings.section.shape,
                    {
                        FlagdSettings.section.read($0, isTagged: true, &$1)
                            .map { FlagSettings(name: "", details: .flagd($0)) }
                    }
                ),
                (
                    MagentoConfigSettings.section.shape,
                    {
                        MagentoConfigSettings.section.read($0, isTagged: true, &$1)
                            .map { FlagSettings(name: "", details: .magento($0)) }
                    }
                ),
            ]), keyRule: NameRule.isPlain, keyHint: NameRule.hint
        ) { name, place in FlagSettings(name: name, details: place.details) }
    }
}

extension Kind<String> {
    static var flagFile: Kind {
        text("a path that begins with / and ends with .json, .yaml or .yml", pattern: "^/.*\\.(json|ya?ml)$")
        { path in
            path.hasPrefix("/") && [".json", ".yaml", ".yml"].contains { path.hasSuffix($0) }
        }
    }
}

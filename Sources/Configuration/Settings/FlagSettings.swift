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
                    "path", \.path, .flagFile,
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

/// Magento's own configuration, through `bin/magento`.
package struct MagentoConfigSettings: Sendable, Hashable {
    /// A flag and the path of its setting.
    package struct Entry: Sendable, Hashable {
        package var flag: String
        /// `section/group/field`
        package var path: String

        package init(flag: String, path: String) {
            self.flag = flag
            self.path = path
        }
    }

    package var command = ["bin/magento"]
    package var via: [String] = []
    package var entries: [Entry] = []
    package var interval: Duration = .seconds(60)
    package var deadline: Duration = .seconds(30)

    package init() {}

    static var section: Section<MagentoConfigSettings> {
        Section(
            "magento-config", "Settings of the store itself, read and set by its own bin/magento.",
            MagentoConfigSettings(),
            [
                Field(
                    "command", \.command, .argv, "The program: config:show and config:set are added.",
                    example: "[php, /var/www/magento/bin/magento]"),
                Field(
                    "via", \.via, .via, "A command prefix that leads to the store's machine.",
                    example: "[ssh, app1]"),
                Field(
                    "paths", \.entries, .flagPaths,
                    "The flags: a name and the path of its setting, which must be yes or no.", required: true,
                    example: "{grid.async: dev/grid/async_indexing}"),
                Field(
                    "interval", \.interval, .interval,
                    "How often they are read; each read starts the store's PHP."),
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

    static var settingPath: Kind {
        text("a path such as section/group/field", pattern: "^[A-Za-z0-9_]+(/[A-Za-z0-9_]+){2}$") { path in
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            return parts.count == 3
                && parts.allSatisfy { part in
                    !part.isEmpty
                        && part.utf8.allSatisfy { byte in
                            byte == UInt8(ascii: "_")
                                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                        }
                }
        }
    }
}

extension Kind<[MagentoConfigSettings.Entry]> {
    static var flagPaths: Kind {
        let path = Kind<String>.settingPath
        let entry = Kind<MagentoConfigSettings.Entry>(
            shape: path.shape,
            read: { node, _, reading in
                path.read(node, nil, &reading).map { MagentoConfigSettings.Entry(flag: "", path: $0) }
            }, written: { path.written($0.path) })
        return entries(
            "FLAG", entry, keyRule: FlagNames.isActionable, keyHint: "1 to 128 letters, digits and . _ : / -"
        ) { MagentoConfigSettings.Entry(flag: $0, path: $1.path) }
    }
}

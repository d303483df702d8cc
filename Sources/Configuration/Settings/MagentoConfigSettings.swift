import Documents
package import FeatureFlags

/// Magento's own configuration, through `bin/magento`.
package struct MagentoConfigSettings: Sendable, Hashable {
    /// A flag, the path of its setting and where in the store it holds.
    package struct Entry: Sendable, Hashable {
        package var flag: String
        /// `section/group/field`
        package var path: String
        package var scope: FlagScope

        package init(flag: String, path: String, scope: FlagScope = .all) {
            self.flag = flag
            self.path = path
            self.scope = scope
        }
    }

    package var command = ["bin/magento"]
    package var via: [String] = []
    package var entries: [Entry] = []
    /// The source of `sources` whose tables are looked at; nil for none.
    package var database: String?
    package var interval: Duration = .seconds(60)
    package var deadline: Duration = .seconds(30)

    package init() {}

    static var section: Section<MagentoConfigSettings> {
        Section(
            "magento-config", "Settings of the store itself, read and set by its own bin/magento.",
            MagentoConfigSettings(),
            [
                Field(
                    "command", \.command, .argv,
                    "The program by its whole path, or with via as it is found over there: config:show, config:set and cache:clean config are added.",
                    example: "[php, /var/www/magento/bin/magento]"),
                Field(
                    "via", \.via, .via, "A command prefix that leads to the store's machine.",
                    example: "[ssh, app1]"),
                Field(
                    "paths", \.entries, .flagPaths,
                    "The flags: a name and the path of its setting, which must be yes or no; or the path with the scope it is for.",
                    required: true,
                    example:
                        "{grid.async: dev/grid/async_indexing, cod.de: {path: payment/cashondelivery/active, scope: stores/de}}"
                ),
                Field(
                    "database", \.database, optional: .plainName,
                    "A source of type mysql: its core_config_data tells cheaply when a setting has changed and what narrower scopes say. Without it the program is started at each look, and narrower scopes are not known.",
                    example: "magento-db"),
                Field(
                    "interval", \.interval, .interval,
                    "How often they are looked at; without a database each look starts the store's PHP."),
                Field("deadline", \.deadline, .deadline, "How long one read may take, at most the interval."),
            ],
            finish: { node, value, reading in
                Timing.check(node, interval: value.interval, deadline: &value.deadline, &reading)
                if node["command"] == nil, Programs.isHere(node) {
                    reading.note(
                        "\"command\" is missing, expected the program's whole path: "
                            + "[/var/www/magento/bin/magento]", at: node.place)
                } else {
                    Programs.check(value.command, of: "command", in: node, &reading)
                }
            })
    }
}

extension MagentoConfigSettings.Entry {
    static var section: Section<MagentoConfigSettings.Entry> {
        Section(
            "setting", "The setting of a flag.", MagentoConfigSettings.Entry(flag: "", path: ""),
            [
                Field(
                    "path", \.path, .settingPath, "Its path.", required: true,
                    example: "payment/cashondelivery/active"),
                Field(
                    "scope", \.scope, .scope,
                    "Which part of the store: default, a website (websites/CODE) or a store view (stores/CODE).",
                    example: "stores/de"),
            ])
    }
}

extension Kind<FlagScope> {
    /// `stores/de`, or `{scope: stores, code: de}`.
    static var scope: Kind {
        let text = Kind<FlagScope>.scalar(
            .text(
                hint: "default, websites/CODE or stores/CODE",
                pattern: "^(default|(websites|stores)/[A-Za-z][A-Za-z0-9_]*)$"),
            written: { $0.text }
        ) { text, _ in
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let level = parts.first.flatMap({ FlagScope.Level(rawValue: String($0)) }) else {
                return nil
            }
            return scope(level, parts.count == 2 ? String(parts[1]) : nil)
        }
        let section = Section<ScopeParts>(
            "scope", "A part of the store.", ScopeParts(),
            [
                Field("scope", \.level, .choice, "Of which kind.", required: true, example: "stores"),
                Field(
                    "code", \.code,
                    optional: .text("the code of a website or store view", where: isCode),
                    "Its code; the default has none.", example: "de"),
            ])
        return Kind(
            shape: .either([text.shape, .section(section.shape)]),
            read: { node, base, reading in
                guard node.members != nil else { return text.read(node, base, &reading) }
                guard let parts = section.read(node, &reading) else { return nil }
                guard let scope = scope(parts.level, parts.code) else {
                    reading.expected("a code with websites and stores, and none with default", at: node)
                    return nil
                }
                return scope
            }, written: text.written)
    }

    private struct ScopeParts {
        var level = FlagScope.Level.all
        var code: String?
    }

    private static func scope(_ level: FlagScope.Level, _ code: String?) -> FlagScope? {
        guard let code else { return level == .all ? .all : nil }
        return level != .all && isCode(code) ? FlagScope(level, code) : nil
    }

    /// As Magento itself wants them: a letter, then letters, digits and `_`.
    private static func isCode(_ code: String) -> Bool {
        guard let first = code.utf8.first, isLetter(first), code.utf8.count <= 64 else { return false }
        return code.utf8.allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

extension Kind<[MagentoConfigSettings.Entry]> {
    static var flagPaths: Kind {
        let path = Kind<String>.settingPath
        let section = MagentoConfigSettings.Entry.section
        let entry = Kind<MagentoConfigSettings.Entry>(
            shape: .either([path.shape, .section(section.shape)]),
            read: { node, _, reading in
                if node.members != nil { return section.read(node, &reading) }
                return path.read(node, nil, &reading).map { MagentoConfigSettings.Entry(flag: "", path: $0) }
            }, written: { $0.scope == .all ? path.written($0.path) : nil })
        return entries(
            "FLAG", entry, keyRule: FlagNames.isActionable, keyHint: "1 to 128 letters, digits and . _ : / -"
        ) { MagentoConfigSettings.Entry(flag: $0, path: $1.path, scope: $1.scope) }
    }
}

extension Kind<String> {
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

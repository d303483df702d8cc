import Configuration

/// The commands and their options, written down once: the parser, the help, the man page and the completions read
/// this.
package enum Grammar {
    package struct Option: Sendable, Hashable {
        /// With its dashes.
        package var name: String
        /// What follows it, in capitals; nil for a switch.
        package var value: String?
        package var text: String

        init(_ name: String, _ value: String? = nil, _ text: String) {
            self.name = name
            self.value = value
            self.text = text
        }
    }

    package struct Argument: Sendable, Hashable {
        package var name: String
        package var isRequired: Bool
        /// Empty: anything.
        package var choices: [String]
        /// One or more of them.
        package var isRepeated = false
    }

    package struct Entry: Sendable, Hashable {
        /// `config check`; empty is the console.
        package var words: [String]
        package var text: String
        package var options: [Option]
        package var argument: Argument?

        package var name: String { words.joined(separator: " ") }

        /// `hypercare config check [--config FILE] [--env NAME]`
        package var usage: String {
            var parts = ["hypercare"] + words
            if let argument {
                let name =
                    argument.choices.isEmpty || argument.choices.count > 5
                    ? argument.name : argument.choices.joined(separator: "|")
                let all = argument.isRepeated ? name + "..." : name
                parts.append(argument.isRequired ? all : "[\(all)]")
            }
            parts += options.map { option in
                option.value.map { "[\(option.name) \($0)]" } ?? "[\(option.name)]"
            }
            return parts.joined(separator: " ")
        }
    }

    package static let themes = ThemeFile.names

    static let config = Option(
        "--config", "FILE",
        "the config file; else $XDG_CONFIG_HOME/hypercare/config.yaml, then /etc/hypercare/config.yaml")
    static let environment = Option(
        "--env", "NAME", "which environment of the config; not needed when there is one")
    static let theme = Option("--theme", "THEME", "\(themes.joined(separator: ", ")), or a path")

    static let duration = Option(
        "--for", "TIME", "record so long, such as 90m, 4h or 2d; else 24h")
    static let size = Option(
        "--max-size", "SIZE", "end the recording before the file is larger, such as 200M or 2G; else 1G")
    static let redaction = Option(
        "--redact", "WHAT",
        "text (the default) hides what people and programs wrote freely, none hides nothing")
    private static let replace = Option("--force", nil, "replace the baseline that is there")

    package static let entries: [Entry] = [
        Entry(words: [], text: "the console", options: [config, environment, theme]),
        Entry(
            words: ["demo"], text: "the console on a simulated store, no server needed",
            options: [
                Option("--seed", "NUMBER", "the same number, the same store"),
                Option("--hang", nil, "every source hangs, for tests"), theme,
            ]),
        Entry(
            words: ["init"], text: "write a first, commented config; what is not given is asked",
            options: [
                Option("--config", "FILE", "where to; else $XDG_CONFIG_HOME/hypercare/config.yaml"),
                Option("--env", "NAME", "a name for the store"),
                Option("--production", "YES|NO", "whether it is production"),
                Option("--host", "HOST", "of the store's database"),
                Option("--user", "USER", "of the store's database"),
                Option("--database", "DATABASE", "the database"),
                Option("--password-file", "FILE", "holds the password; never the password itself"),
                Option("--rabbit-url", "URL", "of RabbitMQ's management API"),
                Option("--rabbit-user", "USER", "of RabbitMQ"),
                Option("--rabbit-password-file", "FILE", "holds RabbitMQ's password"),
                Option("--force", nil, "replace a config that is there"), Option("--yes", nil, "ask nothing"),
            ]),
        Entry(
            words: ["doctor"], text: "test each source step by step and say what to do",
            options: [config, environment],
            argument: Argument(name: "SOURCE", isRequired: false, choices: [])),
        Entry(
            words: ["status"], text: "look once and end as a Nagios plugin does",
            options: [
                Option("--json", nil, "for a script: the verdict, each check and all figures"),
                Option("--plain", nil, "lines for people (the default)"),
                Option("--schema", nil, "the JSON Schema of what --json prints; looks at nothing"),
                Option(
                    "--entity", "ENTITY", "this one alone: kind:name, such as queue:erp.order, or its key"),
                Option("--patience", "SECONDS", "how long one look may take, 1 to 300; else 12"),
                Option(
                    "--state", "DIR",
                    "remember in DIR/NAME from look to look; else in $XDG_STATE_HOME/hypercare/NAME/status"),
                config, environment,
            ]),
        Entry(
            words: ["watch"], text: "watch without a screen, until it is ended: judge, keep, and tell alerts",
            options: [
                Option("--headless", nil, "says that it is meant so; there is no other way yet"),
                Option(
                    "--alerts", "FILE",
                    "append each change of an alert as a line of JSON; - is standard output"),
                Option("--record", "FILE", "also take down what sources answer, as `record` does"),
                duration, size, redaction, config, environment,
            ]),
        Entry(
            words: ["record"],
            text: "take down in a new file what a store's sources answer, for replay and backtest",
            options: [duration, size, redaction, config, environment],
            argument: Argument(name: "FILE", isRequired: true, choices: [])),
        Entry(
            words: ["config", "check"], text: "name all mistakes of the config at once", options: [config]),
        Entry(
            words: ["config", "schema"], text: "print a JSON Schema of the config, for editors", options: []),
        Entry(
            words: ["audit", "show"], text: "print what people changed", options: [config, environment]),
        Entry(
            words: ["audit", "verify"], text: "check that no record of it was touched",
            options: [
                Option(
                    "--anchors", "FILE", "also compare it with the anchors in FILE, such as a system's log"),
                config, environment,
            ]),
        Entry(
            words: ["backtest"],
            text: "play recordings through all rules: the alerts as lines of JSON, with their time then",
            options: [
                Option("--table", nil, "one line an alert, for people"),
                Option(
                    "--scores", nil,
                    "FILE is a CSV of time and value: print how unusual each row is by those before it"),
                Option("--cold", nil, "as if the store had never been watched: its past is left out"),
                Option(
                    "--limits", "FACTOR",
                    "multiply all limits, 0.1 to 10: at 0.8 a recording without trouble tells how much is spare"
                ),
            ],
            argument: Argument(name: "FILE", isRequired: true, choices: [], isRepeated: true)),
        Entry(
            words: ["replay"],
            text: "the console on a recording: pause, step, jump to the next alert; needs no config",
            options: [
                Option("--speed", "NUMBER", "seconds of the recording in a second, 1 to 3600; else 1"),
                Option("--at", "TIME", "begin there: 02:10 (UTC) or 2026-03-03T02:10:00Z"), theme,
            ],
            argument: Argument(name: "FILE", isRequired: true, choices: [])),
        Entry(
            words: ["baseline", "capture"],
            text: "freeze what the kept history says is usual, for before the upgrade",
            options: [replace, config, environment]),
        Entry(
            words: ["baseline", "show"], text: "print what was captured or imported",
            options: [Option("--json", nil, "for a script"), config, environment]),
        Entry(
            words: ["baseline", "import"],
            text: "take the past that a recording tells of, in place of a history of this store",
            options: [replace, config, environment],
            argument: Argument(name: "FILE", isRequired: true, choices: [])),
        Entry(
            words: ["mark", "deploy"], text: "tell the console that a deploy was made, for a deploy script",
            options: [config, environment],
            argument: Argument(name: "TEXT", isRequired: true, choices: [])),
        Entry(
            words: ["mark", "note"], text: "tell the console a note, to stand among the changes",
            options: [config, environment],
            argument: Argument(name: "TEXT", isRequired: true, choices: [])),
        Entry(
            words: ["completion"], text: "print a completion script for a shell",
            options: [
                Option(
                    "--list", "WHAT", "instead: the environments, sources or entities that the config names"),
                config, environment,
            ],
            argument: Argument(
                name: "SHELL", isRequired: true, choices: Command.Shell.allCases.map(\.rawValue))),
        Entry(
            words: ["help"], text: "explain a topic", options: [],
            argument: Argument(
                name: "TOPIC [PART]", isRequired: false, choices: HelpTopic.allCases.map(\.rawValue))),
        Entry(words: ["man"], text: "print the man page (roff)", options: []),
    ]

    /// `config`, `audit`: words that only begin a command.
    static func isGroup(_ word: String) -> Bool {
        entries.contains { $0.words.count == 2 && $0.words[0] == word }
    }
}

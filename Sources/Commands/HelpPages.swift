import Configuration

/// The help topics. Keys, rules and words are data: the console's key map and what judges own them.
package struct HelpPages: Sendable {
    /// Keys that belong together: a title, then what is pressed and what it does.
    package struct KeySection: Sendable, Hashable {
        package var title: String
        package var keys: [HelpPage.Item]
        package init(title: String, keys: [HelpPage.Item]) {
            self.title = title
            self.keys = keys
        }
    }

    private let keys: [KeySection]
    private let rules: [HelpPage.Item]
    let words: [HelpPage.Item]

    /// `rules` are what is judged, each with when it speaks; `words` what stands on the screens.
    package init(keys: [KeySection], rules: [HelpPage.Item] = [], words: [HelpPage.Item] = []) {
        self.keys = keys
        self.rules = rules
        self.words = words
    }

    /// Nil is the overview.
    package func page(_ topic: HelpTopic?) -> HelpPage {
        switch topic {
        case nil: overview
        case .config: config
        case .sources: sources
        case .rules: rulesPage
        case .alerts: alerts
        case .glossary: glossary
        case .keys: keysPage
        case .flags: flags
        case .exitCodes: exitCodes
        }
    }

    private var rulesPage: HelpPage {
        HelpPage(
            title: "rules",
            blocks: [
                .text(
                    "Each rule says one thing of one queue, flow, job, indexer, flag or source. A row, its detail, the journal and `hypercare status` are made of what the rules say, and of nothing else. While what a rule looks for is so but its hold is not over, it is pending; where it needs a reading there has not been, it is not judged. Limits are in the config: `hypercare help config`."
                ),
                .items(rules),
            ])
    }

    /// The usage and options of one command.
    package func page(command words: [String]) -> HelpPage {
        guard let entry = Grammar.entries.first(where: { $0.words == words }) else { return group(words) }
        var blocks: [HelpPage.Block] = [.text(entry.text), .code([entry.usage])]
        if !entry.options.isEmpty {
            blocks.append(.items(entry.options.map { HelpPage.Item(Self.term($0), $0.text) }))
        }
        return HelpPage(title: "hypercare \(entry.name)", blocks: blocks)
    }

    /// The commands that begin with a word: `config`, `audit`.
    private func group(_ words: [String]) -> HelpPage {
        let entries = Grammar.entries.filter { !words.isEmpty && $0.words.starts(with: words) }
        guard !entries.isEmpty else { return overview }
        let items = entries.map { HelpPage.Item("hypercare \($0.name)", $0.text) }
        return HelpPage(title: "hypercare \(words.joined(separator: " "))", blocks: [.items(items)])
    }

    private var overview: HelpPage {
        let commands = Grammar.entries.map { entry in
            HelpPage.Item(
                entry.words.isEmpty ? "hypercare" : "hypercare \(entry.name)\(Self.argument(entry))",
                entry.text)
        }
        var options: [HelpPage.Item] = []
        for entry in Grammar.entries where !entry.options.isEmpty && entry.words != ["init"] {
            for option in entry.options where !options.contains(where: { $0.term == Self.term(option) }) {
                options.append(HelpPage.Item(Self.term(option), option.text))
            }
        }
        options.append(HelpPage.Item("--version", "the version"))
        let initOptions = Grammar.entries.first { $0.words == ["init"] }?.options ?? []
        return HelpPage(
            title: "hypercare",
            blocks: [
                .text(
                    "hypercare watches a Magento 2 store in the hours and days after an upgrade: queues, integrations, cron, indexers and feature flags, on one screen, over SSH."
                ),
                .heading("Commands"), .items(commands), .heading("Options"), .items(options),
                .heading("Options of init"),
                .items(initOptions.map { HelpPage.Item(Self.term($0), $0.text) }),
                .heading("Topics"),
                .items(HelpTopic.allCases.map { HelpPage.Item("help \($0.rawValue)", $0.summary) }),
            ])
    }

    private var config: HelpPage {
        var blocks: [HelpPage.Block] = [
            .text(
                "The config is YAML. `hypercare init` writes a first one, `hypercare config check` names all its mistakes with line and column, also what this machine alone can tell (time zones, files, programs, patterns), `hypercare config schema` prints a JSON Schema for editors. It is looked for in $XDG_CONFIG_HOME/hypercare/config.yaml (~/.config), then /etc/hypercare/config.yaml."
            ),
            .text(
                "Secrets never stand in it: a password is {file: PATH}, {env: NAME} or {command: [PROGRAM, ARGUMENT]}. Nobody but its owner should be able to write the config, since it names programs to run."
            ),
            .text(
                "Durations have a unit: 500ms, 5s, 2m, 1h, 3d. Sizes: 64KB, 1MB. true, yes and on are the same, so are false, no and off."
            ),
            .code([
                "environments:", "  eu-shop:", "    sources:", "      magento-db:", "        type: mysql",
                "        host: db1.internal", "        user: hypercare",
                "        password: {file: /home/ops/.config/hypercare/db-password}",
                "        database: magento",
            ]),
        ]
        for group in ConfigurationHelp.groups {
            blocks.append(.heading(group.path))
            blocks.append(.text(group.text))
            blocks.append(
                .items(
                    group.keys.map { key in
                        let example = key.example.map { " Example: \($0)" } ?? ""
                        return HelpPage.Item(key.name, "\(key.text) (\(key.kind))\(example)")
                    }))
        }
        return HelpPage(title: "config", blocks: blocks)
    }

    private var keysPage: HelpPage {
        HelpPage(
            title: "keys",
            blocks: [.text("The keys of the console; ? shows them there, with a search.")]
                + keys.flatMap { [.heading($0.title), .items($0.keys)] })
    }

    private static func term(_ option: Grammar.Option) -> String {
        option.value.map { "\(option.name) \($0)" } ?? option.name
    }

    private static func argument(_ entry: Grammar.Entry) -> String {
        guard let argument = entry.argument else { return "" }
        return argument.isRequired ? " \(argument.name)" : " [\(argument.name)]"
    }
}

import Commands
import Configuration
import Testing
import Text

struct HelpTests {
    private let pages = HelpPages(
        keys: [.init(title: "See", keys: [.init("1 - 5", "go to that pane"), .init("PgUp PgDn", "a page")])],
        words: [.init("lag", "how late it is")])

    @Test(arguments: [40, 80, 100])
    func `fits its width, whatever the topic`(width: Int) {
        for topic in [nil] + HelpTopic.allCases.map(Optional.some) {
            let text = pages.page(topic).plain(width: width)
            for line in text.split(separator: "\n") where !line.hasPrefix("    ") && !line.hasPrefix("  ") {
                #expect(CellWidth.of(String(line)) <= max(width, 64), "\(line)")
            }
            #expect(
                Sanitizer.line(text.replacing("\n", with: " "), maxBytes: 1 << 20)
                    == text.replacing("\n", with: " "))
        }
    }

    @Test func `the overview names every command, option and topic`() {
        let text = pages.page(nil).plain()
        for entry in Grammar.entries {
            #expect(
                text.contains("hypercare \(entry.name)".trimmingSuffix(while: { $0 == " " })), "\(entry.name)"
            )
            for option in entry.options { #expect(text.contains(option.name), "\(option.name)") }
        }
        for topic in HelpTopic.allCases { #expect(text.contains("help \(topic.rawValue)")) }
    }

    @Test func `the topics hold what they are made of`() {
        #expect(pages.page(.keys).plain().contains("  PgUp PgDn  a page"))
        let config = pages.page(.config).plain()
        for group in ConfigurationHelp.groups {
            for key in group.keys { #expect(config.contains("  \(key.name)"), "\(key.name)") }
        }
        #expect(pages.page(.glossary).plain().contains("  lag  how late it is"))
        #expect(pages.page(.exitCodes).plain().contains("  2  critical"))
        let sources = pages.page(.sources).plain()
        for word in ["`counts`", "since_last", "totals"] { #expect(sources.contains(word), "\(word)") }
        #expect(
            pages.page(command: ["doctor"]).plain().contains(
                "hypercare doctor [SOURCE] [--config FILE] [--env NAME]"))
    }

    @Test(arguments: [
        (HelpTopic.config, "mysql", "table_prefix", "vhosts"),
        (.config, "table_prefix", "Magento's db", "vhosts"),
        (.config, "queues.limits", "no_consumer_hold", "by_name"),
        (.sources, "rabbitmq", "set_permissions", "GRANT"),
        (.flags, "flagd", "DISABLED", "config:set"), (.flags, "Conflict", "somebody else", "saved"),
        (.keys, "see", "go to that pane", "nothing"),
    ])
    func `a part of a topic is found by its heading or its term, and is that part alone`(
        topic: HelpTopic, part: String, holds: String, lacks: String
    ) throws {
        let text = try #require(pages.page(topic).part(part)).plain()
        #expect(text.contains(holds) && !text.contains(lacks), "\(text)")
        #expect(pages.page(topic).part("nonsense") == nil)
    }

    @Test func `the man page holds every topic and no stray request`() {
        let roff = ManPage(pages, version: "1.2-dev").roff
        #expect(roff.hasPrefix(".TH HYPERCARE 1 \"\" \"hypercare 1.2\\-dev\""))
        for topic in HelpTopic.allCases {
            #expect(
                roff.contains("\n.SH \(topic == .exitCodes ? "EXIT CODES" : topic.rawValue.uppercased())\n"))
        }
        let requests: Set = [".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".nf", ".fi", ".RS", ".RE"]
        for line in roff.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(requests.contains(line.split(separator: " ").first.map(String.init) ?? ""), "\(line)")
        }
        #expect(!roff.contains("--") && roff.unicodeScalars.allSatisfy(\.isASCII))
    }

    @Test(arguments: Command.Shell.allCases)
    func `completions know every command, option and topic`(shell: Command.Shell) {
        let script = Completion.script(shell)
        for entry in Grammar.entries {
            for word in entry.words + (entry.argument?.choices ?? []) {
                #expect(script.contains(word), "\(word)")
            }
            for option in entry.options {
                #expect(
                    script.contains(shell == .fish ? "-l \(option.name.dropFirst(2))" : option.name),
                    "\(option.name)")
            }
        }
        for theme in Grammar.themes { #expect(script.contains(theme)) }
    }
}

extension String {
    fileprivate func trimmingSuffix(while isWanted: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isWanted(last) { text.removeLast() }
        return text
    }
}

import Commands
import Monitoring
import Platform
import Screens

/// `hypercare help`, the man page and the completions: all made from the same texts.
enum HelpCommand {
    static func run(_ command: Command) throws -> Int32 {
        switch command {
        case .help(let topic): try StandardStreams.write(pages.page(topic).plain())
        case .commandHelp(let words): try StandardStreams.write(pages.page(command: words).plain())
        case .man: try StandardStreams.write(ManPage(pages, version: Version.text).roff)
        case .completion(let shell): try StandardStreams.write(Completion.script(shell))
        default: break
        }
        return ExitCode.ok
    }

    private static var pages: HelpPages {
        HelpPages(
            keys: KeyMap.Section.allCases.compactMap { section -> HelpPages.KeySection? in
                let bindings = KeyMap.bindings.filter { $0.section == section }
                guard !bindings.isEmpty else { return nil }
                return HelpPages.KeySection(
                    title: section.rawValue, keys: bindings.map { HelpPage.Item($0.keys, $0.help) })
            }, rules: Rule.allCases.map { HelpPage.Item($0.label, $0.explanation) })
    }
}

import Commands
import Monitoring
import Platform
import Screens
import Text

/// `hypercare help`, the man page and the completions: all made from the same texts.
enum HelpCommand {
    static func run(_ command: Command) throws -> Int32 {
        switch command {
        case .help(let topic, let part): try show(page(topic, part))
        case .commandHelp(let words): try show(pages.page(command: words))
        case .man: try StandardStreams.write(ManPage(pages, version: Version.text).roff)
        case .completion(let shell): try StandardStreams.write(Completion.script(shell))
        default: break
        }
        return ExitCode.ok
    }

    private static func page(_ topic: HelpTopic?, _ part: String?) throws -> HelpPage {
        let page = pages.page(topic)
        guard let topic, let part else { return page }
        if let found = page.part(part) { return found }
        let near = Nearest.to(part, among: page.parts).map { ", did you mean \($0)?" }
        throw Complaint(
            "help \(topic.rawValue) has no part \"\(Sanitizer.line(part, maxBytes: 200))\"" + (near ?? ""),
            exitCode: ExitCode.usage)
    }

    private static func show(_ page: HelpPage) throws {
        let text = page.plain()
        Pager.become(text, environment: Environment.ofProcess)
        try StandardStreams.write(text)
    }

    private static var pages: HelpPages {
        HelpPages(
            keys: KeyMap.Section.allCases.compactMap { section -> HelpPages.KeySection? in
                let bindings = KeyMap.bindings.filter { $0.section == section }
                guard !bindings.isEmpty else { return nil }
                return HelpPages.KeySection(
                    title: section.rawValue, keys: bindings.map { HelpPage.Item($0.keys, $0.help) })
            }, rules: Rule.allCases.map { HelpPage.Item($0.label, $0.explanation) },
            words: Glossary.entries.map { HelpPage.Item($0.word, $0.text) })
    }
}

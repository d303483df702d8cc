import Display
import Monitoring
import Text

extension Model {
    mutating func openHelp() {
        if screen == .help {
            overlays.removeLast()
        } else {
            help = HelpState()
            overlays.append(.help)
        }
    }

    /// What is typed narrows the help.
    mutating func searchHelp(_ key: Key) -> [Effect] {
        switch key {
        case .up: return perform(.up)
        case .down: return perform(.down)
        case .enter:
            help.isTyping = false
            if !help.query.isEmpty { explainHelpLine() }
            return []
        case .escape, .control("c"):
            help.query.clear()
            help.isTyping = false
        case .backspace where help.query.isEmpty: help.isTyping = false
        default: guard help.query.take(key) else { return [] }
        }
        // The key that is called so, before the words that hold it.
        help.chosen = helpLines.firstIndex { $0.strokes.contains { $0.key.name == help.query.text } } ?? 0
        return []
    }

    /// The lines of the help that hold what is searched, in the order of the sections.
    package var helpLines: [KeyMap.Binding] {
        let query = help.query.text.lowercased()
        return ((replay == nil ? [] : KeyMap.replay) + KeyMap.bindings).filter { binding in
            query.isEmpty
                || "\(binding.section.rawValue) \(binding.keys) \(binding.help)".lowercased().mentions(query)
        }
    }

    /// Somebody who presses a key in the help wants to know what it does: its line is chosen, and whether it works on
    /// the screen under the help is said. False where the help has no line of it.
    mutating func findInHelp(_ key: Key) -> Bool {
        func isOfIt(_ binding: KeyMap.Binding) -> Bool { binding.strokes.contains { $0.key == key } }
        let all = (replay == nil ? [] : KeyMap.replay) + KeyMap.bindings
        var under = self
        under.overlays.removeLast()
        // The same key may mean another thing elsewhere.
        let known = all.filter(isOfIt)
        guard let binding = known.first(where: { $0.places.contains(under.place) }) ?? known.first else {
            return false
        }
        if !helpLines.contains(binding) { help.query.clear() }
        help.chosen = helpLines.firstIndex(of: binding) ?? help.chosen
        say(binding.keys + ": " + binding.help + (whyNotUnderHelp(binding).map { "; not now: \($0)" } ?? ""))
        return true
    }

    /// Why a line of the help would do nothing on the screen under it; nil when it works.
    func whyNotUnderHelp(_ binding: KeyMap.Binding) -> String? {
        var under = self
        if under.screen == .help { under.overlays.removeLast() }
        guard binding.places.contains(under.place), let action = binding.strokes.first?.action else {
            return binding.whereItWorks
        }
        return under.whyNot(action)
    }

    /// Says what the chosen line does, and does nothing: who reads the help, or ends a word to be found with Enter, has
    /// asked for no more.
    mutating func explainHelpLine() {
        let lines = helpLines
        let query = help.query.text.lowercased()
        // A word of the screens that was looked for is what is meant, whatever keys have it in them.
        let words = help.foundWords
        if let word = words.first(where: { $0.word.lowercased() == query })
            ?? (lines.isEmpty ? words.first : nil)
        {
            return say("\(word.word): \(word.text)", seconds: 20)
        }
        guard lines.indices.contains(help.chosen) else { return }
        let binding = lines[help.chosen]
        let why = whyNotUnderHelp(binding)
        say(
            binding.keys + ": " + binding.help
                + (why.map { "; not now: \($0)" } ?? "; the help only tells: Esc, then the key does it"))
    }
}

extension HelpState {
    /// The words of the screens that hold what is searched; none while nothing is.
    var foundWords: [Glossary.Entry] {
        let query = query.text.lowercased()
        guard !query.isEmpty else { return [] }
        return Glossary.entries.filter { "\($0.word) \($0.text)".lowercased().mentions(query) }
    }
}

extension KeyMap.Binding {
    /// `on the first screen`, where it does not work on every one.
    var whereItWorks: String {
        if places.contains(.watch) { return "on the first screen" }
        if places.contains(.detail) { return "on a row's page" }
        if places.contains(.alert) { return "on an alert's page" }
        return places.contains(.lines) ? "on a page of lines" : "elsewhere"
    }
}

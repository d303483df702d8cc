import Display
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

    /// Typing narrows the help; false for the keys that move in it or leave it.
    mutating func searchHelp(_ key: Key) -> Bool {
        switch key {
        // A question mark closes what it opened.
        case .character("?"): return false
        case .escape where !help.query.isEmpty: help.query.clear()
        default: guard help.query.take(key) else { return false }
        }
        help.chosen = 0
        return true
    }

    /// The lines of the help that hold what is searched, in the order of the sections.
    package var helpLines: [KeyMap.Binding] {
        let query = help.query.text.lowercased()
        return KeyMap.bindings.filter { binding in
            query.isEmpty
                || "\(binding.section.rawValue) \(binding.keys) \(binding.help)".lowercased().mentions(query)
        }
    }

    mutating func runHelpLine() -> [Effect] {
        let lines = helpLines
        guard lines.indices.contains(help.chosen) else { return [] }
        let binding = lines[help.chosen]
        overlays.removeLast()
        guard binding.places.contains(place), let action = binding.strokes.first?.action else {
            say("\(binding.keys) does not work here")
            return []
        }
        return perform(action)
    }
}

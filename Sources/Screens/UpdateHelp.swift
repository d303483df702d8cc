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

    /// What is typed narrows the help.
    mutating func searchHelp(_ key: Key) -> [Effect] {
        switch key {
        case .up: return perform(.up)
        case .down: return perform(.down)
        case .enter:
            help.isTyping = false
            return []
        case .escape, .control("c"):
            help.query.clear()
            help.isTyping = false
        case .backspace where help.query.isEmpty: help.isTyping = false
        default: guard help.query.take(key) else { return [] }
        }
        help.chosen = 0
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

    mutating func runHelpLine() -> [Effect] {
        let lines = helpLines
        guard lines.indices.contains(help.chosen) else { return [] }
        let binding = lines[help.chosen]
        overlays.removeLast()
        help.isTyping = false
        guard binding.places.contains(place), let action = binding.strokes.first?.action else {
            say("\(binding.keys) does not work here")
            return []
        }
        // Somebody who reads the help has not asked to leave.
        return perform(action == .quit ? .askToQuit : action)
    }
}

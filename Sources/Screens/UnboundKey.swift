import Display

// A key that does nothing says so, once: a person who comes from another tool learns the key that does it here.
extension Model {
    mutating func explain(_ key: Key) {
        if screen == .help, findInHelp(key) { return }
        guard explained.insert(key).inserted else { return }
        say("\(key.said) does nothing here; \(advice(key))")
    }

    private func advice(_ key: Key) -> String {
        if let binding = KeyMap.bindings.first(where: { $0.strokes.contains { $0.key == key } }) {
            return "\(binding.whereItWorks): \(binding.help)"
        }
        if let action = Self.elsewhere[key], let binding = KeyMap.binding(of: action) {
            return "\(KeyMap.name(of: action)): \(binding.help)"
        }
        if case .character(let scalar) = key, let other = scalar.otherCase,
            let action = KeyMap.action(for: .character(other), in: place),
            let binding = KeyMap.binding(of: action)
        {
            return "\(other): \(binding.help)"
        }
        return "? shows the keys, : takes words"
    }

    /// What keys do in k9s, htop, lazydocker, lnav and vim.
    private static let elsewhere: [Key: Action] = [
        .character("h"): .help, .character("H"): .help, .character("r"): .readNow, .function(5): .readNow,
        .function(3): .filter, .function(4): .filter, .character("\\"): .filter, .function(6): .sortNext,
        .character("s"): .sortNext, .character("S"): .sortNext, .character("o"): .sortNext,
        .character("v"): .mark,
        .character("i"): .open, .character("z"): .freeze, .character("p"): .freeze, .insert: .mark,
        .character("]"): .nextPane, .character("["): .previousPane, .control("r"): .readNow,
        .control("g"): .back, .control("p"): .up, .control("n"): .down, .character("w"): .nextPane,
        .control("w"): .nextPane, .function(7): .toggleFlag,
        .function(8): .toggleFlag,
        .function(9): .toggleFlag, .control("k"): .toggleFlag, .delete: .toggleFlag,
    ]
}

extension Key {
    /// As one says it.
    fileprivate var said: String {
        switch self {
        case .character(" "): "Space"
        case .paste: "what was pasted"
        default: name
        }
    }
}

extension Unicode.Scalar {
    fileprivate var otherCase: Unicode.Scalar? {
        let mapping = properties.isUppercase ? properties.lowercaseMapping : properties.uppercaseMapping
        guard let other = mapping.unicodeScalars.first, other != self else { return nil }
        return other
    }
}

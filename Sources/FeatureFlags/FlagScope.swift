/// For which part of a Magento store a setting holds: all of it, a website, a store view (`magento.md` 5.1).
package struct FlagScope: Sendable, Codable {
    /// As `core_config_data` and `config:show --scope` call them.
    package enum Level: String, Sendable, Codable, CaseIterable {
        case all = "default"
        case website = "websites"
        case storeView = "stores"
    }

    package var level: Level
    /// Of the website or store view; empty for the default.
    package var code: String

    package init(_ level: Level, _ code: String = "") {
        self.level = level
        self.code = code
    }

    package static let all = FlagScope(.all)

    /// `default`, `websites/base`, `stores/de`
    package var text: String { level == .all ? level.rawValue : "\(level.rawValue)/\(code)" }

    /// `default`, `website base`, `store view de`
    package var words: String {
        switch level {
        case .all: "default"
        case .website: "website \(code)"
        case .storeView: "store view \(code)"
        }
    }
}

extension FlagScope: Hashable {
    // Codes come from outside: bytes, not Unicode's idea of them.
    package static func == (left: Self, right: Self) -> Bool {
        left.level == right.level && left.code.utf8.elementsEqual(right.code.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(level)
        for byte in code.utf8 { hasher.combine(byte) }
    }
}

/// What a narrower scope says of a setting.
package struct FlagOverride: Hashable, Sendable, Codable {
    package var scope: FlagScope
    package var value: FlagValue

    package init(_ scope: FlagScope, _ value: FlagValue) {
        self.scope = scope
        self.value = value
    }
}

extension [FlagOverride] {
    /// `ON in website b2b and 2 store views`; nil when there are none. Codes are not sanitised here.
    package var words: String? {
        var parts: [String] = []
        var values: [FlagValue] = []
        for override in self where !values.contains(override.value) { values.append(override.value) }
        for value in values {
            let places = [FlagScope.Level.website, .storeView].compactMap { level -> String? in
                let scopes = filter { $0.value == value && $0.scope.level == level }.map(\.scope)
                let name = level == .website ? "websites" : "store views"
                return scopes.count > 1 ? "\(scopes.count) \(name)" : scopes.first?.words
            }
            guard !places.isEmpty else { continue }
            let word = value.isKnown ? value.text : "not known"
            parts.append("\(word) in \(places.joined(separator: " and "))")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

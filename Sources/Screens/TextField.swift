package import Display

/// One line of typed text; the text cursor stands at its end.
package struct TextField: Hashable, Sendable {
    package private(set) var text = ""
    /// Characters it takes at most.
    private let limit: Int

    package init(limit: Int = 80) { self.limit = limit }

    package var isEmpty: Bool { text.isEmpty }

    /// False when the key is none of a field's. A paste is taken up to its first line end.
    package mutating func take(_ key: Key) -> Bool {
        switch key {
        case .character(let scalar): append(scalar)
        case .paste(let pasted):
            pasted.unicodeScalars.prefix { $0 != "\n" && $0 != "\r" }.forEach { append($0) }
        case .backspace: if !text.isEmpty { text.removeLast() }
        case .control("u"): text = ""
        case .control("w"): removeWord()
        default: return false
        }
        return true
    }

    package mutating func clear() { text = "" }

    private mutating func append(_ scalar: Unicode.Scalar) {
        // What is typed is shown and sent on: no controls, no invisible characters.
        guard scalar.properties.generalCategory.isVisible, text.unicodeScalars.count < limit else { return }
        text.unicodeScalars.append(scalar)
    }

    private mutating func removeWord() {
        while text.last == " " { text.removeLast() }
        while let last = text.last, last != " " { text.removeLast() }
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isVisible: Bool {
        switch self {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            false
        default: true
        }
    }
}

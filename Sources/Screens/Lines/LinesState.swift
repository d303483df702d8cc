package import EngineAPI
package import Monitoring
import Text

/// How the lines behind an entity are looked at.
package struct LinesState: Hashable, Sendable {
    /// The only one that is shown; nil: all.
    package var outcome: Outcome?
    package var query = TextField(limit: 80)
    package var isTyping = false
    /// The line the cursor stands on; nil: the newest, whichever that is.
    package var chosen: Detail.Lines.Line?
    /// Rows of the list above it.
    var rowsAbove = 0
    /// The newest line when the cursor left it.
    var newestSeen: Detail.Lines.Line?

    /// Those that are to be shown, the oldest first.
    func filtered(_ lines: Detail.Lines?) -> [Detail.Lines.Line] {
        let words = query.text.lowercased().split(separator: " ").map(String.init)
        return (lines?.lines ?? []).filter { line in
            guard outcome == nil || line.line.outcome == outcome else { return false }
            return words.allSatisfy { word in
                let isInverse = word.hasPrefix("!") && word.utf8.count > 1
                return line.mentions(isInverse ? String(word.dropFirst()) : word) != isInverse
            }
        }
    }
}

extension Detail.Lines.Line {
    fileprivate func mentions(_ word: String) -> Bool {
        [line.text, line.level ?? "", line.outcome.word, source].contains { $0.mentions(lowercase: word) }
    }
}

extension Outcome {
    /// In a row of the list.
    var word: String {
        switch self {
        case .success: "ok"
        case .failure: "failed"
        case .retry: "retried"
        }
    }

    /// Its sign, and the sign's role.
    var status: Status {
        switch self {
        case .success: .ok
        case .failure: .critical
        case .retry: .warning
        }
    }
}

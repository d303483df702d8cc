import Text

/// What a deploy script or a person says of the store, to stand among its changes.
package struct Mark: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable { case deploy, note }

    package static let mostBytes = 200

    package var kind: Kind
    /// Sanitised, never empty.
    package let text: String
    /// Sanitised.
    package let by: String
    /// By the clock of whoever said it.
    package var at: WallTime

    /// Nil where nothing is said; a text that is too long is cut.
    package init?(_ kind: Kind, _ text: String, by: String, at: WallTime) {
        var text = Substring(Sanitizer.line(text, maxBytes: Self.mostBytes))
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        guard !text.isEmpty else { return nil }
        self.kind = kind
        self.text = String(text)
        self.by = Sanitizer.line(by, maxBytes: 64)
        self.at = at
    }

    // What was written by another hand is no more trusted than what is typed.
    package init(from decoder: any Decoder) throws {
        let kept = try decoder.container(keyedBy: CodingKeys.self)
        let mark = Mark(
            try kept.decode(Kind.self, forKey: .kind), try kept.decode(String.self, forKey: .text),
            by: try kept.decode(String.self, forKey: .by), at: try kept.decode(WallTime.self, forKey: .at))
        guard let mark else {
            throw DecodingError.dataCorruptedError(
                forKey: .text, in: kept, debugDescription: "a mark says something")
        }
        self = mark
    }
}

extension Change {
    /// `id` tells marks apart; one that comes from the future was made now.
    package init(_ mark: Mark, id: String, at now: WallTime) {
        self.init(
            id: "mark \(id)", mark.kind == .deploy ? .deploy : .note, mark.text, at: min(mark.at, now),
            by: mark.by)
    }
}

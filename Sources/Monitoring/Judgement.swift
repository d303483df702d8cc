/// What the figures of one row mean, made here from limits and carried to the screens: a view never
/// compares a figure with a limit.
package struct Judgement: Hashable, Sendable, Codable {
    package var status: Status
    /// The sentence in its parts, most important first; screens join them with ` · ` and leave parts out
    /// from the end. Empty when there is nothing to say. Sanitised where it quotes text from outside.
    package var reason: [String]
    /// When this status began (the first time it was seen), nil for a status that was always so.
    package var since: WallTime?

    package init(_ status: Status, _ reason: [String] = [], since: WallTime? = nil) {
        self.status = status
        self.reason = reason
        self.since = since
    }

    package static let ok = Judgement(.ok)
}

import Display

/// What is typed after `:`, and how far Tab and Up have gone.
package struct CommandField: Hashable, Sendable {
    package private(set) var field = TextField(limit: 200)
    /// What Tab goes through, and where it is.
    private var offers: (all: [String], place: Int)?
    /// How many lines Up has gone back.
    private var past = 0

    /// With a word that stands there already.
    init(_ begun: String = "") { replace(begun) }

    package var text: String { field.text }

    /// False when the key is none of a field's.
    mutating func take(_ key: Key) -> Bool {
        guard field.take(key) else { return false }
        offers = nil
        past = 0
        return true
    }

    /// As far as all of them agree, then one after the other.
    mutating func complete(_ candidates: [String], by step: Int) {
        if let (all, place) = offers {
            let next = (place + step + all.count) % all.count
            offers = (all, next)
            return replace(all[next])
        }
        guard let first = candidates.first else { return }
        let common = candidates.dropFirst().reduce(first) { Self.common($0, $1) }
        if candidates.count == 1 || common.count > text.count { return replace(common) }
        let place = step > 0 ? 0 : candidates.count - 1
        offers = (candidates, place)
        replace(candidates[place])
    }

    /// An earlier line, or a later one.
    mutating func recall(_ history: [String], by step: Int) {
        let wanted = past + step
        guard (0...history.count).contains(wanted) else { return }
        past = wanted
        offers = nil
        replace(past == 0 ? "" : history[history.count - past])
    }

    private mutating func replace(_ text: String) {
        field.clear()
        for scalar in text.unicodeScalars { _ = field.take(.character(scalar)) }
    }

    private static func common(_ one: String, _ other: String) -> String {
        String(zip(one, other).prefix { $0 == $1 }.map(\.0))
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.field == right.field && left.past == right.past && left.offers?.all == right.offers?.all
            && left.offers?.place == right.offers?.place
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(field) }
}

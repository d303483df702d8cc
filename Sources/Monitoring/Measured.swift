/// A figure that several rules of one thing speak of: a sentence names it once, with the limit it is over.
package struct Measured: Hashable, Sendable, Codable {
    /// In the order in which a sentence tells them.
    package enum Kind: Int, Sendable, Codable {
        case waiting, pace, age
    }

    package var kind: Kind
    /// `103 wait`, `68 more each minute`, `the oldest 55 s`.
    package var text: String
    package var limit: String?

    package init(_ kind: Kind, _ text: String, limit: String? = nil) {
        (self.kind, self.text, self.limit) = (kind, text, limit)
    }
}

extension [Measured] {
    /// `103 wait, 68 more each minute, the oldest 55 s (limits 40 and 20 s)`; nil of nothing.
    package var clause: String? {
        guard !isEmpty else { return nil }
        let ordered = sorted { $0.kind.rawValue < $1.kind.rawValue }
        let told = ordered.map(\.text).joined(separator: ", ")
        let limits = ordered.compactMap(\.limit)
        guard let last = limits.last else { return told }
        guard limits.count > 1 else { return "\(told) (limit \(last))" }
        return "\(told) (limits \(limits.dropLast().joined(separator: ", ")) and \(last))"
    }

    /// Each kind once, in the words of the one that knows its limit.
    mutating func merge(_ others: [Measured]) {
        for other in others {
            if let place = firstIndex(where: { $0.kind == other.kind }) {
                if self[place].limit == nil, other.limit != nil { self[place] = other }
            } else {
                append(other)
            }
        }
    }
}

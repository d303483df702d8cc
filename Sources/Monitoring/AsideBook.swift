/// What people have set aside, and the decision when it comes back.
///
/// A thing stays aside for what was told of it when a person looked, for nothing that is worse or new: it
/// comes back when another rule speaks or one gets worse, when its time is over, when it was well in between,
/// and when it leaves its server's listing or returns to it.
package struct AsideBook: Hashable, Sendable {
    /// Why a thing is back in sight.
    package enum Return: Hashable, Sendable {
        case worse(Rule), another(Rule)
        case timeIsOver
        /// It is ok: what was set aside is over.
        case well
        /// It is listed again.
        case listed

        /// After a name and a colon or as a clause.
        package var words: String {
            switch self {
            case .worse(let rule): "it got worse (\(rule.label))"
            case .another(.vanished): "it is no longer there"
            case .another(let rule): "something else is told (\(rule.label))"
            case .timeIsOver: "its time is over"
            case .well: "it is ok"
            case .listed: "it is there again"
            }
        }
    }

    package struct Entry: Hashable, Sendable, Codable {
        package var aside: Aside
        package var told: Told

        package init(_ aside: Aside, told: Told) {
            self.aside = aside
            self.told = told
        }
    }

    package private(set) var entries: [EntityID: Entry]

    package init(_ entries: [EntityID: Entry] = [:]) { self.entries = entries }

    package mutating func set(_ id: EntityID, _ aside: Aside, told: Told) {
        entries[id] = Entry(aside, told: told)
    }

    /// Takes it back; nil when it was not aside.
    package mutating func remove(_ id: EntityID) -> Aside? { entries.removeValue(forKey: id)?.aside }

    /// What the rules say of it now; not nil when it is back by that, and then it is no longer aside.
    package mutating func heard(_ said: [Assessment], of id: EntityID, at now: WallTime) -> Return? {
        guard let entry = entries[id] else { return nil }
        let back = Self.back(entry, said, at: now)
        if back != nil { entries[id] = nil }
        return back
    }

    private static func back(_ entry: Entry, _ said: [Assessment], at now: WallTime) -> Return? {
        if let until = entry.aside.until, now >= until { return .timeIsOver }
        let speaking = Told(Told.speaking(said))
        func isGone(_ told: Told) -> Bool { told.lines.contains { $0.rule == .vanished } }
        if isGone(entry.told), !isGone(speaking) { return .listed }
        if let exceeded = entry.told.exceeded(by: speaking) { return exceeded }
        // What waits for its time, or could not be judged, is not well yet.
        let isWell = speaking.lines.isEmpty && said.allSatisfy { $0.standing == .judged }
        return isWell ? .well : nil
    }

    /// Those whose time is over, which are no longer aside then.
    package mutating func expire(at now: WallTime) -> [(id: EntityID, back: Return)] {
        let over = entries.filter { $0.value.aside.until.map { now >= $0 } ?? false }.keys.sorted()
        for id in over { entries[id] = nil }
        return over.map { ($0, .timeIsOver) }
    }

    /// What is to be shown beside `judgement`; nil while it is not aside, or worse than what was: a row that can
    /// no longer be read is not what a person has seen.
    package func aside(of id: EntityID, shown judgement: Judgement) -> Aside? {
        guard let entry = entries[id], judgement.status < .ok, let worst = entry.told.worst,
            judgement.status >= worst
        else { return nil }
        return entry.aside
    }
}

import Text

/// The silences that last, and which alerts lie under one.
package struct SilenceBook: Hashable, Sendable {
    package static let most = 100
    /// In seconds: what is silenced for longer is forgotten.
    package static let longest: Double = 30 * 86_400

    /// By their end.
    package private(set) var silences: [Silence]
    /// Open, and silenced when that was looked at last.
    package private(set) var covered: [Covered]
    /// Those of them that began under a silence: nobody was told.
    package private(set) var untold: Set<AlertKey>

    /// An alert and what it lies under.
    package struct Covered: Hashable, Sendable, Codable {
        package var key: AlertKey
        package var silence: Silence

        package init(_ key: AlertKey, _ silence: Silence) {
            self.key = key
            self.silence = silence
        }
    }

    package init(_ silences: [Silence] = [], covered: [Covered] = [], untold: [AlertKey] = []) {
        self.silences = silences.sorted { ($0.until, $0.id) < ($1.until, $1.id) }
        self.covered = covered
        self.untold = Set(untold)
    }

    package mutating func add(_ silence: Silence) {
        self = SilenceBook(
            silences.filter { $0.id != silence.id } + [silence], covered: Array(covered),
            untold: Array(untold))
    }

    /// Ends it before its time; nil where there is none of this id.
    package mutating func end(_ id: String) -> Silence? {
        guard let place = silences.firstIndex(where: { $0.id == id }) else { return nil }
        return silences.remove(at: place)
    }

    /// Those whose time is over, which are gone then.
    package mutating func expire(at now: WallTime) -> [Silence] {
        let over = silences.filter { now >= $0.until }
        if !over.isEmpty { silences.removeAll { now >= $0.until } }
        return over
    }

    /// The one that lasts longest over this.
    package func silence(over key: AlertKey, _ severity: AlertSeverity?, at now: WallTime) -> Silence? {
        silences.last { now < $0.until && $0.matcher.matches(key, severity) }
    }

    /// It was opened while silenced.
    package mutating func wasNotTold(_ key: AlertKey) { untold.insert(key) }

    /// It is told now, or over; true when nobody had been told of it until then.
    package mutating func wasUntold(_ key: AlertKey) -> Bool { untold.remove(key) != nil }

    /// What this alert lay under when that was looked at last, while that lasts.
    package func cover(of key: AlertKey, at now: WallTime) -> Silence? {
        guard let silence = covered.first(where: { $0.key == key })?.silence, now < silence.until else {
            return nil
        }
        return lasts(silence) ? silence : nil
    }

    package func lasts(_ silence: Silence) -> Bool {
        silences.contains { ExactName.same($0.id, silence.id) }
    }

    /// What is open and silenced now; answers what was and is not any more.
    package mutating func covers(_ now: [Covered]) -> [Covered] {
        let keys = Set(now.map(\.key))
        let freed = covered.filter { !keys.contains($0.key) }
        covered = now
        return freed
    }
}

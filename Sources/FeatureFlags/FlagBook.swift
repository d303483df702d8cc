package import Monitoring

/// What is known of every flag, and as of when.
///
/// A reading has a beginning: one that began before our last change of a flag ended may hold the value from
/// before, whenever it comes, and says nothing of that flag; nor does one that comes while a change is on its
/// way, whose own answer will be newer. One that began before a newer reading was answered says nothing at
/// all. So what is known never goes back.
package struct FlagBook: Sendable {
    package struct Known: Hashable, Sendable {
        package var reading: FlagReading
        /// When it was answered.
        package var readAt: Timestamp
        /// What it was when it was last told; nil when it never was.
        package var lastValue: FlagValue?
    }

    package private(set) var known: [FlagKey: Known] = [:]
    /// By backend, in its own order.
    private var order: [String: [FlagKey]] = [:]
    private var answered: [String: Timestamp] = [:]
    /// The change that is on its way, by its id.
    private var changing: [FlagKey: String] = [:]
    private var changeEnded: [FlagKey: Timestamp] = [:]
    /// Of these the ones that began in an earlier run.
    private var takenUp: Set<FlagKey> = []
    /// What an earlier run saw last of flags that have not been read yet.
    private var earlier: [FlagKey: FlagValue]

    package init(earlier: [FlagKey: FlagValue] = [:]) { self.earlier = earlier }

    /// What an earlier run saw, known only now.
    package mutating func remember(_ values: [FlagKey: FlagValue]) { earlier.merge(values) { $1 } }

    /// What each was when it was last told, now or in an earlier run.
    package var lastValues: [FlagKey: FlagValue] {
        earlier.merging(known.compactMapValues(\.lastValue)) { _, new in new }
    }

    /// In the order of each backend.
    package func keys(of backend: String) -> [FlagKey] { order[backend] ?? [] }

    /// What a read of all flags of `backend` says: what is new in it, and the part of it that counts.
    package mutating func take(
        _ flags: [FlagReading], of backend: String, began: Timestamp, at now: Timestamp
    ) -> (news: [FlagNews], counted: [FlagReading]) {
        if let last = answered[backend], began.seconds(since: last) < 0 { return ([], []) }
        answered[backend] = now
        var news: [FlagNews] = []
        var counted: [FlagReading] = []
        var names: [FlagKey] = []
        var seen: Set<FlagKey> = []
        for flag in flags {
            let key = FlagKey(backend: backend, name: flag.name)
            if seen.insert(key).inserted { names.append(key) }
            guard isAfterChange(key, began) else {
                // Seen for the first time it is shown, and no more is said of it.
                if takenUp.contains(key), known[key] == nil { put(flag, key, at: now) }
                continue
            }
            if let before = known[key]?.lastValue ?? earlier[key], flag.value.isKnown, before != flag.value {
                news.append(.turned(flag, from: before, isSeen: known[key] != nil))
            }
            put(flag, key, at: now)
            counted.append(flag)
        }
        for key in order[backend] ?? [] where !seen.contains(key) {
            guard isAfterChange(key, began), let gone = known.removeValue(forKey: key) else {
                names.append(key)
                continue
            }
            news.append(.gone(gone.reading))
        }
        order[backend] = names
        earlier = earlier.filter {
            !$0.key.backend.utf8.elementsEqual(backend.utf8) || !isAfterChange($0.key, began)
        }
        return (news, counted)
    }

    /// A change of ours is handed to the backend.
    package mutating func changeBegan(_ change: FlagChange) { changing[change.key] = change.opID }

    /// One of an earlier run is on its way still.
    package mutating func changeGoesOn(_ change: FlagChange) {
        changeBegan(change)
        takenUp.insert(change.key)
    }

    /// It was answered, or given up; `reading` is what came back with the answer. A second answer says nothing.
    package mutating func changeEnded(_ change: FlagChange, reading: FlagReading?, at now: Timestamp) {
        let key = change.key
        guard changing[key] == change.opID else { return }
        changing[key] = nil
        takenUp.remove(key)
        changeEnded[key] = now
        guard let reading else { return }
        if known[key] == nil { order[key.backend, default: []].append(key) }
        put(reading, key, at: now)
    }

    private mutating func put(_ flag: FlagReading, _ key: FlagKey, at now: Timestamp) {
        let last = flag.value.isKnown ? flag.value : known[key]?.lastValue ?? earlier[key]
        known[key] = Known(reading: flag, readAt: now, lastValue: last)
    }

    /// What begins at the very moment it ended proves nothing either.
    private func isAfterChange(_ key: FlagKey, _ began: Timestamp) -> Bool {
        changing[key] == nil && (changeEnded[key].map { began.seconds(since: $0) > 0 } ?? true)
    }
}

/// What a read of flags brought that was not so before.
package enum FlagNews: Hashable, Sendable {
    /// Somebody turned it; not told of what could not be told before or now. `isSeen`: between two reads, and not
    /// before the first.
    case turned(FlagReading, from: FlagValue, isSeen: Bool = true)
    /// It is no longer there; as it was last read.
    case gone(FlagReading)
}

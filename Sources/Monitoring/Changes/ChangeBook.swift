/// The newest changes of a store, each told once, by when they happened.
package struct ChangeBook: Sendable {
    package static let most = 200
    /// What is older explains nothing any more.
    package static let memorySeconds: Double = 8 * 86_400
    /// So long before trouble began is looked for why.
    package static let nearSeconds: Double = 15 * 60

    /// Oldest first.
    package private(set) var changes: [Change]

    package init(_ kept: [Change] = []) {
        changes = []
        for change in kept { _ = add(change) }
    }

    /// False when it is known, or older than all that there is room for.
    package mutating func add(_ change: Change) -> Bool {
        guard !knows(change) else { return false }
        let place = changes.lastIndex { $0.at <= change.at }.map { $0 + 1 } ?? 0
        changes.insert(change, at: place)
        guard changes.count > Self.most else { return true }
        changes.removeFirst()
        return place > 0
    }

    package func knows(_ id: String) -> Bool { changes.contains { $0.id == id } }

    /// Two consoles see it each at its own read; later the same may happen again.
    private func knows(_ change: Change) -> Bool {
        changes.contains {
            $0.id == change.id
                && (change.after == nil || abs($0.at.seconds(since: change.at)) < Self.sameSeconds)
        }
    }

    private static let sameSeconds = 300.0

    package mutating func forgetOld(at now: WallTime) {
        while let first = changes.first, now.seconds(since: first.at) > Self.memorySeconds {
            changes.removeFirst()
        }
    }

    /// A change shortly before something began.
    package struct Near: Hashable, Sendable, Codable {
        package var change: Change
        /// How long before; 0 where it may have been at the same moment.
        package var seconds: Double

        package init(_ change: Change, seconds: Double) {
            self.change = change
            self.seconds = seconds
        }
    }

    /// Those of the 15 minutes before `since`, nearest first.
    package func near(_ since: WallTime) -> [Near] {
        var near: [Near] = []
        for change in changes.reversed() {
            let seconds = since.seconds(since: change.at)
            // Within the second in which it began, or some time in a span that had begun.
            let isBefore = seconds >= -1 || change.after.map { $0 <= since } ?? false
            guard isBefore, seconds <= Self.nearSeconds else { continue }
            near.append(Near(change, seconds: max(0, seconds)))
        }
        return near
    }
}

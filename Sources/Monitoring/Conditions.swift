/// Since when things have been so: what rules with a hold time remember of one entity.
package struct Conditions: Hashable, Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case noConsumer, stalled, backlogOver, oldestOver, failed, full, held, leftBehind
        case failing, silent, slow, watched
        case working, waiting, falling, suspended, invalid, failingRuns
    }

    private var began: [Name: Timestamp] = [:]
    /// So when first looked at: it may have begun long before.
    private var wasSoBefore: Set<Name> = []
    private var looked: Set<Name> = []

    package init() {}

    /// Takes up what an earlier run knew; what is no longer so ends with the first reading.
    package init(kept: [String: WallTime]) {
        for (name, wall) in kept {
            guard let name = Name(rawValue: name) else { continue }
            // No boot id: measured by wall clock, the only clock both runs share.
            began[name] = Timestamp(boot: .zero, wall: wall, bootID: "")
            looked.insert(name)
        }
    }

    package var kept: [String: WallTime] {
        Dictionary(uniqueKeysWithValues: began.map { ($0.key.rawValue, $0.value.wall) })
    }

    /// Notes whether `name` is so now, begun at `earlier` where that is known; seconds it has been so, nil when
    /// it is not.
    @discardableResult
    package mutating func note(
        _ name: Name, _ isSo: Bool, since earlier: Timestamp? = nil, at now: Timestamp
    ) -> Double? {
        let isFirst = looked.insert(name).inserted
        guard isSo else {
            began[name] = nil
            wasSoBefore.remove(name)
            return nil
        }
        guard let start = began[name] else {
            began[name] = earlier ?? now
            if isFirst { wasSoBefore.insert(name) }
            return max(0, now.seconds(since: earlier ?? now))
        }
        return max(0, now.seconds(since: start))
    }

    /// It was so when first looked at, so that `since` is only the latest it can have begun.
    package func isSinceBound(_ name: Name) -> Bool { wasSoBefore.contains(name) }

    /// Begins `name` again, now.
    package mutating func restart(_ name: Name, at now: Timestamp) {
        began[name] = now
        looked.insert(name)
        wasSoBefore.remove(name)
    }

    package func since(_ name: Name) -> WallTime? { began[name]?.wall }

    package func seconds(_ name: Name, at now: Timestamp) -> Double? {
        began[name].map { max(0, now.seconds(since: $0)) }
    }
}

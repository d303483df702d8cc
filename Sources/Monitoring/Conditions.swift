/// Since when things have been so: what rules with a hold time remember of one entity.
package struct Conditions: Hashable, Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case noConsumer, unattended, nothingTaken, backlogOver, oldestOver, failed
        case failing, silent, slow, watched
        case working, waiting, falling, suspended, invalid, failingRuns
    }

    private var began: [Name: Timestamp] = [:]

    package init() {}

    /// Takes up what an earlier run knew; what is no longer so ends with the first reading.
    package init(kept: [String: WallTime]) {
        for (name, wall) in kept {
            guard let name = Name(rawValue: name) else { continue }
            // No boot id: measured by wall clock, the only clock both runs share.
            began[name] = Timestamp(boot: .zero, wall: wall, bootID: "")
        }
    }

    package var kept: [String: WallTime] {
        Dictionary(uniqueKeysWithValues: began.map { ($0.key.rawValue, $0.value.wall) })
    }

    /// Notes whether `name` is so now; seconds it has been so, nil when it is not.
    @discardableResult
    package mutating func note(_ name: Name, _ isSo: Bool, at now: Timestamp) -> Double? {
        guard isSo else {
            began[name] = nil
            return nil
        }
        guard let start = began[name] else {
            began[name] = now
            return 0
        }
        return max(0, now.seconds(since: start))
    }

    /// Begins `name` again, now.
    package mutating func restart(_ name: Name, at now: Timestamp) { began[name] = now }

    package func since(_ name: Name) -> WallTime? { began[name]?.wall }

    package func seconds(_ name: Name, at now: Timestamp) -> Double? {
        began[name].map { max(0, now.seconds(since: $0)) }
    }
}

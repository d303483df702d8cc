package import Text

/// Compares what was read with what was read before, and tells what has changed between.
///
/// A pure value: an answer that comes late or twice changes nothing, a part that was not read is compared with when it
/// was last. Times are those of the clock of what was read.
package struct ChangesWatch: Sendable {
    /// So long back is history at a first look.
    package static let historySeconds: Double = 86_400

    package let source: String
    package private(set) var memory: ChangesMemory
    /// Whose setting a path is, where that is known.
    let settings: [ExactName: EntityID]
    /// Seconds between two reads: nobody has watched for longer than some of them.
    private let interval: Double
    private var newest: WallTime?

    /// `kept` is what an earlier run knew; of another store it tells nothing.
    package init(
        _ schedule: ProbeSchedule, kept: ChangesMemory? = nil, settings: [ExactName: EntityID] = [:]
    ) {
        self.settings = settings
        source = schedule.source
        interval = schedule.interval.inSeconds
        memory = ChangesMemory(reach: schedule.reach)
        if let kept, ExactName.same(kept.reach, schedule.reach) { memory = kept }
    }

    /// What has changed, in the order in which it happened.
    package mutating func observe(_ reading: ChangesReading) -> [Change] {
        if CronReading.isLate(reading.readAt, after: newest) { return [] }
        newest = reading.readAt
        let now = reading.readAt
        var changes: [Change] = []
        if let config = reading.config {
            changes += compare(config, at: now)
            memory.config = .init(.init(config), at: now)
        }
        if let modules = reading.modules {
            changes += compare(modules: modules, at: now)
            memory.modules = .init(modules, at: now)
        }
        if let patches = reading.patches {
            changes += compare(patches, at: now)
            memory.patches = .init(.init(count: patches.count, newestID: patches.newestID), at: now)
        }
        if let pill = reading.poisonPill {
            let change = compare(pill, at: now)
            memory.poisonPill = .init(pill, at: now)
            // A save and an upgrade change it as well: that is one change.
            if let place = changes.lastIndex(where: { !$0.isPast }) {
                if change != nil { changes[place].add("its consumers restart") }
            } else if let change {
                changes.append(change)
            }
        }
        if let maintenance = reading.maintenance {
            changes += compare(maintenance, at: now)
            memory.maintenance = .init(maintenance, at: now)
        }
        if let release = reading.release {
            changes += compare(release, at: now)
            memory.release = .init(release, at: now)
        }
        return changes.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    }

    // MARK: Parts

    private func compare(_ pill: ChangesReading.PoisonPill, at now: WallTime) -> Change? {
        guard let seen = memory.poisonPill, seen.value != pill else { return nil }
        let mark = pill.mark.map { String($0) } ?? "none"
        return change(
            .consumersRestarted, mark,
            "consumers restart: each ends after its next message and is begun anew",
            between: seen.at, now)
    }

    private func compare(_ flag: ChangesReading.Maintenance, at now: WallTime) -> [Change] {
        guard let seen = memory.maintenance else {
            return flag.since.map { since in
                [
                    change(
                        .maintenance, "on \(since.milliseconds)", "maintenance mode is on", at: since, now,
                        isPast: true)
                ]
            } ?? []
        }
        switch (seen.value.since, flag.since) {
        case (nil, nil): return []
        case (nil, let since?):
            let id = "on \(since.milliseconds)"
            return [happened(.maintenance, id, "maintenance mode is on", at: since, between: seen.at, now)]
        case (let since?, nil):
            return [
                change(
                    .maintenance, "off \(since.milliseconds)", Change.maintenanceEnds, between: seen.at, now)
            ]
        case (let old?, let since?):
            guard since > old else { return [] }
            let text = "maintenance mode is on again, it was off for a moment"
            return [
                happened(.maintenance, "on \(since.milliseconds)", text, at: since, between: seen.at, now)
            ]
        }
    }

    private func compare(_ release: ChangesReading.Release, at now: WallTime) -> [Change] {
        let mark = "\(release.target ?? "") \(release.made?.milliseconds ?? 0)"
        guard let seen = memory.release else {
            guard let target = release.target, let made = release.made,
                now.seconds(since: made) <= Self.historySeconds
            else { return [] }
            return [
                change(.release, mark, "release is now \(Self.name(target))", at: made, now, isPast: true)
            ]
        }
        let old = seen.value
        guard old != release else { return [] }
        guard let target = release.target else {
            return [change(.release, mark, "release link is gone", between: seen.at, now)]
        }
        let text: String
        if let before = old.target {
            if ExactName.same(before, target) {
                text = "release is linked anew: \(Self.name(target)), as before"
            } else {
                let (one, other) = Self.names(target, before)
                text = "release is now \(one), was \(other)"
            }
        } else {
            text = "release is now \(Self.name(target))"
        }
        return [
            release.made.map { happened(.release, mark, text, at: $0, between: seen.at, now) }
                ?? change(.release, mark, text, between: seen.at, now)
        ]
    }

    // MARK: Making

    /// It says itself when it happened; where that cannot be, because it was seen otherwise since, the span is told.
    func happened(
        _ kind: Change.Kind, _ mark: String, _ text: String, at moment: WallTime, between last: WallTime,
        _ now: WallTime, about: [EntityID] = []
    ) -> Change {
        guard moment >= last.advanced(bySeconds: -1) else {
            return change(kind, mark, text, between: last, now, about: about)
        }
        return change(kind, mark, text, at: moment, now, about: about)
    }

    func change(
        _ kind: Change.Kind, _ mark: String, _ text: String, at moment: WallTime, _ now: WallTime,
        about: [EntityID] = [], isPast: Bool = false
    ) -> Change {
        Change(
            id: id(kind, mark), kind, text, at: min(moment, now), source: source, about: about, isPast: isPast
        )
    }

    func change(
        _ kind: Change.Kind, _ mark: String, _ text: String, between last: WallTime, _ now: WallTime,
        about: [EntityID] = []
    ) -> Change {
        var change = Change(
            id: id(kind, mark), kind, text, at: now, after: min(last, now), source: source, about: about)
        let span = now.seconds(since: last)
        if span > max(3 * interval, 120) {
            change.add("when is not known, nobody watched for \(Age.text(seconds: span))")
        }
        return change
    }

    private func id(_ kind: Change.Kind, _ mark: String) -> String {
        "\(kind.rawValue) \(source) \(Change.digest(mark))"
    }

    /// The last part of a path, which is what a release is called.
    private static func name(_ path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return Sanitizer.line(last, maxBytes: 80)
    }

    /// Both by their whole paths where they are called alike.
    private static func names(_ one: String, _ other: String) -> (String, String) {
        let names = (name(one), name(other))
        guard ExactName.same(names.0, names.1) else { return names }
        return (Sanitizer.line(one, maxBytes: 100), Sanitizer.line(other, maxBytes: 100))
    }
}

extension Change {
    mutating func add(_ words: String) {
        text = Sanitizer.line("\(text); \(words)", maxBytes: Self.mostBytes)
    }
}

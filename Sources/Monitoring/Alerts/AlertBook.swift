import Text

/// Turns what detectors find, round by round, into alerts: one a cause, each told once, worse when it gets worse, and
/// resolved when it is over for long enough. Deterministic in the times it is given.
package struct AlertBook: Sendable {
    /// An alert is open for two polls at least, and over once its finding has been gone for as long.
    static let least = 20.0
    /// Statistics are not sure so soon.
    static let rest = 120.0
    /// For so long after a cause is over its consequences may heal.
    static let healing = 600.0
    /// Changes within an hour that make it one alert that flaps.
    static let flaps = 4
    /// So long before the beginning what changed is told.
    static let before = 900.0

    private struct Entry: Sendable {
        var alert: Alert
        var gone: Double?
        /// What lives on of what follows from it.
        var living: Set<AlertKey> = []
        var told: Set<ExactName> = []
        /// Of an earlier run, and not found in this one yet.
        var isKept = false
    }

    /// What follows from what.
    package var map: CauseMap
    private var entries: [AlertKey: Entry] = [:]
    private var resolved: [(key: AlertKey, at: Double)] = []
    private var changes: [AlertKey: [Double]] = [:]
    private var events: [StoreEvent] = []

    package init(_ map: CauseMap) { self.map = map }

    /// What stands open, worst and oldest first.
    package var open: [Alert] {
        entries.values.map(\.alert).sorted {
            $0.severity != $1.severity
                ? $0.severity > $1.severity
                : $0.opened != $1.opened ? $0.opened < $1.opened : $0.key < $1.key
        }
    }

    /// So long what an earlier run left open stays so without being found anew: holds and sums begin again.
    static let patience = 600.0

    /// Takes up what an earlier run left open: it was told then.
    package mutating func take(_ alerts: [Alert]) {
        for alert in alerts {
            entries[alert.key] = Entry(
                alert: alert, told: Set(alert.records.map { ExactName($0) }), isKept: true)
        }
    }

    /// Those of an earlier run that have not been found in this one.
    package var kept: [AlertKey] { entries.filter(\.value.isKept).map(\.key) }

    /// What an earlier run left open was judged in this one, and is well: it ends as any other.
    package mutating func isJudgedWell(_ key: AlertKey) { entries[key]?.isKept = false }

    package func isOpen(_ key: AlertKey) -> Bool { entries[key] != nil }

    package mutating func note(_ event: StoreEvent) {
        events.append(event)
        if events.count > 200 { events.removeFirst() }
    }

    /// One round: all that is found at `now`.
    package mutating func update(_ findings: [Finding], at now: Double) -> [AlertChange] {
        var told: [AlertChange] = []
        for key in entries.keys {
            entries[key]?.living = []
            entries[key]?.alert.head = nil
            entries[key]?.alert.current = nil
            entries[key]?.alert.isFound = false
            entries[key]?.alert.living = []
        }
        resolved.removeAll { now - $0.at > Self.healing }
        // Upstream first, so that what follows finds its cause.
        let ordered = findings.sorted { left, right in
            let ranks = (CauseMap.rank(left.entity, left.kind), CauseMap.rank(right.entity, right.kind))
            if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
            return left.since != right.since ? left.since < right.since : left.key < right.key
        }
        var present: Set<AlertKey> = []
        var followers: [AlertKey: [Finding]] = [:]
        for finding in ordered {
            present.insert(finding.key)
            if entries[finding.key] != nil {
                if let change = renew(finding, at: now) { told.append(change) }
            } else if let cause = cause(of: finding, at: now) {
                entries[cause]?.living.insert(finding.key)
                if entries[cause]?.alert.folded.contains(finding.key) == false {
                    entries[cause]?.alert.folded.append(finding.key)
                }
                followers[cause, default: []].append(finding)
                entries[cause]?.alert.living.append(finding.key)
                let known = entries[cause]?.alert.current ?? .warning
                entries[cause]?.alert.current = max(finding.severity, known)
                if let change = worsen(cause, by: finding, at: now) { told.append(change) }
            } else if !isHealing(finding, at: now) {
                told.append(open(finding, at: now))
            }
        }
        for (cause, found) in followers {
            head(cause, own: ordered.first { $0.key == cause }, followers: found)
        }
        told += close(present, at: now)
        return told
    }

    // MARK: One finding

    private mutating func open(_ finding: Finding, at now: Double) -> AlertChange {
        var alert = Alert(
            key: finding.key, severity: finding.severity, state: .open, since: finding.since, opened: now,
            sentence: finding.sentence, records: finding.records,
            changes: changes(before: finding.since), folded: [], isFlapping: count(finding.key, at: now))
        alert.current = finding.severity
        alert.isFound = true
        entries[finding.key] = Entry(alert: alert, told: Set(finding.records.map { ExactName($0) }))
        return AlertChange(at: now, what: .opened, alert: alert)
    }

    private mutating func renew(_ finding: Finding, at now: Double) -> AlertChange? {
        guard var entry = entries[finding.key] else { return nil }
        entry.gone = nil
        entry.isKept = false
        entry.alert.isFound = true
        entry.alert.current = max(finding.severity, entry.alert.current ?? .warning)
        entry.alert.sentence = finding.sentence
        entry.alert.since = min(entry.alert.since, finding.since)
        let new = finding.records.filter { !entry.told.contains(ExactName($0)) }
        let isWorse = finding.severity > entry.alert.severity
        if isWorse { entry.alert.severity = finding.severity }
        entry.alert.records = finding.records
        defer { entries[finding.key] = entry }
        guard isWorse || !new.isEmpty else { return nil }
        entry.told.formUnion(new.map { ExactName($0) })
        return AlertChange(at: now, what: .worsened, alert: entry.alert)
    }

    /// What was seen first need not be the cause, nor be found any more: the worst that is found now is told, and of
    /// those what lies upstream of the others, so that the sign beside it is its own.
    private mutating func head(_ cause: AlertKey, own: Finding?, followers: [Finding]) {
        let worst = (followers + [own].compactMap(\.self)).min { left, right in
            if left.severity != right.severity { return left.severity > right.severity }
            let ranks = (CauseMap.rank(left.entity, left.kind), CauseMap.rank(right.entity, right.kind))
            if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
            if (left.key == cause) != (right.key == cause) { return left.key == cause }
            return left.since != right.since ? left.since < right.since : left.key < right.key
        }
        entries[cause]?.alert.head = worst?.key == cause ? nil : worst
    }

    /// What follows from a milder cause may be worse than it: the cause is then as bad.
    private mutating func worsen(_ cause: AlertKey, by finding: Finding, at now: Double) -> AlertChange? {
        guard let alert = entries[cause]?.alert, finding.severity > alert.severity else { return nil }
        entries[cause]?.alert.severity = finding.severity
        guard let worse = entries[cause]?.alert else { return nil }
        return AlertChange(at: now, what: .worsened, alert: worse)
    }

    /// The open alert that `finding` follows from.
    private func cause(of finding: Finding, at now: Double) -> AlertKey? {
        let rank = CauseMap.rank(finding.entity, finding.kind)
        var best: (key: AlertKey, rank: Int, opened: Double)?
        for (key, entry) in entries where isCause(key, entry.alert, of: finding, rank, at: now) {
            let other = CauseMap.rank(key.entity, key.kind)
            if let best, (best.rank, best.opened) < (other, entry.alert.opened) { continue }
            if let best, (best.rank, best.opened) == (other, entry.alert.opened), best.key < key { continue }
            best = (key, other, entry.alert.opened)
        }
        return best?.key
    }

    private func isCause(
        _ key: AlertKey, _ alert: Alert, of finding: Finding, _ rank: Int, at now: Double
    ) -> Bool {
        if key.entity == finding.entity || alert.folded.contains(finding.key) { return true }
        if map.follows(finding.entity, from: key.entity) { return true }
        if alert.folded.contains(where: {
            $0.entity == finding.entity || map.follows(finding.entity, from: $0.entity)
        }) {
            return true
        }
        // The other end is slow, or refuses: several flows to it say the same.
        let isLate = finding.kind == .slow || finding.kind == .silent
        return finding.kind == key.kind && map.shareSystem(finding.entity, key.entity)
            && now - alert.opened < (isLate ? 900 : 1800)
    }

    private func isHealing(_ finding: Finding, at now: Double) -> Bool {
        resolved.contains { done in
            done.key != finding.key && finding.since < done.at + 60
                && (done.key.entity == finding.entity || map.follows(finding.entity, from: done.key.entity))
        }
    }

    // MARK: The end

    private mutating func close(_ present: Set<AlertKey>, at now: Double) -> [AlertChange] {
        var told: [AlertChange] = []
        for key in entries.keys.sorted() {
            guard var entry = entries[key] else { continue }
            if present.contains(key) || !entry.living.isEmpty {
                entry.gone = nil
                (entry.alert.gone, entry.alert.ends, entry.alert.isAwaited) = (nil, nil, false)
                entries[key] = entry
                continue
            }
            let gone = entry.gone ?? now
            entry.gone = gone
            let usual = entry.alert.isFlapping ? 3600 : Self.isHard(key.kind) ? Self.least : Self.rest
            let rest = entry.isKept ? Self.patience : usual
            entry.alert.gone = gone
            entry.alert.ends = max(gone + rest, entry.alert.opened + Self.least)
            entry.alert.isAwaited = entry.isKept
            entries[key] = entry
            guard now - gone >= rest, now - entry.alert.opened >= Self.least else { continue }
            entries[key] = nil
            resolved.append((key, now))
            _ = count(key, at: now)
            entry.alert.state = .resolved
            told.append(AlertChange(at: now, what: .resolved, alert: entry.alert))
        }
        return told
    }

    /// Evidence rather than statistics: over as soon as it is over.
    private static func isHard(_ kind: Finding.Kind) -> Bool {
        switch kind {
        case .unreachable, .frozen, .stopped, .noConsumer, .stuck, .died, .overdue, .running, .errors, .blind,
            .invalid, .unsettled, .word:
            true
        case .custom, .silent, .burst, .failing, .retries, .slow, .growing, .behind, .missing, .extra,
            .different,
            .drift:
            false
        }
    }

    /// Counts a change of the alert; true when it flaps.
    private mutating func count(_ key: AlertKey, at now: Double) -> Bool {
        var times = (changes[key] ?? []).filter { now - $0 < 3600 }
        times.append(now)
        changes[key] = times
        if changes.count > 4096 { changes = changes.filter { now - ($0.value.last ?? 0) < 3600 } }
        return times.count > Self.flaps
    }

    private func changes(before since: Double) -> [StoreEvent] {
        events.filter { $0.at <= since + 60 && $0.at >= since - Self.before }
            .sorted { abs($0.at - since) < abs($1.at - since) }
    }
}

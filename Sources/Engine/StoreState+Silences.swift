import EngineAPI
package import Monitoring
import Text

/// Alerts that a person has silenced: kept, shown beside what they are about, and told of again when it is over.
extension StoreState {
    /// Why it is not done; nil when it is.
    mutating func silence(
        _ order: SilenceOrder, by person: Operator, in shown: Snapshot, at now: Timestamp
    ) -> Refusal? {
        if let why = shown.whyNothingIsKept { return Refusal(.storageFailed, "nothing is silenced: \(why)") }
        let why = Sanitizer.line(order.why, maxBytes: 300).trimmed
        guard !why.isEmpty else { return Refusal(.stale, "nothing is silenced: say why") }
        guard order.seconds.isFinite, order.seconds >= 60, order.seconds <= SilenceBook.longest else {
            return Refusal(.stale, "nothing is silenced: from a minute to 30 days")
        }
        guard silences.silences.count < SilenceBook.most else {
            return Refusal(.stale, "there are \(SilenceBook.most) silences: end one first")
        }
        let silence = Silence(
            id: newSilenceID(at: now.wall), order.matcher, by: Sanitizer.line(person.name, maxBytes: 64),
            why: why,
            at: now.wall, until: now.wall.advanced(bySeconds: order.seconds))
        silences.add(silence)
        note(
            nil, nil,
            "\(silence.by) silenced \(silence.matcher.text) for \(Age.text(seconds: order.seconds)): \(why)",
            at: now.wall)
        _ = silences.covers(silencedAlerts(at: now))
        unsaved = .urgent
        return nil
    }

    mutating func endSilence(_ id: String, by person: Operator, in shown: Snapshot, at now: Timestamp)
        -> Refusal?
    {
        if let why = shown.whyNothingIsKept { return Refusal(.storageFailed, "the silence stays: \(why)") }
        guard let silence = silences.end(id) else { return Refusal(.stale, "this silence is over") }
        tell(ended: silence, by: Sanitizer.line(person.name, maxBytes: 64), at: now)
        tellFreed(at: now)
        return nil
    }

    private func newSilenceID(at now: WallTime) -> String {
        var id = String(now.milliseconds, radix: 36)
        while silences.silences.contains(where: { ExactName.same($0.id, id) }) { id += "x" }
        return id
    }

    /// Those whose time is over end by themselves, also while nobody watched.
    mutating func expireSilences(at now: Timestamp) {
        guard environment.watchesOnly == nil else { return }
        for silence in silences.expire(at: now.wall) { tell(ended: silence, by: nil, at: now) }
    }

    private mutating func tell(ended silence: Silence, by person: String?, at now: Timestamp) {
        let open = detecting.book.open.filter { alert in
            silence.matcher.matches(told(alert), alert.current)
                && silences.silence(over: told(alert), alert.current, at: now.wall) == nil
        }
        let how = person.map { "\($0) ended the silence of" } ?? "the silence is over of"
        let names = open.prefix(3).map { title(of: told($0).entity) }.joined(separator: ", ")
        let rest = open.count > 3 ? " and \(open.count - 3) more" : ""
        let what = open.isEmpty ? "nothing of it is open" : "still open: \(names)\(rest)"
        note(open.isEmpty ? nil : .warning, nil, "\(how) \(silence.matcher.text): \(what)", at: now.wall)
        unsaved = .urgent
        hasNews = true
    }

    // MARK: Which alerts

    /// As it is told now: what is worse or upstream of it may stand in its place.
    private func told(_ alert: Alert) -> AlertKey {
        let (entity, kind) = alert.head.map { ($0.entity, $0.kind) } ?? (alert.key.entity, alert.key.kind)
        return AlertKey(entity: detecting.names.live(entity), kind: kind)
    }

    /// Both what it began as and what is told of it must be meant: a worse thing does not hide behind a silenced one.
    func silence(over alert: Alert, at now: Timestamp) -> Silence? {
        guard !silences.silences.isEmpty else { return nil }
        let key = AlertKey(entity: detecting.names.live(alert.key.entity), kind: alert.key.kind)
        guard silences.silence(over: key, alert.current, at: now.wall) != nil else { return nil }
        return silences.silence(over: told(alert), alert.current, at: now.wall)
    }

    private func silencedAlerts(at now: Timestamp) -> Set<AlertKey> {
        guard !silences.silences.isEmpty else { return [] }
        return Set(
            detecting.book.open.filter { silence(over: $0, at: now) != nil }.map {
                AlertKey(entity: detecting.names.live($0.key.entity), kind: $0.key.kind)
            })
    }

    // MARK: Told

    /// What others are told of this change, or that they are not; what only began under a silence and gets worse is new
    /// to them.
    mutating func tell(_ change: AlertChange, at now: Timestamp) {
        var row = alertRow(change.alert, at: now)
        let key = row.key
        row.silence = silence(over: change.alert, at: now)
        switch change.what {
        case .opened:
            if row.silence != nil { silences.wasNotTold(key) }
            notices.add(.opened, row, at: now.wall)
        case .worsened:
            let isNew = row.silence == nil && silences.isTold(key)
            notices.add(isNew ? .unsilenced : .worsened, row, at: now.wall)
        case .resolved:
            // Who was told of it is told of its end, whatever was silenced meanwhile.
            if !silences.isTold(key) { row.silence = nil }
            notices.add(.resolved, row, at: now.wall)
        }
    }

    /// What was silenced and is not any more is told, unless that was done just now.
    mutating func tellFreed(_ changed: [AlertChange] = [], at now: Timestamp) {
        guard !silences.silences.isEmpty || !silences.covered.isEmpty else { return }
        let freed = silences.covers(silencedAlerts(at: now))
        guard environment.watchesOnly == nil, !freed.isEmpty else { return }
        unsaved = .urgent
        let said = Set(
            changed.map {
                AlertKey(entity: detecting.names.live($0.alert.key.entity), kind: $0.alert.key.kind)
            })
        for alert in detecting.book.open {
            let row = alertRow(alert, at: now)
            guard freed.contains(row.key), !said.contains(row.key) else { continue }
            _ = silences.isTold(row.key)
            notices.add(.unsilenced, row, at: now.wall)
        }
    }

    // MARK: Kept

    var silencesToKeep: KeptSilences {
        KeptSilences(
            silences: silences.silences, covered: silences.covered.sorted(), untold: silences.untold.sorted())
    }

    /// Those whose time was over meanwhile end with the next judgement, which tells what is open then.
    mutating func takeSilences(of state: EngineState) {
        let kept = state.silences
        silences = SilenceBook(kept.silences, covered: kept.covered, untold: kept.untold)
    }
}

/// What is kept of silences.
package struct KeptSilences: Hashable, Sendable, Codable {
    package var silences: [Silence]
    package var covered: [AlertKey]
    package var untold: [AlertKey]

    package init(silences: [Silence] = [], covered: [AlertKey] = [], untold: [AlertKey] = []) {
        self.silences = silences
        self.covered = covered
        self.untold = untold
    }
}

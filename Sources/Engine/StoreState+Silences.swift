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
        let covered = Set(silences.covered.filter { ExactName.same($0.silence.id, silence.id) }.map(\.key))
        let open = detecting.book.open.filter { alert in
            covered.contains(identity(alert))
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

    /// By what is told of it, as a person has seen it: a worse thing that stands in its place is told. One of which
    /// nothing is found any more stays under its silence until it ends.
    func silence(over alert: Alert, at now: Timestamp) -> Silence? {
        guard !silences.silences.isEmpty else { return nil }
        if alert.current == nil, let cover = silences.cover(of: identity(alert), at: now.wall) {
            return cover
        }
        return silences.silence(over: told(alert), alert.current, at: now.wall)
    }

    private func identity(_ alert: Alert) -> AlertKey {
        AlertKey(entity: detecting.names.live(alert.key.entity), kind: alert.key.kind)
    }

    private func silencedAlerts(at now: Timestamp) -> [SilenceBook.Covered] {
        guard !silences.silences.isEmpty else { return [] }
        return detecting.book.open.compactMap { alert in
            silence(over: alert, at: now).map { SilenceBook.Covered(identity(alert), $0) }
        }
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
            let isNew = row.silence == nil && silences.wasUntold(key)
            notices.add(isNew ? .unsilenced : .worsened, row, at: now.wall)
        case .resolved:
            // Who was told of it is told of its end, whatever was silenced meanwhile.
            if !silences.wasUntold(key) { row.silence = nil }
            notices.add(.resolved, row, at: now.wall)
        }
    }

    /// What was silenced and is not any more is told, unless that was done just now.
    mutating func tellFreed(_ changed: [AlertChange] = [], at now: Timestamp) {
        guard !silences.silences.isEmpty || !silences.covered.isEmpty else { return }
        let freed = silences.covers(silencedAlerts(at: now))
        guard environment.watchesOnly == nil, !freed.isEmpty else { return }
        unsaved = .urgent
        let said = Set(changed.map { identity($0.alert) })
        for alert in detecting.book.open {
            let key = identity(alert)
            guard let cover = freed.first(where: { $0.key == key }), !said.contains(key) else { continue }
            // While a silence lasts what is told may come and go from under it: that is told once.
            let isNew = silences.wasUntold(key)
            if isNew || !silences.lasts(cover.silence) {
                notices.add(.unsilenced, alertRow(alert, at: now), at: now.wall)
            }
        }
    }

    // MARK: Kept

    var silencesToKeep: KeptSilences {
        KeptSilences(
            silences: silences.silences, covered: silences.covered, untold: silences.untold.sorted())
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
    package var covered: [SilenceBook.Covered]
    package var untold: [AlertKey]

    package init(silences: [Silence] = [], covered: [SilenceBook.Covered] = [], untold: [AlertKey] = []) {
        self.silences = silences
        self.covered = covered
        self.untold = untold
    }
}

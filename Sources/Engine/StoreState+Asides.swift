import EngineAPI
import Monitoring
import Text

/// What a person sets aside: asked, kept, shown beside its row, and told when it is back.
extension StoreState {
    /// One without an end of its own whose thing was never seen again is kept for so long.
    private static let memorySeconds: Double = 90 * 86_400

    /// Sets aside what `shown` tells of it; why not, when it is not.
    mutating func setAside(_ order: AsideOrder, by person: Operator, in shown: Snapshot, at now: WallTime)
        -> Refusal?
    {
        let id = order.entity
        guard let row = shown.anyRow(id) else { return Refusal(.stale, "it is no longer there") }
        let name = title(of: id)
        let who = Sanitizer.line(person.name, maxBytes: 64)
        if let why = shown.whyNothingIsKept {
            return Refusal(.storageFailed, "\(name) stays in sight: \(why)")
        }
        let why = Sanitizer.line(order.why, maxBytes: 300).trimmed
        guard !why.isEmpty else { return Refusal(.stale, "\(name) stays in sight: say why") }
        let told = Told(assessments[id] ?? [], shown: row.judgement)
        guard !told.lines.isEmpty else { return Refusal(.stale, "\(name) is not told: nothing to set aside") }
        if let exceeded = order.told.exceeded(by: told) {
            return Refusal(.stale, "\(name) stays in sight: \(exceeded.words) by now, look again")
        }
        if order.span == .forget {
            guard row.isGone else {
                return Refusal(.stale, "\(name) is there: only what is gone is forgotten")
            }
            forget(gone: id)
            note(nil, id, "\(who) took \(name) off the list: \(why)", at: now)
        } else {
            asides.set(id, Aside(by: who, why: why, at: now, order.span), told: told)
            let time = order.span.seconds == nil ? order.span.words : "for \(order.span.words)"
            note(nil, id, "\(who) set \(name) aside \(time): \(why)", at: now)
        }
        unsaved = .urgent
        return nil
    }

    mutating func takeBack(_ id: EntityID, by person: Operator, in shown: Snapshot, at now: WallTime)
        -> Refusal?
    {
        let name = title(of: id)
        let who = Sanitizer.line(person.name, maxBytes: 64)
        if let why = shown.whyNothingIsKept { return Refusal(.storageFailed, "\(name) stays aside: \(why)") }
        guard asides.remove(id) != nil else { return Refusal(.stale, "\(name) is not set aside") }
        unsaved = .urgent
        note(shown.anyRow(id)?.judgement.status, id, "\(who) took \(name) back", at: now)
        return nil
    }

    /// What the rules say of it now may bring it back.
    mutating func weighAside(_ said: [Assessment], of id: EntityID, at now: WallTime) {
        guard let back = asides.heard(said, of: id, at: now) else { return }
        tell(back, of: id, said.map(\.status).min(), at: now)
    }

    /// Marks the rows that are aside, and lets those go whose time is over.
    mutating func showAsides(in snapshot: inout Snapshot, at now: WallTime) {
        for (id, back) in asides.expire(at: now) {
            tell(back, of: id, snapshot.anyRow(id)?.judgement.status, at: now)
        }
        for id in asides.entries.keys {
            // A row whose rules make no assessments is weighed by what it shows.
            if assessments[id] == nil, let shown = snapshot.anyRow(id)?.judgement, shown.status >= .ok {
                weighAside([], of: id, at: now)
            }
            guard asides.entries[id] != nil else { continue }
            snapshot.change(id) { $0.aside = asides.aside(of: id, shown: $0) }
        }
        snapshot.events = shownEvents
    }

    private mutating func tell(_ back: AsideBook.Return, of id: EntityID, _ status: Status?, at now: WallTime)
    {
        unsaved = .urgent
        let name = title(of: id)
        if case .well = back {
            note(.ok, id, "\(name) is no longer set aside: \(back.words)", at: now)
        } else {
            note(status, id, "\(name) is back: \(back.words)", at: now)
        }
    }

    private mutating func forget(gone id: EntityID) {
        switch id.kind {
        case .queue: forgetGone(queue: id)
        case .indexer: forgetGone(indexer: id)
        default: break
        }
    }

    // MARK: Kept

    mutating func takeAsides(of state: EngineState, at now: WallTime) {
        var entries: [EntityID: AsideBook.Entry] = [:]
        for (text, entry) in state.asides {
            guard let id = EntityID(text), now.seconds(since: entry.aside.at) < Self.memorySeconds else {
                continue
            }
            entries[id] = entry
        }
        asides = AsideBook(entries)
    }

    var asidesToKeep: [String: AsideBook.Entry] {
        Dictionary(uniqueKeysWithValues: asides.entries.map { ($0.key.key, $0.value) })
    }
}

extension Snapshot {
    func anyRow(_ id: EntityID) -> (any Row)? {
        if CronHeartbeat.isHeartbeat(id) { return cron.known.first { $0.id == id } }
        return switch id.kind {
        case .source: sources.first { $0.id == id }
        case .queue: queues.first { $0.id == id }
        case .integration: integrations.first { $0.id == id }
        case .cron: cron.jobs.first { $0.id == id }
        case .indexer: indexers.first { $0.id == id }
        case .flag: flags.first { $0.id == id }
        case .recon: nil
        }
    }

    fileprivate mutating func change(_ id: EntityID, _ edit: (inout Judgement) -> Void) {
        func change<R: Row>(_ rows: inout [R], _ path: WritableKeyPath<R, Judgement>) {
            guard let place = rows.firstIndex(where: { $0.id == id }) else { return }
            edit(&rows[place][keyPath: path])
        }
        if CronHeartbeat.isHeartbeat(id) { return change(&cron.heartbeats, \.judgement) }
        switch id.kind {
        case .source: change(&sources, \.judgement)
        case .queue: change(&queues, \.judgement)
        case .integration: change(&integrations, \.judgement)
        case .cron: change(&cron.jobs, \.judgement)
        case .indexer: change(&indexers, \.judgement)
        case .flag: change(&flags, \.judgement)
        case .recon: break
        }
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

package import EngineAPI
package import FeatureFlags
package import Monitoring

/// What an audit log says of changes.
package struct RecordedChanges: Sendable, Hashable {
    /// Changes whose end is not on record, oldest first: the process ended while they were under way.
    package var unfinished: [UnfinishedChange]
    /// Saved changes that somebody was completing, and no record says how that ended; oldest first.
    package var interrupted: [UnfinishedChange]
    /// Of each flag the newest change that took, and what conflict came to light after it; oldest first.
    package var ended: [EndedChange]

    package init(
        unfinished: [UnfinishedChange] = [], interrupted: [UnfinishedChange] = [], ended: [EndedChange] = []
    ) {
        self.unfinished = unfinished
        self.interrupted = interrupted
        self.ended = ended
    }
}

/// A change whose end is not on record.
package struct UnfinishedChange: Sendable, Hashable {
    package var change: FlagChange
    /// Who asked for it; nil when that is not on record.
    package var by: Operator?
    /// The newest that is on record.
    package var phase: AuditEntry.Phase
    /// Why its end is not known, where a record says so, and when that was put there.
    package var why: String?
    package var since: WallTime?
    /// The program that carries it out, when that is the newest that is on record: it may run still.
    package var writer: ProcessMark?

    package init(
        _ change: FlagChange, by person: Operator? = nil, phase: AuditEntry.Phase = .intent,
        writer: ProcessMark? = nil, why: String? = nil, since: WallTime? = nil
    ) {
        self.change = change
        self.why = why
        self.since = since
        by = person
        self.phase = writer == nil ? phase : .started
        self.writer = writer
    }
}

/// A change whose end is on record.
package struct EndedChange: Sendable, Hashable {
    package var change: FlagChange
    /// Who asked for it; nil when that is not on record.
    package var by: Operator?
    /// To the second.
    package var at: WallTime
    package var phase: AuditEntry.Phase
    /// `AuditEntry.result`
    package var result: String

    package init(
        _ change: FlagChange, by person: Operator?, at: WallTime, phase: AuditEntry.Phase, result: String
    ) {
        self.change = change
        by = person
        self.at = at
        self.phase = phase
        self.result = result
    }
}

extension EndedChange {
    /// What another program did to the same place meanwhile, of a change that was crossed.
    var crossing: String? {
        guard phase == .conflict, !result.hasSuffix(AuditEntry.byAnother) else { return nil }
        return behindReading
    }

    private var behindReading: String {
        guard let end = result.utf8.firstIndex(of: UInt8(ascii: ";")) else { return result }
        return String(
            decoding: result.utf8[end...].dropFirst(AuditEntry.behindReading.utf8.count), as: UTF8.self)
    }

    /// What may be undone of it, of a change that was saved.
    var undone: String? { phase == .saved ? behindReading : nil }

    /// The flag was as asked for when it ended.
    var took: Bool {
        switch phase {
        case .confirmed, .saved: return true
        case .conflict:
            let asked = AuditEntry.reads + change.to.text
            guard crossing != nil, result.utf8.starts(with: asked.utf8) else { return false }
            return [UInt8(ascii: ","), UInt8(ascii: ";")].contains(
                result.utf8.dropFirst(asked.utf8.count).first)
        case .intent, .started, .ending, .refused, .unknown, .finishing, .finished, .notFinished, .runs,
            .ran:
            return false
        }
    }
}

/// Picks what counts of each flag from ends in the order of the log.
package struct EndedChanges: Sendable {
    private var newest: [FlagKey: [(place: Int, end: EndedChange)]] = [:]
    private var count = 0

    package init() {}

    package mutating func add(_ end: EndedChange) {
        count += 1
        let key = end.change.key
        switch end.phase {
        case .confirmed, .saved: newest[key] = [(count, end)]
        case .conflict:
            // That somebody else changed it is not the end of what another program crossed.
            let before = newest[key]?.filter { end.crossing == nil ? $0.end.crossing != nil : $0.end.took }
            newest[key] = (before ?? []) + [(count, end)]
        case .finished:
            // What was saved is whole now.
            newest[key] = newest[key]?.map { place, before in
                var whole = before
                if before.phase == .saved, before.change.opID == end.change.opID { whole.phase = .confirmed }
                return (place, whole)
            }
        case .intent, .started, .ending, .refused, .unknown, .finishing, .notFinished, .runs, .ran: break
        }
    }

    package var all: [EndedChange] { newest.values.joined().sorted { $0.place < $1.place }.map(\.end) }
}

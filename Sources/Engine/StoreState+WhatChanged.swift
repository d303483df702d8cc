import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// What was changed on the store: what is compared, and what came out of it.
struct ChangesPart: Sendable {
    /// By probe.
    var watches: [String: ChangesWatch] = [:]
    var book = ChangeBook()
    /// Those that the one that keeps has told, and nobody here has heard of yet.
    var followed: [Change] = []
    /// Flags that are settings of the store, by the source that shows these.
    var settings: [String: [ExactName: EntityID]] = [:]
}

extension StoreState {
    mutating func receive(_ reading: ChangesReading, from schedule: ProbeSchedule, at now: Timestamp) {
        var watch =
            changes.watches[schedule.id]
            ?? ChangesWatch(
                schedule, kept: kept.changesSeen[schedule.id],
                settings: changes.settings[schedule.source] ?? [:])
        let moment = moment(of: schedule.source, at: now)
        for change in watch.observe(reading) { take(change.shown(by: moment), at: now.wall) }
        changes.watches[schedule.id] = watch
    }

    /// Tells a change, once; false when it was told.
    @discardableResult
    mutating func take(_ change: Change, at now: WallTime) -> Bool {
        guard changes.book.add(change) else { return false }
        if let began = changes.book.maintenanceBegan(endedBy: change) {
            detecting.add([Trouble(maintenanceFrom: began, until: change.at)])
        }
        unsaved = .urgent
        // History is not news.
        hasNews = hasNews || !change.isPast
        if !change.isPast { detecting.take(change, at: now) }
        if !change.isPast { journal(Event(change), at: now) }
        return true
    }

    /// A flag that was turned stands among the changes; its event is told by whoever calls.
    mutating func keepTurn(of key: FlagKey, _ text: String, at time: WallTime, by who: String?) {
        // Of two consoles that saw it, each by its own second.
        let minute = time.milliseconds / 60_000
        let mark = "flag \(key.id.key) \(minute)"
        let known = changes.book.changes.last { $0.kind == .flag && $0.about == [key.id] }
        if let known, ExactName.same(known.text, text), abs(known.at.seconds(since: time)) < 60 { return }
        let isTaken = changes.book.knows(mark)
        let by = who.flatMap { $0.isEmpty ? nil : $0 }
        _ = changes.book.add(
            Change(
                id: isTaken ? "\(mark) \(time.milliseconds)" : mark, .flag, text, at: time, by: by,
                about: [key.id]))
    }

    func keepChanges(in state: inout EngineState) {
        state.changes = changes.book.changes
        for (id, watch) in changes.watches { state.changesSeen[id] = watch.memory }
    }

    // MARK: Shown

    /// What happened and what was changed, as it came; a flag that was turned is an event already.
    var shownEvents: [Event] {
        let changed = changes.book.changes.suffix(Self.mostEvents).filter { $0.kind != .flag }
        guard !changed.isEmpty else { return events }
        var shown: [Event] = []
        var rest = events[...]
        for change in changed {
            while let event = rest.first, event.at <= change.at {
                shown.append(event)
                rest.removeFirst()
            }
            shown.append(Event(change))
        }
        return Array((shown + rest).suffix(Self.mostEvents))
    }

    private static let mostEvents = 50

    /// Since when it is not well, as it is shown; nil while it is.
    func troubleBegan(_ id: EntityID, at now: Timestamp) -> WallTime? {
        guard let seen = since.seen[id], seen.status < .ok else { return nil }
        let judged = assessments[id].map { Judgement($0, at: moment(of: id.source, at: now)) }
        guard let judged, judged.status < .ok, let began = judged.since else { return seen.since }
        return min(began, seen.since)
    }

    /// The newest of what is known to concern it.
    func changes(of id: EntityID) -> [Change] {
        Array(changes.book.changes.reversed().lazy.filter { $0.about.contains(id) }.prefix(5))
    }
}

extension Event {
    /// A change is neither good nor bad by itself.
    init(_ change: Change) {
        let who = change.by.map { "\($0): " } ?? ""
        let text =
            switch change.kind {
            case .deploy: "\(who)deploy \(change.text)"
            case .note: "\(who)\(change.text)"
            default: change.text
            }
        self.init(
            at: change.at, status: nil, entity: change.about.first, subject: Self.changeSubject, text: text)
    }
}

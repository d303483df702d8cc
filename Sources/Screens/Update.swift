import Display
import EngineAPI
import Monitoring
import Text

/// The console's next state and what is to be done: the only place where a model changes.
package func update(_ model: inout Model, _ message: Message) -> [Effect] {
    switch message {
    case .tick(let now):
        model.now = now
        model.expire()
        return model.refreshDetail()
    case .key(let key): return model.press(key)
    case .pointer(let act, let hit): return model.point(act, at: hit)
    case .background(let isLight): return model.settleTheme(isLight: isLight)
    case .resized(let size):
        model.size = size
        model.settleFocus()
        model.settleDialog()
        return []
    case .snapshot(let snapshot):
        let isAsked = model.rings || model.notice != nil
        let known = isAsked ? model.critical : []
        model.noticing { $0.receive(snapshot) }
        let new = isAsked ? model.critical.subtracting(known) : []
        // An old success must not stand where the news would.
        if !new.isEmpty, model.notice?.status?.isTrouble != true { model.notice = nil }
        return (model.rings ? model.ring(new) : []) + model.refetchDetail()
    case .detail(let id, let detail):
        return model.receive(detail, of: id)
    case .history(let series, let range, let history):
        return model.receive(history, of: series, range)
    case .reply(let number, let reply):
        model.receive(reply, to: number)
        return []
    case .ran(let run, let answer):
        model.receive(answer, of: run)
        return []
    case .saved(.success(let path)):
        model.say("written to \(path)", seconds: 20)
        return []
    case .saved(.failure(let error)):
        model.say("nothing was written: \(error.text)", status: .warning, seconds: 20)
        return []
    case .copied(let copying):
        let what = copying.isLost || model.sending.isEmpty ? "" : Name.cut(model.sending, to: 40) + " "
        model.say(what + copying.sentence, status: copying.isLost ? .warning : nil)
        return []
    }
}

extension Copying {
    /// Nobody answers OSC 52, so nothing is ever said to be copied.
    fileprivate var sentence: String {
        switch self {
        case .sent: "sent to your terminal's clipboard"
        case .sentToTmux: "sent; tmux passes it on only with set-clipboard on or allow-passthrough on"
        case .sentToTmuxOrScreen: "sent; if this is tmux, it passes it on only with set-clipboard on"
        case .tooLong: "too long to copy: the terminal takes 74 KB"
        case .noClipboard: "not sent: this terminal has no clipboard"
        case .stuck: "not sent: the terminal takes nothing now"
        }
    }

    fileprivate var isLost: Bool {
        switch self {
        case .sent, .sentToTmux, .sentToTmuxOrScreen: false
        case .tooLong, .noClipboard, .stuck: true
        }
    }
}

extension Model {
    /// Answers in one sentence; longer news stays longer.
    mutating func say(_ text: String, status: Status? = nil, seconds: Double = 8) {
        var until = now
        // It is to be read by a person, however fast a recording goes.
        let seconds = seconds * max(1, replay.map { $0.isPaused ? 1 : $0.speed } ?? 1)
        until.boot += .seconds(seconds)
        until.wall = until.wall.advanced(bySeconds: seconds)
        notice = Notice(text, status: status, until: until)
    }

    mutating func expire() {
        if let until = strayKeysUntil, now.seconds(since: until) >= 0 { strayKeysUntil = nil }
        if let until = notice?.until, now.seconds(since: until) >= 0 { notice = nil }
        let ending: String? =
            switch dialog {
            case .flag(let question): question.ended(snapshot, at: now)
            case .aside(let question): question.ended(snapshot, at: now)
            case .takeBack(let question): question.ended(snapshot)
            case .silence(let question): question.ended(at: now)
            case .endSilence(let question): question.ended(snapshot)
            case .end(let question): question.ended(snapshot)
            case .finish(let question): question.ended(snapshot)
            case .run(let question): ending(of: question)
            case .quit, nil: nil
            }
        guard let ending else { return }
        dialog = nil
        dropStrayKeys()
        say(ending, status: .warning, seconds: 20)
    }

    mutating func receive(_ newest: Snapshot) {
        // An engine that started again counts from the beginning; a late one of the same engine is old.
        let isAnew = snapshot?.replay?.run != newest.replay?.run
        if let snapshot, !isAnew, snapshot.at.bootID == newest.at.bootID,
            newest.at.boot < snapshot.at.boot
        {
            return
        }
        let places = frozen == nil ? cursorPlaces() : [:]
        let known = resting == nil ? [] : critical
        snapshot = newest
        expire()
        takeBack()
        guard frozen == nil else { return }
        settleOrder()
        if resting != nil { newlyCritical.formUnion(critical.subtracting(known)) }
        settleCursors(places)
        settleFocus()
    }

    /// Rows are sorted anew, but for those of a pane that rests: they only come and go.
    mutating func settleOrder() {
        guard let shown else { return }
        for pane in Pane.allCases {
            let isResting = pane == resting
            guard isResting ? unplaced.contains(pane) : unsorted.contains(pane) else { continue }
            var order = orders[pane] ?? Order()
            shown.put(pane, in: &order, by: isResting ? .keeping : .sorting)
            orders[pane] = order
            unplaced.remove(pane)
            if !isResting { unsorted.remove(pane) }
        }
    }

    /// The cursor follows the worst row again.
    mutating func release() {
        cursors[focus] = nil
        if focus == .alerts { alertCursor = nil }
        if focus == .events { eventCursor = nil }
        rest(nil)
    }

    mutating func rest(_ pane: Pane?) {
        guard pane != resting else { return }
        resting = pane
        restingAlerts = pane == .alerts ? alertsByUrgency.map(\.key) : []
        newlyCritical = []
        settleOrder()
    }

    /// Once for all that came at a time; more would be switched off.
    mutating func ring(_ new: Set<EntityID>) -> [Effect] {
        guard !new.isEmpty, rungAt.map({ now.seconds(since: $0) >= 10 }) ?? true else { return [] }
        rungAt = now
        return [.ring]
    }

    /// Critical rows of the picture.
    var critical: Set<EntityID> {
        Set(
            Pane.allCases.flatMap { pane in
                board[pane].rows(in: .critical).compactMap { shown?.rowID(pane, $0) }
            })
    }

    /// Calls `change`, and remembers what that put under the cursor.
    mutating func noticing(_ change: (inout Model) -> Void) {
        let before = selected?.id
        change(&self)
        if let id = selected?.id, id != before, before != nil { arrival = (id, now) }
    }

    /// Where the cursor of each pane stands, counted from the top.
    private func cursorPlaces() -> [Pane: Int] {
        var places: [Pane: Int] = [:]
        for (pane, id) in cursors { places[pane] = place(of: id, in: pane) }
        return places
    }

    /// A cursor whose row is gone goes to the row that took its place.
    private mutating func settleCursors(_ places: [Pane: Int]) {
        for (pane, place) in places {
            guard let id = cursors[pane], self.place(of: id, in: pane) == nil else { continue }
            cursors[pane] = rowID(at: min(place, rowCount(in: pane) - 1), in: pane)
        }
    }

    /// A pane that is no longer on the screen cannot have the focus.
    mutating func settleFocus() {
        if !isZoomed, !isCompact, !panes.contains(focus) { focus = paneBefore ?? .queues }
        // Where there are no panes the cursor stands on a row of any. Events are none, and where nobody chose a
        // source the worst row counts.
        if !isZoomed, isCompact,
            focus.isList || (focus == .sources && cursors[.sources] == nil)
        {
            eventCursor = nil
            alertCursor = nil
            focus = problems.first.flatMap { Pane($0.kind) } ?? .queues
            cursors[focus] = nil
            if selected?.id != problems.first { cursors[focus] = problems.first }
        }
        if let resting, resting != focus { rest(nil) }
    }
}

import Display
import EngineAPI
import Monitoring

/// The console's next state and what is to be done: the only place where a model changes.
package func update(_ model: inout Model, _ message: Message) -> [Effect] {
    switch message {
    case .tick(let now):
        model.now = now
        model.expire()
        model.pinCursors()
        model.settleOrder()
        return model.refreshDetail()
    case .key(let key):
        defer { model.lastKeyAt = model.now }
        return model.press(key)
    case .resized(let size):
        model.size = size
        model.settleFocus()
        model.settleDialog()
        return []
    case .snapshot(let snapshot):
        model.receive(snapshot)
        return []
    case .detail(let id, let detail):
        return model.receive(detail, of: id)
    case .history(let series, let range, let history):
        return model.receive(history, of: series, range)
    case .reply(let number, let reply):
        model.receive(reply, to: number)
        return []
    case .copied(let copying):
        model.say(copying.sentence, status: copying.isLost ? .warning : nil)
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
            case .end(let question): question.ended(snapshot)
            case .finish(let question): question.ended(snapshot)
            case .quit, nil: nil
            }
        guard let ending else { return }
        dialog = nil
        dropStrayKeys()
        say(ending, status: .warning, seconds: 20)
    }

    mutating func receive(_ newest: Snapshot) {
        // An engine that started again counts from the beginning; a late one of the same engine is old.
        if let snapshot, snapshot.at.bootID == newest.at.bootID, newest.at.boot < snapshot.at.boot { return }
        if frozen == nil { pinCursors() }
        let places = frozen == nil ? cursorPlaces() : [:]
        snapshot = newest
        expire()
        takeBack()
        guard frozen == nil else { return }
        settleOrder()
        settleCursors(places)
        settleFocus()
    }

    /// The cursor is on a row, not on a place: to be called before the rows move.
    mutating func pinCursors() {
        guard lastKeyAt != nil else { return }
        for pane in Pane.allCases where cursors[pane] == nil { cursors[pane] = cursor(in: pane) }
    }

    /// Rows are sorted anew when no key was pressed for 5 s; until then they only come and go.
    mutating func settleOrder() {
        guard let shown else { return }
        let isIdle = lastKeyAt.map { now.seconds(since: $0) >= 5 } ?? true
        guard isIdle ? isUnsorted : isUnplaced else { return }
        for pane in Pane.allCases {
            var order = orders[pane] ?? Order()
            shown.put(pane, in: &order, by: isIdle ? .sorting : .keeping)
            orders[pane] = order
        }
        isUnplaced = false
        if isIdle { isUnsorted = false }
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
        if !isZoomed, !isCompact, !panes.contains(focus) { focus = .queues }
    }
}

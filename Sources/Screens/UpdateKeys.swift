import Display
import EngineAPI
import FeatureFlags
package import Monitoring
import Text

extension Model {
    mutating func press(_ key: Key) -> [Effect] {
        // These two must work wherever one is: a garbled screen and a shell that is needed now.
        if key == .control("l") { return [.redraw] }
        if key == .control("z") { return [.suspend] }
        if dialog != nil { return answer(key) }
        if isStray(key) { return [] }
        if filterField != nil { return typeFilter(key) }
        if screen == .help, searchHelp(key) { return [] }
        guard let action = KeyMap.action(for: key, in: place) else { return [] }
        return perform(action)
    }

    var place: KeyMap.Place {
        switch screen {
        case .watch: .watch
        case .detail: .detail
        case .help: .help
        }
    }

    mutating func perform(_ action: Action) -> [Effect] {
        if let reason = whyNot(action) {
            say(action == .toggleFlag ? refusalSentence(reason) : reason)
            return []
        }
        if let name = surprise(action) {
            say("\(name) has just come under the cursor: press again if it is meant", status: .warning)
            return []
        }
        switch action {
        case .focus(let pane): go(to: pane)
        case .nextPane: cyclePane(1)
        case .previousPane: cyclePane(-1)
        case .up: move(.by(-1))
        case .down: move(.by(1))
        case .pageUp: move(.by(-pageRows))
        case .pageDown: move(.by(pageRows))
        case .first: move(.first)
        case .last: move(.last)
        case .open: return open()
        case .back: back()
        case .zoom: zoom()
        case .filter: startFilter()
        case .nextMatch: jump(1, among: matches)
        case .previousMatch: jump(-1, among: matches)
        case .sortNext: sort(1)
        case .sortPrevious: sort(-1)
        case .nextProblem: return showProblem(1)
        case .previousProblem: return showProblem(-1)
        case .toggleFlag: askForChange()
        case .finishChange: askToFinish()
        case .setAside: askToSetAside()
        case .freeze: freeze()
        case .readNow: return readNow()
        case .moreHours: return changeSpan(1)
        case .fewerHours: return changeSpan(-1)
        case .copyRow: return selected.map { [.copy(copyText(of: $0))] } ?? []
        case .copyScreen: return [.copyScreen]
        case .nextTheme: return changeTheme()
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .help: openHelp()
        case .quit: return leave()
        case .askToQuit: dialog = .quit(quitQuestion)
        }
        return []
    }

    /// A row that came under the cursor so shortly before a key that acts on it is not the one that was seen.
    private mutating func surprise(_ action: Action) -> String? {
        guard let (id, at) = arrival, [.open, .toggleFlag, .finishChange, .setAside].contains(action) else {
            return nil
        }
        arrival = nil
        guard now.seconds(since: at) < 0.3, let row = selected, row.id == id else { return nil }
        return row.label
    }

    /// Why the key would do nothing here and now; nil when it works.
    package func whyNot(_ action: Action) -> String? {
        switch action {
        case .toggleFlag:
            guard let row = selected as? FlagRow else { return "choose a flag first" }
            if isTooSmallToAsk { return "this screen is too small to ask" }
            if mayEnd(row) { return isEnding(row) ? "its program is told to end" : nil }
            return pendingRefusal(row) ?? FlagDialog.refusal(of: row, in: snapshot, at: now)
        case .finishChange: return whyNotFinish()
        case .setAside: return whyNotAside()
        case .open, .copyRow: return selected == nil ? "no row here" : nil
        case .nextProblem, .previousProblem: return hasProblem ? nil : noProblem
        case .nextMatch, .previousMatch: return matches.isEmpty ? "nothing matches" : nil
        case .sortNext, .sortPrevious: return focus.sortColumns.isEmpty ? "events stand by time" : nil
        case .readNow, .freeze: return snapshot == nil ? "nothing was read yet" : nil
        case .nextTheme: return themes.count < 2 ? "there is one theme" : nil
        case .quit: return screen == .watch ? nil : "Esc goes back; q quits on the first screen"
        default: return nil
        }
    }

    private var noProblem: String {
        let hidden = hiddenByFilter.troubled
        return hidden == 0 ? "no problem anywhere" : "no problem in sight; the filter hides \(hidden)"
    }

    // MARK: Panes

    private mutating func go(to pane: Pane) {
        // A pane that does not stand here is shown alone.
        if isCompact || !panes.contains(pane) { isZoomed = true }
        focus = pane
        overlays = []
        settleFocus()
    }

    private mutating func cyclePane(_ step: Int) {
        if isCompact { isZoomed = true }
        let stops = isZoomed ? Pane.allCases : panes
        let place = stops.firstIndex(of: focus) ?? 0
        focus = stops[(place + step + stops.count) % stops.count]
        rest(nil)
    }

    private mutating func zoom() {
        isZoomed.toggle()
        settleFocus()
    }

    private mutating func freeze() {
        frozen = frozen == nil ? snapshot : nil
        settleOrder()
        settleFocus()
    }

    private mutating func back() {
        if !overlays.isEmpty {
            overlays.removeLast()
        } else if isZoomed {
            zoom()
        } else if !filter.isEmpty {
            filter = Filter("")
        } else {
            notice = nil
            release()
        }
    }

    private mutating func sort(_ step: Int) {
        let columns = focus.sortColumns
        var order = orders[focus] ?? Order()
        let place = columns.firstIndex(of: order.column) ?? 0
        order.column = columns[(place + step + columns.count) % columns.count]
        shown?.put(focus, in: &order, by: .sorting)
        orders[focus] = order
        say("\(focus.title) by \(order.column.title)")
    }

    // MARK: Cursor

    enum Motion { case by(Int), first, last }

    /// Rows a page has, reckoned from the size: the views fit what they can.
    var pageRows: Int { max(1, isZoomed || screen != .watch ? size.rows - 6 : size.rows / 3) }

    private mutating func move(_ motion: Motion) {
        switch screen {
        case .detail(let id):
            let body = PageView.body(size)
            let canvas = Canvas(size: Size(rows: body.rows - 1, columns: body.columns), glyphs: .blocks)
            let end = DetailView(model: self, id: id).scrollRange(canvas)
            detailView.offset = motion.applied(to: min(detailView.offset, end), count: end + 1)
        case .help: help.chosen = motion.applied(to: help.chosen, count: helpLines.count)
        case .watch where isCompact: jump(motion)
        case .watch where focus == .events:
            let events = events
            let place = eventCursor.flatMap { events.lastIndex(of: $0) } ?? events.count - 1
            let next = motion.applied(to: place, count: events.count)
            eventCursor = events.indices.contains(next) ? events[next] : nil
        case .watch:
            let place = cursor(in: focus).flatMap { self.place(of: $0, in: focus) } ?? 0
            let next = motion.applied(to: place, count: rowCount(in: focus))
            guard let id = rowID(at: next, in: focus) else { return }
            // The first row, whichever it is from now on.
            if case .first = motion, !CronHeartbeat.isHeartbeat(id) { return release() }
            cursors[focus] = id
            rest(focus)
        }
    }

    /// Below 60 x 20 there are no panes, only the worst rows of all.
    package var isCompact: Bool { !isZoomed && (size.columns < 60 || size.rows < 20) }

    private mutating func jump(_ motion: Motion) {
        let rows = problems.isEmpty ? matches : problems
        guard !rows.isEmpty else { return }
        let place = rows.firstIndex { $0 == cursor(in: focus) } ?? -1
        put(rows[motion.applied(to: place, count: rows.count)])
    }

    private mutating func jump(_ step: Int, among ids: [EntityID]) {
        let here = cursor(in: focus).flatMap { ids.firstIndex(of: $0) }
        put(ids[here.map { ($0 + step + ids.count) % ids.count } ?? (step > 0 ? 0 : ids.count - 1)])
    }

    private mutating func put(_ id: EntityID) {
        guard let pane = Pane(id.kind) else { return }
        cursors[pane] = id
        focus = pane
        settleFocus()
        rest(pane)
    }

    /// The rows the filter leaves, pane by pane.
    private var matches: [EntityID] {
        let inSight = isZoomed || isCompact ? Pane.allCases : panes
        return inSight.flatMap { rows(of: $0).filter { filter.matches($0) }.map(\.id) }
    }

    private var hasProblem: Bool {
        Pane.allCases.contains { board[$0].hasTrouble }
            || shown?.cron.known.contains { $0.judgement.isTrouble } == true
    }

    /// Rows that are not ok and not set aside, the worst first, pane by pane among equals.
    package var problems: [EntityID] {
        Status.allCases.filter(\.isTrouble).flatMap { status in
            Pane.allCases.flatMap { pane in
                let beats = pane == .cron ? shown?.cron.known ?? [] : []
                return beats.filter { $0.judgement.isTrouble && $0.judgement.status == status }.map(\.id)
                    + board[pane].rows(in: status).compactMap { shown?.rowID(pane, $0) }
            }
        }
    }

    /// The worst one first, and from there on as they stand.
    private mutating func showProblem(_ step: Int) -> [Effect] {
        let list = problems
        if case .detail(let id) = screen {
            let here = list.firstIndex(of: id) ?? -1
            let next = list[(max(here, step > 0 ? -1 : 0) + step + list.count) % list.count]
            put(next)
            overlays.removeLast()
            return open()
        }
        let here = selected?.id
        let isGoingOn = here != nil && (here == lastProblem || here == list.first)
        if isGoingOn { jump(step, among: list) } else { put(step > 0 ? list[0] : list[list.count - 1]) }
        lastProblem = selected?.id
        newlyCritical = []
        return []
    }

    // MARK: Screen

    private mutating func readNow() -> [Effect] {
        // On the watch screen everything is looked at, on a page one thing.
        let row = selected
        let isOne = row is SourceRow || screen != .watch
        let source = isOne && row?.sources.count == 1 ? row?.sources.first : nil
        say(source.map { "reading \($0) now" } ?? "reading all sources now")
        return [submit(.readNow(source: source))]
    }

    private mutating func changeTheme() -> [Effect] {
        let place = themes.firstIndex(of: theme) ?? -1
        theme = themes[(place + 1) % themes.count]
        say("theme \(theme)")
        return [.setTheme(theme)]
    }

    private func copyText(of row: any Row) -> String {
        let judgement = row.judgement
        // It may be pasted into a shell: a line feed in a name would run it.
        let aside = judgement.aside.map { [$0.sentence(at: now.wall)] } ?? []
        // By its label, which no other row has, whatever its name hides.
        let name = "\(row.id.kind.rawValue):\(row.label)"
        let parts = [name, judgement.status.rawValue] + aside + judgement.reason
        return Sanitizer.line(parts.joined(separator: " · "))
    }

    private mutating func leave() -> [Effect] {
        let question = quitQuestion
        guard question.changesUnderWay > 0 || question.finishing != nil else { return [.quit] }
        dialog = .quit(question)
        return []
    }

    /// A watching console leaves nothing on its way: what is under way is its keeper's.
    private var quitQuestion: QuitQuestion {
        var asked = Set(
            pending.values.compactMap { request in
                if case .change(let change) = request { change.key.id } else { nil }
            })
        var atWork = 0
        if let snapshot, snapshot.environment.mayChange {
            for row in snapshot.flags {
                guard case .running = progress(of: row) else { continue }
                asked.insert(row.id)
                atWork += 1
            }
        }
        let finishing = pending.values.compactMap { request -> String? in
            if case .finish(let id, _) = request { snapshot?.flag(id)?.label ?? id.name } else { nil }
        }
        return QuitQuestion(
            changesUnderWay: asked.count, programsAtWork: atWork, finishing: finishing.first)
    }

    mutating func submit(_ request: Request) -> Effect {
        defer { nextRequest += 1 }
        pending[nextRequest] = request
        return .submit(request, nextRequest)
    }
}

extension Model.Motion {
    /// The new place of `place` among `count`.
    fileprivate func applied(to place: Int, count: Int) -> Int {
        let end = max(0, count - 1)
        return switch self {
        case .by(let step): min(max(place + step, 0), end)
        case .first: 0
        case .last: end
        }
    }
}

import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Text

extension Model {
    mutating func press(_ key: Key) -> [Effect] {
        // These two must work wherever one is: a garbled screen and a shell that is needed now.
        if key == .control("l") { return [.redraw] }
        if key == .control("z") { return [.suspend] }
        if dialog != nil { return answer(key) }
        if isStray(key) { return [] }
        if let effects = chooseTheme(key) { return effects }
        if filterField != nil { return typeFilter(key) }
        if commandLine != nil { return typeCommand(key) }
        if screen == .help, help.isTyping { return searchHelp(key) }
        if screen == .help, key == .enter {
            explainHelpLine()
            return []
        }
        if case .lines = screen, lines.isTyping { return searchLines(key) }
        guard let action = replayAction(for: key) ?? KeyMap.action(for: key, in: place) else {
            explain(key)
            return []
        }
        let (said, seen) = (notice, screen)
        let effects = perform(action)
        // What was said before is not about what is asked now, nor about another screen; trouble stays to be read.
        let isOfBefore = screen != seen && notice == said && notice?.claim == nil
        if dialog != nil || isOfBefore && notice?.status?.isTrouble != true { notice = nil }
        return effects
    }

    var place: KeyMap.Place {
        switch screen {
        case .watch: .watch
        case .detail: .detail
        case .alert: .alert
        case .timeline: .timeline
        case .silences: .silences
        case .lines: .lines
        case .help: .help
        case .output: .output
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
        case .up, .earlier: move(.by(-1))
        case .down, .later: move(.by(1))
        case .halfUp: move(.by(-max(1, pageRows / 2)))
        case .halfDown: move(.by(max(1, pageRows / 2)))
        case .pageUp: move(.by(-pageRows))
        case .pageDown: move(.by(pageRows))
        case .first: move(.first)
        case .last: move(.last)
        case .open: return open()
        case .back: return goBack()
        case .timeline: return openTimeline()
        case .silences: openSilences()
        case .silence: askToSilence()
        case .note: startCommand("note ")
        case .zoom: zoom()
        case .unfold: unfold()
        case .filter: startTyping()
        case .lines: return openLinesView()
        case .nextOutcome: showOutcome(1)
        case .previousOutcome: showOutcome(-1)
        case .nextMatch: return showMatch(1)
        case .previousMatch: return showMatch(-1)
        case .sortNext: sort(1)
        case .sortPrevious: sort(-1)
        case .sortReversed: reverse()
        case .nextProblem: return showProblem(1)
        case .previousProblem: return showProblem(-1)
        case .toggleFlag: askForChange()
        case .finishChange: askToFinish()
        case .setAside: askToSetAside()
        case .runCommand: runCommand()
        case .freeze: freeze()
        case .nextZone: nextZone()
        case .markTime: markTime()
        case .readNow: return readNow()
        case .moreHours: return changeSpan(1)
        case .fewerHours: return changeSpan(-1)
        case .mark: mark()
        case .copyName: return copyNames()
        case .copyLine: return copyLines()
        case .copyScreen:
            sending = "the screen"
            return [.copyScreen]
        case .nextTheme: return tryTheme(1)
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .command: startCommand()
        case .help: openHelp()
        case .quit where isFirstScreen: return leave()
        case .quit: return goBack()
        case .askToQuit: dialog = .quit(quitQuestion)
        case .replay(let order): return [submit(.replay(order))]
        }
        return []
    }

    /// A row that came under the cursor so shortly before a key that acts on it is not the one that was seen.
    private mutating func surprise(_ action: Action) -> String? {
        guard let (id, at) = arrival, replay == nil,
            [.open, .toggleFlag, .finishChange, .setAside, .silence, .runCommand].contains(action)
        else {
            return nil
        }
        arrival = nil
        guard now.seconds(since: at) < 0.3, let row = selected, row.id == id else { return nil }
        return row.label
    }

    /// Why the key would do nothing here and now; nil when it works.
    package func whyNot(_ action: Action) -> String? {
        if replay != nil,
            [.toggleFlag, .finishChange, .setAside, .silence, .note, .runCommand, .readNow].contains(action)
        {
            return ReplayShown.refusal
        }
        switch action {
        case .toggleFlag:
            guard let row = switchable else { return whyNoFlag }
            if isTooSmallToAsk { return "this screen is too small to ask" }
            if mayEnd(row) { return isEnding(row) ? "its program is told to end" : nil }
            return pendingRefusal(row) ?? FlagDialog.refusal(of: row, in: snapshot, at: now)
        case .finishChange: return whyNotFinish()
        case .setAside: return whyNotAside()
        case .runCommand: return whyNotRun()
        case .silence: return whyNotSilence()
        case .open where screen == .silences: return whyNotEndSilence
        case .open where place == .timeline: return whyNotOpenEntry
        case .open where screen == .watch && focus == .alerts:
            return alertPlace == nil ? "no alert here" : nil
        case .open: return selected == nil ? "no row here" : nil
        case .unfold:
            guard let alert = openAlert.flatMap({ alert($0) }) else { return "it is over" }
            return alert.foldedCount == 0 ? "nothing follows from it" : nil
        case .lines: return whyNoLines
        case .mark where screen == .watch && focus == .alerts:
            return "Enter opens it: its page says what follows"
        case .mark: return selected == nil || focus.isList ? "no row here" : nil
        case .copyName, .copyLine: return selected == nil && marked.isEmpty ? "no row here" : nil
        case .nextProblem where place == .timeline, .previousProblem where place == .timeline: return nil
        case .copyName where place == .timeline, .copyLine where place == .timeline:
            return timelineEntry == nil ? "nothing stands here" : nil
        case .timeline, .silences: return snapshot == nil ? "nothing was read yet" : nil
        case .nextProblem, .previousProblem: return hasProblem ? nil : noProblem
        case .nextMatch, .previousMatch:
            let hasNone = screen == .watch && focus.isList ? extent(of: focus).shown == 0 : matches.isEmpty
            return hasNone ? "nothing matches" : nil
        case .sortNext, .sortPrevious, .sortReversed:
            guard focus.sortColumns.isEmpty else { return nil }
            return focus == .alerts ? "the worst and oldest alerts stand first" : "events stand by time"
        case .readNow, .freeze: return snapshot == nil ? "nothing was read yet" : nil
        case .nextTheme: return themes.count < 2 ? "there is one theme" : nil
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
        if isCompact || !panes.contains(pane) {
            if !isZoomed, panes.contains(focus) { paneBefore = focus }
            isZoomed = true
        }
        focus = pane
        overlays = []
        settleFocus()
        holdFlags()
    }

    private mutating func cyclePane(_ step: Int) {
        if isCompact { isZoomed = true }
        let stops = isZoomed ? Pane.allCases : panes
        let place = stops.firstIndex(of: focus) ?? 0
        focus = stops[(place + step + stops.count) % stops.count]
        rest(nil)
        holdFlags()
    }

    /// A flag is looked for to be switched: what comes and goes there moves no row while one looks.
    mutating func holdFlags() {
        if focus == .flags { rest(.flags) }
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

    /// Nothing is there to go back from.
    var isFirstScreen: Bool { overlays.isEmpty && !isZoomed && filter.isEmpty && marked.isEmpty }

    /// What one comes back to is about something else than what lay over it.
    private mutating func goBack() -> [Effect] {
        let before = screen
        back()
        guard before != screen, case .timeline(let subject) = screen, before != .help, before != .output
        else {
            return []
        }
        return beginTimeline(subject)
    }

    private mutating func back() {
        if screen == .help, !help.query.isEmpty {
            help.query.clear()
            help.chosen = 0
        } else if case .lines = screen, !lines.query.isEmpty {
            lines.query.clear()
        } else if !overlays.isEmpty {
            if overlays.removeLast() == .output { leaveOutput() }
        } else if !filter.isEmpty, focus.isList {
            // It was typed at this list.
            filter = Filter("")
        } else if isZoomed {
            zoom()
        } else if !filter.isEmpty {
            keepFound()
        } else if !marked.isEmpty {
            marked = []
        } else {
            notice = nil
            release()
        }
    }

    private mutating func sort(_ step: Int) {
        let columns = focus.sortColumns
        let place = columns.firstIndex(of: orders[focus]?.column ?? .severity) ?? 0
        sort(by: columns[(place + step + columns.count) % columns.count], reversed: false)
    }

    private mutating func reverse() {
        let order = orders[focus] ?? Order()
        sort(by: order.column, reversed: !order.isReversed)
    }

    mutating func sort(by column: SortColumn, reversed: Bool) {
        var order = orders[focus] ?? Order()
        (order.column, order.isReversed) = (column, reversed)
        shown?.put(focus, in: &order, by: .sorting)
        orders[focus] = order
        say("\(focus.title) \(order.words ?? "by severity, the worst first")")
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

    mutating func submit(_ request: Request) -> Effect {
        defer { nextRequest += 1 }
        pending[nextRequest] = request
        return .submit(request, nextRequest)
    }
}

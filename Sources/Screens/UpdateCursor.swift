import Display
import EngineAPI
package import Monitoring
import Text

// Where the cursor goes.
extension Model {
    enum Motion { case by(Int), first, last }

    /// Rows a page has, reckoned from the size: the views fit what they can.
    var pageRows: Int { max(1, isZoomed || screen != .watch ? size.rows - 6 : size.rows / 3) }

    mutating func move(_ motion: Motion) {
        switch screen {
        case .detail(let id):
            let body = PageView.body(size)
            let canvas = Canvas(size: Size(rows: body.rows - 1, columns: body.columns), glyphs: .blocks)
            let end = DetailView(model: self, id: id).scrollRange(canvas)
            scroll(motion, to: end)
        case .alert(let key):
            let body = PageView.body(size)
            let canvas = Canvas(size: Size(rows: body.rows - 1, columns: body.columns), glyphs: .blocks)
            scroll(motion, to: AlertView(model: self, key: key).scrollRange(canvas))
        case .timeline: moveInTimeline(motion)
        case .silences: moveInSilences(motion)
        case .lines: moveInLines(motion)
        case .output:
            let body = PageView.body(size)
            let end = OutputView(model: self).scrollRange(Size(rows: body.rows - 1, columns: body.columns))
            let offset = min(run?.offset ?? 0, end)
            run?.offset = motion.applied(to: offset, count: end + 1)
        case .help: help.chosen = motion.applied(to: help.chosen, count: helpLines.count)
        case .watch where isCompact: jump(motion)
        case .watch where focus.isList: moveInList(motion)
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

    private mutating func scroll(_ motion: Motion, to end: Int) {
        detailView.offset = motion.applied(to: min(detailView.offset, end), count: end + 1)
    }

    /// There are no panes, only the worst rows of all.
    package var isCompact: Bool { !isZoomed && !Layout(size).hasPanes }

    private mutating func jump(_ motion: Motion) {
        let rows = problems.isEmpty ? matches : problems
        guard !rows.isEmpty else { return }
        let place = rows.firstIndex { $0 == cursor(in: focus) } ?? -1
        put(rows[motion.applied(to: place, count: rows.count)])
    }

    private mutating func jump(_ step: Int, among ids: [EntityID]) {
        let here = chosen.flatMap { ids.firstIndex(of: $0) }
        put(ids[here.map { ($0 + step + ids.count) % ids.count } ?? (step > 0 ? 0 : ids.count - 1)])
    }

    /// What the cursor stands on: in a list of what others are about, what that one is about.
    private var chosen: EntityID? {
        focus == .alerts ? alertPlace.map { alerts[$0].entity } : selected?.id
    }

    mutating func put(_ id: EntityID) {
        // The shop as a whole is nobody's row.
        if id == CauseMap.shop {
            _ = perform(.focus(.alerts))
            alertCursor = alerts.first { $0.entity == id }?.key
            return
        }
        guard let pane = Pane(id.kind) else { return }
        cursors[pane] = id
        focus = pane
        settleFocus()
        rest(pane)
    }

    /// The rows the filter leaves, pane by pane.
    var matches: [EntityID] {
        let inSight = isZoomed || isCompact ? Pane.allCases : panes
        return inSight.flatMap { rows(of: $0).filter { filter.matches($0) }.map(\.id) }
    }

    var hasProblem: Bool {
        Pane.allCases.contains { board[$0].hasTrouble }
            || shown?.cron.known.contains { $0.judgement.isTrouble } == true
    }

    /// What is wrong, one a cause: what alerts are about, the worst and oldest first, then the rows of which none
    /// speaks. What follows from an alert is not gone to by itself.
    package var causes: [EntityID] {
        let rows = problems
        let told = alertsByUrgency.filter(\.isStanding)
        guard !told.isEmpty else { return rows }
        let there = Set(rows)
        var known: Set<EntityID> = []
        let heads = told.map(\.entity).filter { id in
            (there.contains(id) || row(id) == nil) && known.insert(id).inserted
        }
        known.formUnion(told.flatMap { $0.folded.map(\.entity) })
        let isAllNamed = told.allSatisfy { $0.folded.count >= $0.foldedCount }
        let lost = Set(heads.filter { $0.kind == .source }.map { ExactName($0.name) })
        return heads
            + rows.filter { id in
                guard !known.contains(id), let row = row(id) else { return false }
                switch row.judgement.status {
                case .critical, .warning: return isAllNamed
                case .unknown, .stale, .ok, .off:
                    return row.sources.isEmpty || !row.sources.allSatisfy { lost.contains(ExactName($0)) }
                }
            }
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

    mutating func showMatch(_ step: Int) -> [Effect] {
        if case .detail(let id) = screen { return turnPage(from: id, step, among: matches) }
        if case .alert(let key) = screen { return turnAlert(from: key, step, among: alerts.map(\.key)) }
        if focus.isList { turnList(step) } else { jump(step, among: matches) }
        return []
    }

    private mutating func turnPage(from id: EntityID, _ step: Int, among ids: [EntityID]) -> [Effect] {
        let here = ids.firstIndex(of: id) ?? -1
        guard !ids.isEmpty else { return [] }
        put(ids[(max(here, step > 0 ? -1 : 0) + step + ids.count) % ids.count])
        overlays.removeLast()
        return open()
    }

    /// The worst one first, and from there on as they stand.
    mutating func showProblem(_ step: Int) -> [Effect] {
        let list = causes
        if case .timeline = screen {
            showAlertInTimeline(step)
            return []
        }
        if case .alert(let key) = screen {
            return turnAlert(from: key, step, among: alerts.filter(\.isStanding).map(\.key))
        }
        if case .detail(let id) = screen {
            return turnPage(from: id, step, among: list.filter { $0 != CauseMap.shop })
        }
        guard !list.isEmpty else { return [] }
        let here = chosen
        let isGoingOn = here != nil && here == lastProblem
        if isGoingOn { jump(step, among: list) } else { put(step > 0 ? list[0] : list[list.count - 1]) }
        lastProblem = chosen
        newlyCritical = []
        if list.count == 1 {
            say("the only cause of trouble: what else is wrong follows from it", seconds: 3)
        } else if let id = lastProblem, let place = list.firstIndex(of: id) {
            say("problem \(place + 1) of \(list.count)\(place == 0 ? ", the worst" : "")", seconds: 3)
        }
        return []
    }
}

extension Model.Motion {
    /// The new place of `place` among `count`.
    func applied(to place: Int, count: Int) -> Int {
        let end = max(0, count - 1)
        return switch self {
        case .by(let step): min(max(place + step, 0), end)
        case .first: 0
        case .last: end
        }
    }
}

import Display
import EngineAPI
import Monitoring
import Text

/// The heartbeat of cron and its jobs.
struct CronPane {
    let model: Model

    func content(_ snapshot: Snapshot) -> PaneContent {
        let roll = model.board[.cron]
        let causes = roll.causes
        var content = PaneContent(pane: .cron)
        for (place, beat) in snapshot.cron.known.enumerated() {
            // One cause is said once.
            if !causes.isEmpty, place > 0 { break }
            guard var banner = heartbeat(beat, causes, isOnly: snapshot.cron.known.count == 1) else {
                continue
            }
            banner.id = beat.id
            content.banners.append(banner)
        }
        content.whole = snapshot.heartbeat.flatMap {
            model.filter.isEmpty || model.filter.matches($0) ? whole($0, causes) : nil
        }
        content.nameTitle = "job"
        content.columns = Self.columns
        content.rows = PaneRows(roll) { row(snapshot.cron.jobs[$0], causes) }
        return content
    }

    static let columns = [
        Column("group", "group", width: 10, side: .left, rank: 6, nameBefore: 28),
        Column("last", "last ok", width: 6, rank: 0),
        Column("running", "running", width: 7, rank: 4, nameBefore: 30),
        Column("usual", "usual", width: 6, rank: 7, nameBefore: 30),
        Column("lock", "lock", width: 4, rank: 8, nameBefore: 30),
        Column("missed", "missed", width: 6, rank: 3, nameBefore: 27),
        Column("errors", "errors", width: 6, rank: 2, nameBefore: 27),
        Column("next", "next", width: 6, rank: 1, nameBefore: 16, nameWish: 22),
        Column("error", "last error", width: 40, side: .left, rank: 9, nameBefore: 30),
    ]

    private func row(_ job: CronRow, _ causes: [Cause]) -> PaneRow {
        let style = RowStyle(job, now: model.now, model.clock, causes: causes)
        let now = model.now.wall
        var row = PaneRow(style, id: job.id, name: .plain(job.label))
        row.cells["group"] = style.word(job.group)
        row.cells["last"] = style.age(job.lastSuccess, of: .lastSuccess, .running)
        row.cells["running"] =
            job.runningSince.map { style.figure(Age.text(seconds: now.seconds(since: $0)), of: .running) }
            ?? Span("", .quiet)
        row.cells["usual"] = style.figure(job.usualSeconds.map { Age.text(seconds: $0) })
        let lock: String? =
            switch job.lock {
            case .held: "held"
            case .free: "free"
            case .unknown: job.runningSince == nil ? "" : "?"
            }
        row.cells["lock"] = style.figure(lock)
        row.cells["missed"] = style.number(job.missedLastHour, of: .missed)
        row.cells["errors"] = style.number(job.errorsLastHour, of: .errors)
        row.cells["next"] = next(job, style)
        row.cells["error"] = Span(job.lastError ?? "", .dim)
        row.figure = style.old ?? figure(job, row)
        if style.old == nil { row.figureName = Self.name(of: job.judgement.figure) }
        return row
    }

    private func next(_ job: CronRow, _ style: RowStyle) -> Span {
        // What is planned is not known from what was planned once.
        if style.isOld { return Span("?", .unknown) }
        if job.overdueSince != nil { return style.figure("due", of: .due) }
        guard let next = job.nextDue else { return style.figure(nil, of: .due) }
        let left = next.seconds(since: model.now.wall)
        return style.figure(left < 0 ? "due" : Age.text(seconds: left), of: .due)
    }

    private static func name(of figure: Judgement.Figure?) -> String {
        switch figure {
        case .running: "running"
        case .missed, .errors: ""
        default: "last ok"
        }
    }

    private func figure(_ job: CronRow, _ row: PaneRow) -> Span {
        let role = job.judgement.status.role
        func cell(_ id: String) -> String { row.bare(id) }
        return switch job.judgement.figure {
        case .running: Span(cell("running"), role)
        case .missed: Span("missed " + cell("missed"), role)
        case .errors: Span(Figures.counted(job.errorsLastHour ?? 0, "error"), role)
        default: Span(cell("last"), role)
        }
    }

    private func whole(_ heartbeat: CronHeartbeat, _ causes: [Cause]) -> PaneRow {
        let style = RowStyle(
            heartbeat.judgement, readAt: heartbeat.readAt, now: model.now, model.clock,
            isExplained: !causes.isEmpty)
        var row = PaneRow(style, id: heartbeat.id, name: .plain("cron heartbeat"))
        row.figure = style.old ?? style.age(heartbeat.lastBeat, of: .heartbeat)
        row.mark = ""
        return row
    }

    /// One line for all of one source's cron; its sentence when something is wrong with it.
    private func heartbeat(_ cron: CronHeartbeat, _ causes: [Cause], isOnly: Bool) -> PaneContent.Banner? {
        if let cause = causes.first {
            var banner = cause.banner("jobs", now: model.now)
            if let beat = cron.lastBeat, let short = banner.forms.first {
                let tail = Line(" · last beat \(model.clock.withSeconds(beat))", .text)
                banner.forms.insert(short + tail, at: 0)
            }
            return banner
        }
        let status = cron.judgement.status
        // Never read: the pane says why, as the others do.
        if status == .unknown, cron.readAt == nil { return nil }
        if status.isTrouble {
            let aside = cron.judgement.aside
            let reason = (aside.map { [model.clock.words($0)] } ?? []) + model.clock.words(cron.judgement)
            guard !reason.isEmpty else { return nil }
            let whose = isOnly ? "" : "\(cron.id.source): "
            let forms = reason.indices.reversed().map {
                Line(whose + reason[...$0].joined(separator: " · "), aside == nil ? .text : .dim)
            }
            return PaneContent.Banner(status: status, forms: forms, isAside: aside != nil)
        }
        guard let beat = cron.lastBeat else { return nil }
        let short = Line(
            "\(isOnly ? "" : cron.id.source + " ")heartbeat \(Age.text(seconds: model.now.wall.seconds(since: beat)))",
            .text)
        var forms = [short]
        if let missed = cron.missedLastHour, let errors = cron.errorsLastHour {
            forms.insert(
                short + Line(" · 1 h: \(missed) missed \(Figures.counted(errors, "error"))", .dim), at: 0)
        }
        if !cron.aliveGroups.isEmpty {
            let groups = Line(" · groups \(cron.aliveGroups.joined(separator: ", ")) alive", .dim)
            // Where the groups have room, the sums stand in columns of their own.
            forms.insert(short + Line(" ago", .text) + groups, at: 0)
        }
        return PaneContent.Banner(status: status, forms: forms)
    }
}

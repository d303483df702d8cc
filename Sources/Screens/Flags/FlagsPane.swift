import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// The switches: what they are now, where they live, who turned them last.
struct FlagsPane {
    let model: Model

    func content(_ snapshot: Snapshot) -> PaneContent {
        let roll = model.board[.flags]
        var content = PaneContent(pane: .flags)
        content.banners = roll.causes.map { $0.banner("flags", now: model.now) }
        content.nameTitle = "flag"
        content.columns = Self.columns
        content.rows = PaneRows(roll) { row(snapshot.flags[$0], roll.names.labels[$0], roll.causes) }
        return content
    }

    static let columns = [
        Column("now", "now", width: 4, rank: 0, upTo: 14),
        Column("where", "where", width: 14, side: .left, rank: 2, nameBefore: 16),
        // Who changed it goes before the age does.
        Column("age", "age", width: 6, rank: 0),
        Column("changed", "changed", width: 7, rank: 1, nameBefore: 10, upTo: 16, replaces: "age"),
    ]

    static func rules(_ model: Model) -> Roll.Rules<FlagRow> {
        Roll.Rules(
            head: { flag, isExplained in
                var head = RowHead(flag.judgement, readAt: flag.readAt, isExplained: isExplained)
                switch model.progress(of: flag) {
                case .asked, .running: head.parts += 1
                case .seen, .unknown: break
                }
                if flag.openUntil != nil { head.parts += 1 }
                head.changedAt = flag.flag.changedAt
                return head
            }, labels: labels, areNamedByID: true)
    }

    private static func labels(_ flags: [FlagRow]) -> [RowNames.Label] {
        let drawn = LookAlikes.drawn(flags.map(\.flag.name))
        var homes: [ExactName: Set<String>] = [:]
        for flag in flags { homes[ExactName(flag.flag.name), default: []].insert(flag.flag.backend) }
        return zip(flags, drawn).map { flag, name in
            // Two flags of one name are told apart by where they are.
            let isTwin = homes[ExactName(flag.flag.name), default: []].count > 1
            return .plain(isTwin ? "\(name)@\(flag.flag.backend)" : name)
        }
    }

    private func row(_ flag: FlagRow, _ name: RowNames.Label, _ causes: [Cause]) -> PaneRow {
        let style = RowStyle(flag, now: model.now, model.clock, causes: causes)
        // Names of values come from outside as they are.
        let value = Name.cut(Sanitizer.line(flag.flag.summary, maxBytes: 64), to: 10)
        var row = PaneRow(style, id: flag.id, name: name)
        let isOff = flag.flag.isOff || flag.flag.value == .codeDefault
        if flag.judgement.status == .ok, isOff { row.sign = .off }
        row.cells["now"] =
            isOff && !style.judgement.status.isTrouble
            ? Span(value, .dim) : style.figure(value, of: .value)
        row.cells["where"] = Span(flag.place, .dim)
        let age = style.age(flag.flag.changedAt)
        let dim: Role = style.isOld ? .stale : .dim
        row.cells["age"] = style.old ?? Span(flag.flag.changedAt == nil ? "" : age.text, dim)
        let who = flag.flag.changedBy.map { $0 + " " } ?? ""
        row.cells["changed"] = style.old ?? Span(flag.flag.changedAt == nil ? "" : who + age.text, dim)
        row.reason = progress(flag) + row.reason
        if let end = FlagRow.words(openUntil: flag.openUntil, model.clock) {
            row.reason.insert(end, at: min(1, row.reason.count))
        }
        if row.reason.isEmpty, let changed = flag.flag.changedAt,
            model.now.wall.seconds(since: changed) < Self.recently
        {
            let turned = flag.flag.value == .on || flag.flag.value == .off ? "turned" : "set to"
            let who = flag.flag.changedBy.map { " by " + Sanitizer.line($0, maxBytes: 64) } ?? ""
            row.news = Line([
                Span(turned + " ", .quiet), Span(value, .text), Span(" \(age.text) ago\(who)", .quiet),
            ])
        }
        row.figure = style.old ?? Span(value, flag.judgement.status.role)
        if style.old == nil { row.figureName = "now" }
        return row
    }

    /// A change that may be the cause of what is seen is worth a line, so many seconds.
    static let recently = 1800.0

    /// Asked, done and seen are different words.
    private func progress(_ flag: FlagRow) -> [String] {
        switch model.progress(of: flag) {
        case .seen: []
        case .asked(let value, _):
            ["turning \(Sanitizer.line(value.text, maxBytes: 64)): \(FlagRow.Progress.asked)"]
        case .running(let value, _, let since, _):
            [
                "turning \(Sanitizer.line(value.text, maxBytes: 64)) for "
                    + "\(Age.text(seconds: max(0, model.now.wall.seconds(since: since)))): still at work"
            ]
        // Its judgement says so.
        case .unknown: []
        }
    }
}

extension FlagRow {
    /// When a change whose end was not seen is decided.
    static func words(openUntil end: WallTime?, _ clock: Clock) -> String? {
        guard let end else { return nil }
        return clock.now < end
            ? "open until \(clock.withSeconds(end)) unless it shows before" : "its next reading decides"
    }
}

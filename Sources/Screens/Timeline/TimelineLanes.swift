import Display
import EngineAPI
import Monitoring
import Text

/// One row of the timeline: what is of one kind, or the alerts of one thing.
struct TimelineLane {
    var title: String
    var role: Role = .dim
    /// Places among the entries.
    var places: [Int]
    /// Its entries last: a bar each.
    var isOfAlerts = false

    /// As many as there is room for, what does not get a lane of its own together in one: each entry stands in a lane.
    static func lanes(of timeline: Timeline, subject: EntityID?, room: Int) -> [TimelineLane] {
        let entries = timeline.entries
        func places(_ kinds: Set<TimelineEntry.Kind>) -> [Int] {
            entries.indices.filter { kinds.contains(entries[$0].kind) }
        }
        let kinds = TimelineEntry.Kind.allCases.filter { $0 != .alert }
        let alerts = things(in: timeline, subject: subject)
        let least = alerts.isEmpty ? 0 : 1
        let all = kinds.map { TimelineLane(title: $0.title, places: places([$0])) }
        let filled = all.filter { !$0.places.isEmpty }
        if all.count + max(1, alerts.count) <= room { return all + alerts }
        if filled.count + least <= room { return filled + gathered(alerts, in: room - filled.count) }
        let few = [
            TimelineLane(title: "changed", places: places([.deploy, .flag, .setting])),
            TimelineLane(title: "cron", places: places([.cron])),
            TimelineLane(title: "notes", places: places([.note])),
        ].filter { !$0.places.isEmpty }
        if few.count + least <= room { return few + gathered(alerts, in: room - few.count) }
        let rest = TimelineLane(title: "changed", places: places(Set(kinds)))
        guard least + 1 <= room else {
            return [TimelineLane(title: "all", places: Array(entries.indices))].filter {
                room > 0 && !$0.places.isEmpty
            }
        }
        return [rest] + gathered(alerts, in: room - 1)
    }

    /// The alerts of each thing: what the page is about first, then what is open, the worst and oldest first, then what
    /// ended last.
    private static func things(in timeline: Timeline, subject: EntityID?) -> [TimelineLane] {
        let entries = timeline.entries
        var byThing: [EntityID: [Int]] = [:]
        for place in entries.indices {
            guard entries[place].kind == .alert, let told = entries[place].entity else { continue }
            // What began with the thing the page is about stands in its lane, whatever it is told as by now.
            let thing = entries[place].beganAs == subject ? subject ?? told : told
            byThing[thing, default: []].append(place)
        }
        struct Rank: Comparable {
            var isOther: Bool, isOver: Bool, status: Int, since: Int64
            var id: EntityID
            static func < (left: Rank, right: Rank) -> Bool {
                if left.isOther != right.isOther { return !left.isOther }
                if left.isOver != right.isOver { return !left.isOver }
                return (left.status, left.since, left.id) < (right.status, right.since, right.id)
            }
        }
        let ranked = byThing.map { thing, places -> (Rank, EntityID, [Int]) in
            let open = places.filter { entries[$0].lasts }
            let told = open.isEmpty ? places : open
            let worst = told.compactMap { entries[$0].status?.rank }.min() ?? 0
            let since =
                open.isEmpty
                ? -(places.compactMap { entries[$0].to?.milliseconds }.max() ?? 0)
                : open.map { entries[$0].from.milliseconds }.min() ?? 0
            let rank = Rank(
                isOther: thing != subject, isOver: open.isEmpty, status: open.isEmpty ? 0 : worst,
                since: since,
                id: thing)
            return (rank, thing, places)
        }.sorted { $0.0 < $1.0 }
        return ranked.map { _, thing, places in
            let isQuiet = places.allSatisfy { entries[$0].isQuiet || !entries[$0].lasts }
            let named = places.last { entries[$0].entity == thing }.map { entries[$0].label }
            return TimelineLane(
                title: named ?? Sanitizer.line(thing.name, maxBytes: 128), role: isQuiet ? .dim : .text,
                places: places,
                isOfAlerts: true)
        }
    }

    private static func gathered(_ lanes: [TimelineLane], in room: Int) -> [TimelineLane] {
        guard lanes.count > room, room > 0 else { return lanes }
        let rest = lanes[(room - 1)...]
        let title = room == 1 ? "alerts" : "\(rest.count) more"
        return lanes[..<(room - 1)]
            + [TimelineLane(title: title, places: rest.flatMap(\.places).sorted(), isOfAlerts: true)]
    }

    // MARK: Drawn

    func draw(_ timeline: Timeline, _ axis: TimelineAxis, chosen: Int?, on painter: inout Painter, row: Int) {
        let width = max(0, axis.column - 2)
        let isHere = chosen.map(places.contains) ?? false
        let title = Line(title, isHere ? .strong : role).cut(to: width, painter.glyphs)
        painter.put(title, row: row, column: 1, width: width)
        if isOfAlerts { drawBars(timeline, axis, on: &painter, row: row) }
        var byColumn: [Int: [Int]] = [:]
        for place in places {
            byColumn[axis.column(of: timeline.entries[place].from), default: []].append(place)
        }
        for (column, here) in byColumn {
            let entries = here.map { timeline.entries[$0] }
            let worst = entries.compactMap(\.status).min()
            let isQuiet = entries.allSatisfy(\.isQuiet)
            let role: Role = isQuiet ? .dim : worst.map(\.role) ?? .strong
            painter.put(Self.sign(entries), role, row: row, column: column, width: 1)
            let cell = Rect(row: row, column: column, rows: 1, columns: 1)
            if let chosen, here.contains(chosen) { painter.cursorBar(cell) }
            painter.offer(Hit.moment(entries[entries.count - 1].id), on: cell)
        }
    }

    /// One its sign, more their number; `+` from ten on.
    private static func sign(_ entries: [TimelineEntry]) -> String {
        switch entries.count {
        case 1: entries[0].sign
        case ..<10: "\(entries.count)"
        default: "+"
        }
    }

    /// From the sign to the end, or on to the edge; of several the worst lies above.
    private func drawBars(_ timeline: Timeline, _ axis: TimelineAxis, on painter: inout Painter, row: Int) {
        let entries = places.map { timeline.entries[$0] }.sorted {
            ($0.lasts ? 1 : 0, $1.status ?? .ok) < ($1.lasts ? 1 : 0, $0.status ?? .ok)
        }
        for entry in entries {
            let first = axis.column(of: max(entry.from, axis.from))
            let last = axis.column(of: entry.to ?? axis.to)
            let role: Role = entry.isQuiet || !entry.lasts ? .dim : entry.status?.role ?? .text
            // What a person has taken out of sight is another line, also where there is no colour.
            painter.fill(entry.isQuiet ? "┄" : "─", role, row: row, columns: first..<last + 1)
            if !entry.lasts, last > first { painter.fill("│", .dim, row: row, columns: last..<last + 1) }
        }
    }
}

import Monitoring

/// What can be typed after `:`; every action by its word. None changes production without asking.
package enum CommandWord: String, Sendable, CaseIterable {
    case sources, queues, integrations, cron, indexers, flags, events, alerts
    case timeline, open, back, lines, zoom, unfold, problem, filter, next, previous, sort
    case turn, complete, aside, silence, silences, run, note, record, at, normal
    case copy, save, mark, freeze, read, theme, time, since, mouse, redraw, suspend, help, quit

    /// What else it is called, in vim and k9s among others.
    package var aliases: [String] {
        switch self {
        case .quit: ["q", "q!", "qa", "wq", "x", "exit"]
        case .queues: ["queue", "q's"]
        case .integrations: ["integration", "flows"]
        case .cron: ["jobs", "cj"]
        case .indexers: ["indexer"]
        case .flags: ["flag"]
        case .sources: ["source"]
        case .events: ["event", "ev", "log"]
        case .alerts: ["alert", "al"]
        case .timeline: ["when", "tl"]
        case .turn: ["toggle", "switch"]
        case .silence: ["mute"]
        case .save: ["w", "write"]
        case .run: ["!"]
        case .help: ["h"]
        case .next: ["n"]
        case .previous: ["N", "prev"]
        case .open: ["describe", "goto", "e"]
        case .read: ["refresh"]
        default: []
        }
    }

    package var help: String {
        switch self {
        case .sources, .queues, .integrations, .cron, .indexers, .flags: "go to that pane, or a row of it"
        case .events, .alerts: "go to that pane"
        case .timeline: "what happened when, with the figure of the row"
        case .open: "open the row, or that of this name"
        case .back: "back, close"
        case .lines: "the log lines behind the open row"
        case .zoom: "zoom the pane"
        case .unfold: "all that follows from the open alert, or the first of it"
        case .problem: "go to the worst, then the next"
        case .filter: "show what matches; alone: all"
        case .next, .previous: "go to the \(rawValue) match"
        case .sort: "sort the pane by a column; again, or with desc, asc: the other way round"
        case .turn: "turn the flag, or that of this name, ON or OFF: asks first"
        case .complete: "complete a saved change: asks first"
        case .aside: "set aside, take back: asks first"
        case .silence:
            "tell nobody of some alerts for a while: silence queue:erp.* kind=growing 2h WHY; asks first"
        case .silences: "what is silenced, to be ended before its time"
        case .run: "run a command on the row: asks first; alone: what the last one printed"
        case .note: "note a text among the changes, for all who watch and who come later"
        case .record: "take down in a new FILE what sources answer; record stop ends it"
        case .at: "go to that time of a recording that is played"
        case .normal: "take the level at which the open thing has stood for days as usual"
        case .copy: "copy the name, the line or the screen"
        case .save: "write the screen or the pane to a new file; --csv"
        case .mark: "mark the row for copying, or not"
        case .freeze: "freeze the picture, not the data"
        case .read: "read all sources, or this one, now"
        case .theme: "try themes, or take this one; auto"
        case .time: "show times in utc, store or local; alone: the next"
        case .since: "tell times from now on; again: as a clock does"
        case .mouse: "on: clicks and the wheel choose; off"
        case .redraw: "draw again"
        case .suspend: "suspend; fg comes back"
        case .help: "all keys, or those about a word"
        case .quit: "quit"
        }
    }

    /// What it does when nothing follows it; nil where it is no action of a key.
    package var action: Action? {
        switch self {
        case .sources: .focus(.sources)
        case .queues: .focus(.queues)
        case .integrations: .focus(.integrations)
        case .cron: .focus(.cron)
        case .indexers: .focus(.indexers)
        case .flags: .focus(.flags)
        case .events: .focus(.events)
        case .alerts: .focus(.alerts)
        case .timeline: .timeline
        case .open: .open
        case .back: .back
        case .lines: .lines
        case .zoom: .zoom
        case .unfold: .unfold
        case .problem: .nextProblem
        case .next: .nextMatch
        case .previous: .previousMatch
        case .turn: .toggleFlag
        case .complete: .finishChange
        case .aside: .setAside
        case .silence: .silence
        case .note: .note
        case .silences: .silences
        case .run: .runCommand
        case .mark: .mark
        case .freeze: .freeze
        case .read: .readNow
        case .theme: .nextTheme
        case .time: .nextZone
        case .since: .markTime
        case .redraw: .redraw
        case .suspend: .suspend
        case .help: .help
        case .copy: .copyName
        case .filter, .sort, .save, .record, .at, .normal, .mouse, .quit: nil
        }
    }

    /// Something may follow it.
    var takesMore: Bool {
        switch self {
        case .sources, .queues, .integrations, .cron, .indexers, .flags, .open, .filter, .sort, .turn, .run,
            .silence,
            .note, .record, .at, .copy, .save, .read, .theme, .time, .mouse, .help:
            true
        default: false
        }
    }

    /// What a typed word means: one of them, or why none.
    static func named(_ word: String) -> Result<CommandWord, Complaint> {
        if let exact = CommandWord(rawValue: word) { return .success(exact) }
        if let alias = allCases.first(where: { $0.aliases.contains(word) }) { return .success(alias) }
        let begun = allCases.filter { $0.rawValue.hasPrefix(word.lowercased()) }
        if begun.count == 1 { return .success(begun[0]) }
        if begun.isEmpty { return .failure(Complaint("no command is called \(word): Tab shows them all")) }
        return .failure(Complaint("\(word) may be " + begun.map(\.rawValue).joined(separator: ", ")))
    }

    /// Why a line was not run.
    struct Complaint: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }
}

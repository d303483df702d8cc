package import Display
import EngineAPI
import FeatureFlags
import Monitoring

/// A key that works here and now, or the reason why it does not.
package struct Hint: Hashable, Sendable {
    package var key: String
    package var label: String
    /// Nil when the key works.
    package var whyNot: String?

    init(_ key: String, _ label: String, whyNot: String? = nil) {
        self.key = key
        self.label = label
        self.whyNot = whyNot
    }
}

extension Model {
    /// The keys for the selected row, the most useful first.
    package var hints: [Hint] {
        hasDroppedKeys ? [Hint("typed ahead:", "does not count")] + usualHints : usualHints
    }

    /// What was pressed before the question could be read.
    private var hasDroppedKeys: Bool {
        switch dialog {
        case .flag(let question): question.hasDroppedKeys
        case .aside(let question): question.hasDroppedKeys
        case .end(let question): question.choice.hasDroppedKeys
        case .finish(let question): question.choice.hasDroppedKeys
        case .run(let question): question.form.hasDroppedKeys
        case .silence(let question): question.hasDroppedKeys
        case .takeBack, .endSilence, .quit, nil: false
        }
    }

    private var usualHints: [Hint] {
        switch dialog {
        case .flag(let question): return question.hints
        case .aside(let question):
            return [
                Hint("Tab", "next field"), Hint("Left Right", "how long"),
                Hint("Enter", "set aside", whyNot: question.missing),
                Hint("Esc", "leave it"),
            ]
        case .takeBack(let question):
            return [
                Hint("Tab", "other button"),
                Hint("Enter", question.isTakeChosen ? "Take back (chosen)" : "Leave aside"),
                Hint("Esc", "leave it"),
            ]
        case .silence(let question):
            return [
                Hint("Tab", "next field"), Hint("Left Right", "how long"),
                Hint("Enter", "silence", whyNot: question.missing), Hint("Esc", "leave it"),
            ]
        case .endSilence(let question):
            return [
                Hint("Tab", "other button"),
                Hint("Enter", question.isEndChosen ? "End it (chosen)" : "Leave it"), Hint("Esc", "leave it"),
            ]
        case .end(let question):
            return [
                Hint("Tab", "other button"),
                Hint("Enter", question.choice.isDoChosen ? "End it (chosen)" : "Leave it at work"),
                Hint("Esc", "leave it"),
            ]
        case .finish(let question):
            return [
                Hint("Tab", "other button"),
                Hint("Enter", question.choice.isDoChosen ? "\(question.step.title) (chosen)" : "Leave it"),
                Hint("Esc", "leave it"),
            ]
        case .run(let question): return question.hints
        case .quit(let question):
            return [
                Hint("Tab", "other button"), Hint("Enter", question.isQuitChosen ? "Quit" : "Stay (chosen)"),
                Hint("Esc", "Stay"), Hint("Ctrl-C", "Quit"),
            ]
        case nil: break
        }
        if strayKeysUntil != nil { return [Hint("Esc", "keys count again; they were for the question")] }
        if filterField != nil {
            return [Hint("Enter", "keep"), Hint("Esc", "no filter"), Hint("Up Down", "move")]
        }
        if themeBefore != nil {
            return [hint(.nextTheme, "next"), Hint("Enter", "keep it"), Hint("Esc", "back to what was")]
        }
        if commandLine != nil {
            return [
                Hint("Enter", "run"), Hint("Tab", "complete"), Hint("Up", "earlier"), Hint("Esc", "leave it"),
            ]
        }
        switch screen {
        case .help where help.isTyping:
            return [Hint("Up Down", "choose"), Hint("Enter", "done"), Hint("Esc", "no word")]
        case .help:
            return [
                Hint("Up Down", "choose"), Hint("Enter", "what it does"), hint(.filter, "find"),
                Hint("Esc", "back"),
            ]
        case .output: return [hint(.down, "scroll"), Hint("Esc", "back"), hint(.help, "help")]
        case .detail: return detailHints
        case .alert: return alertHints
        case .timeline: return timelineHints
        case .silences:
            return [
                Hint("Esc", "back"), hint(.open, "end it…"), hint(.silence, "new…"), hint(.help, "help"),
            ]
        case .lines where lines.isTyping:
            return [Hint("Enter", "keep"), Hint("Esc", "all lines"), Hint("Up Down", "move")]
        case .lines: return lineHints
        case .watch: return watchHints
        }
    }

    private var watchHints: [Hint] {
        var hints = [hint(.open, "open")]
        if let toggle { hints.append(toggle) }
        if let finishing { hints.append(finishing) }
        if let aside { hints.append(aside) }
        if let row = selected, row is SourceRow || row.judgement.status == .unknown {
            hints.insert(
                hint(.readNow, (row as? SourceRow).map { "read \($0.id.name) now" } ?? "read now"), at: 0)
        }
        if focus == .alerts, let silencing { hints += [silencing, hint(.timeline, "timeline")] }
        if isZoomed { hints.append(Hint("Esc", "all panes")) }
        if frozen != nil { hints.append(hint(.freeze, "go on")) }
        hints.append(hint(.filter, "filter"))
        if !filter.isEmpty && !isZoomed { hints.append(Hint("Esc", "no filter")) }
        hints.append(hint(.nextProblem, nextProblem))
        if !isZoomed { hints.append(hint(.zoom, "zoom")) }
        hints.append(hint(.copyName, "copy"))
        hints.append(hint(.help, "help"))
        return hints.filter(\.isOffered)
    }

    /// What became critical while rows rest, and may stand out of sight.
    private var nextProblem: String {
        let new = newlyCritical.count { id in
            row(id).map { $0.judgement.status == .critical && $0.judgement.isTrouble } ?? false
        }
        return new > 0 ? "\(new) new critical" : "next problem"
    }

    private var detailHints: [Hint] {
        var hints = [Hint("Esc", "back")]
        if let toggle { hints.append(toggle) }
        if let finishing { hints.append(finishing) }
        if let aside { hints.append(aside) }
        if isRunning || !ownCommands.isEmpty { hints.append(hint(.runCommand, runWords)) }
        if let id = openDetail, details[id]?.series.isEmpty == false {
            hints.append(Hint("+ -", "time shown"))
        }
        if frozen != nil { hints.append(hint(.freeze, "go on")) }
        if whyNoLines == nil { hints.append(hint(.lines, "lines")) }
        hints.append(hint(.nextProblem, "next problem"))
        hints.append(hint(.readNow, "read now"))
        hints.append(hint(.copyName, "copy"))
        hints.append(hint(.help, "help"))
        return hints.filter(\.isOffered)
    }

    private var alertHints: [Hint] {
        var hints = [Hint("Esc", "back"), hint(.open, "its page"), hint(.unfold, "what follows")]
        if let toggle { hints.append(toggle) }
        if let aside { hints.append(aside) }
        if let silencing { hints.append(silencing) }
        hints.append(hint(.timeline, "timeline"))
        hints.append(hint(.nextProblem, "next alert"))
        hints.append(hint(.copyName, "copy"))
        hints.append(hint(.help, "help"))
        return hints.filter(\.isOffered)
    }

    private var timelineHints: [Hint] {
        var hints = [Hint("Esc", "back"), Hint("Left Right", "before, after"), hint(.open, "its page")]
        hints.append(Hint("+ -", "time shown"))
        if let toggle { hints.append(toggle) }
        if frozen != nil { hints.append(hint(.freeze, "go on")) }
        hints.append(hint(.nextProblem, "next alert"))
        hints.append(hint(.markTime, timeMark == nil ? "times from here" : "clock times"))
        hints.append(hint(.nextZone, "store time"))
        hints.append(hint(.help, "help"))
        return hints
    }

    private var lineHints: [Hint] {
        [
            Hint("Esc", lines.query.isEmpty ? "back" : "all lines"), Hint("Up Down", "choose"),
            hint(.last, "follow the newest"), hint(.filter, "find"),
            hint(.nextOutcome, "failed, retried, ok"), hint(.copyName, "copy"), hint(.help, "help"),
        ]
    }

    /// `t turn erp.v2 OFF…`, or why not; nil when no flag is selected.
    private var toggle: Hint? {
        guard let row = switchable else { return nil }
        if snapshot?.environment.mayChange == false {
            // The whole reason is the answer to the key.
            return Hint(KeyMap.name(of: .toggleFlag), "switch", whyNot: "read-only")
        }
        if mayEnd(row) { return hint(.toggleFlag, "end its program…") }
        guard let target = row.next else { return hint(.toggleFlag, "switch") }
        return hint(.toggleFlag, "turn \(row.flag.name) \(target.text)…")
    }

    /// `run purge…`, or that one of several is to be chosen.
    private var runWords: String {
        if isRunning { return "what runs" }
        return ownCommands.count == 1 ? "run \(ownCommands[0].name)…" : "run…"
    }

    /// For a change that was saved and may have left something undone.
    private var finishing: Hint? {
        guard let step = switchable?.undone?.step else { return nil }
        return hint(.finishChange, step.title.lowercased() + "…")
    }

    /// Of the alert under the cursor, or on the page.
    private var silencing: Hint? {
        guard let alert = alertInHand else { return nil }
        return hint(.silence, alert.silence == nil ? "silence…" : "end silence…")
    }

    /// For what nothing else can be done about: what is aside, or is no longer there.
    private var aside: Hint? {
        guard let row = selected, row.judgement.aside != nil || row.isGone else { return nil }
        return hint(.setAside, row.judgement.aside == nil ? "set aside…" : "take back…")
    }

    private func hint(_ action: Action, _ label: String) -> Hint {
        Hint(KeyMap.name(of: action), label, whyNot: whyNot(action))
    }

    private static let longestReason = 40

    /// The last row. What does not fit goes from the end, but the last hint, the help, stays. A long reason takes
    /// no key its place: the whole of it is the answer to its own key.
    package func hintLine(width: Int, _ glyphs: GlyphSet) -> Line {
        var row = Line(" ")
        for (index, hint) in hintsShown(width: width, glyphs).enumerated() {
            row += (index == 0 ? Line() : Line(Self.hintGap)) + hint.line
        }
        return row.cut(to: width, glyphs)
    }

    private static let hintGap = "   "

    /// The hint that stands in a column of that line.
    func hint(at column: Int, width: Int, _ glyphs: GlyphSet) -> Hint? {
        var start = 1
        return hintsShown(width: width, glyphs).first { hint in
            defer { start += hint.line.width(glyphs) + Self.hintGap.utf8.count }
            return (start..<start + hint.line.width(glyphs)).contains(column)
        }
    }

    private func hintsShown(width: Int, _ glyphs: GlyphSet) -> [Hint] {
        var hints = hints.map { hint in
            guard let why = hint.whyNot, Line(why).width(glyphs) > Self.longestReason else { return hint }
            return Hint(hint.key, hint.label, whyNot: "not now")
        }
        while hints.count > 2, hints.reduce(0, { $0 + $1.line.width(glyphs) + 3 }) - 1 > width {
            hints.remove(at: hints.count - 2)
        }
        return hints
    }
}

extension Hint {
    /// It works, or one has to know why it does not: that nothing can be switched here.
    fileprivate var isOffered: Bool { whyNot == nil || key == KeyMap.name(of: .toggleFlag) }

    fileprivate var line: Line {
        guard let whyNot else { return Line([Span(key, .strong), Span(" " + label, .dim)]) }
        let label = label.hasSuffix("…") ? String(label.dropLast()) : label
        return Line("\(key) \(label): \(whyNot)", .faint)
    }
}

extension FlagDialog {
    fileprivate var hints: [Hint] {
        let enter =
            switch focus {
            case .cancel: Hint("Enter", "Cancel (chosen)")
            case .confirm: Hint("Enter", verb, whyNot: missing)
            case .reason, .name: Hint("Enter", "next field")
            }
        return [Hint("Tab", "next field"), enter, Hint("Esc", "Cancel")]
    }
}

extension CommandQuestion {
    fileprivate var hints: [Hint] {
        let enter =
            switch form.focus {
            case .cancel: Hint("Enter", "Cancel (chosen)")
            case .confirm: Hint("Enter", verb, whyNot: form.missing)
            case .reason, .word: Hint("Enter", "next field")
            }
        return [Hint("Tab", "next field"), enter, Hint("Esc", "Cancel")]
    }
}

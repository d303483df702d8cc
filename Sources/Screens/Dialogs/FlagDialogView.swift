import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// How the question before a change looks.
struct FlagDialogView {
    let question: FlagDialog
    /// As things are now: the age of what is shown, and how what it switches fares.
    let snapshot: Snapshot?
    let now: Timestamp
    let clock: Clock
    let width: Int
    let glyphs: GlyphSet

    var box: DialogBox {
        let isProduction = question.environment.isProduction
        var items: [(DialogBox.Item, rank: Int)] = [
            (.gap, rank: 6), (.line(state), rank: 0), (.line(place), rank: 4), (.gap, rank: 7),
        ]
        items.insert(contentsOf: title.map { (.line(Line($0, .strong)), rank: 0) }, at: 1)
        items += scopes.map { (.line($0), rank: 1) }
        if !lastChange.isEmpty { items.append((.forms(lastChange), rank: 3)) }
        // Whom it touches outlasts where it is kept: it is why one thinks twice.
        items += touched.map { (.line($0), rank: 2) }
        items += [
            (.gap, rank: 8),
            (.field("reason", question.reason, isFocused: question.focus == .reason), rank: 1),
        ]
        if isProduction {
            items.append((.field("flag name", question.name, isFocused: question.focus == .name), rank: 0))
            items.append((.line(Line("           type the name: it is production", .dim)), rank: 5))
        }
        items += [
            (.gap, rank: 6),
            (
                .buttons([
                    .init(title: "Cancel", isChosen: question.focus != .confirm),
                    .init(
                        title: question.verb, isChosen: question.focus == .confirm, whyNot: question.missing,
                        whyNotShort: "name?"),
                ]), rank: 0
            ),
            (.gap, rank: 9), (.forms(ending), rank: 3),
            (.forms(audit), rank: 4),
            (.gap, rank: 9),
        ]
        return DialogBox(title: "Change a flag", isProduction: isProduction, items: items)
    }

    /// What is asked, in two lines where one has no room for the store.
    private var title: [String] {
        let room = DialogBox.room(in: width)
        let whole = Sanitizer.line(question.title)
        if glyphs.width(whole) <= room { return [whole] }
        let place = Sanitizer.line(question.part)
        let store = room - glyphs.width(question.before + place)
        return [
            Name.cut(Sanitizer.line(question.act), to: room, ellipsis: glyphs.render("…")),
            question.before
                + question.environment.label(max(EnvironmentFacts.leastLabel, min(24, store)), glyphs)
                + place,
        ]
    }

    /// `now ON, read at 02:14:37`, and how long ago that is once it is not of now: a figure that each read sets back
    /// looks as if it stood still.
    private var state: Line {
        var line = Line([Span("now ", .dim), Span(Sanitizer.line(question.row.flag.sentence), .strong)])
        guard let readAt = (snapshot?.flag(question.row.id) ?? question.row).readAt else { return line }
        let age = now.seconds(since: readAt)
        line.append(", read at ", .dim)
        line.append(clock.withSeconds(readAt.wall), .strong)
        if age >= 10 { line.append(", \(Age.text(seconds: age)) ago", .strong) }
        return line
    }

    /// `flagd file flags, revision 41`
    private var place: Line {
        let flag = question.row.flag
        let revision = String(Sanitizer.line(flag.revision).prefix(12))
        return Line("\(question.row.place) \(Sanitizer.line(flag.backend)), revision \(revision)", .dim)
    }

    /// For which part of the store it is asked, and what narrower scopes say: they stay as they are.
    private var scopes: [Line] {
        let flag = question.row.flag
        guard let scope = flag.scope else { return [] }
        var lines: [Line] = []
        if scope.level != .all {
            lines.append(Line("for        \(Sanitizer.line(scope.words)) alone", .text))
        }
        let most = 4
        for (index, override) in flag.overrides.prefix(most).enumerated() {
            let isOther = override.value != question.target
            var line = Line(index == 0 ? "stays      " : "           ", .dim)
            let value = override.value.isKnown ? override.value.text : "not known"
            line.append(Sanitizer.line(value, maxBytes: 64), isOther ? .warning : .text)
            line.append(" in \(Sanitizer.line(override.scope.words, maxBytes: 80))", .text)
            lines.append(line)
        }
        if flag.overrides.count > most {
            let rest = Array(flag.overrides.dropFirst(most))
            lines.append(Line("           and \(Sanitizer.line(rest.words ?? "", maxBytes: 120))", .dim))
        }
        if let unseen = flag.unseen { lines.append(Line(Sanitizer.line(unseen, maxBytes: 120), .dim)) }
        return lines
    }

    /// `touches    ✘ orders → ERP  silent since 01:47`, a line a flow; none where the config names none.
    private var touched: [Line] {
        let flows = (snapshot?.integrations ?? []).filter {
            $0.integration.flags.contains { ExactName.same($0, question.row.flag.name) }
        }.sorted { $0.judgement.status < $1.judgement.status }
        let most = 3
        var lines = flows.prefix(most).enumerated().map { index, flow in
            let judgement = flow.judgement
            var line = Line(index == 0 ? "touches    " : "           ", .dim)
            line.append(judgement.status.glyph + " ", judgement.status.role)
            line.append(Sanitizer.line(flow.integration.title), .strong)
            // Before what may be cut: it is why one thinks twice.
            if flow.integration.isSafeZone { line.append("  safe zone", .strong) }
            let said = judgement.reason.isEmpty ? judgement.status.word : judgement.reason[0]
            line.append("  " + Sanitizer.line(said), .text)
            return line
        }
        if flows.count > most { lines.append(Line("           and \(flows.count - most) more", .dim)) }
        return lines
    }

    /// `last changed by deniz at 01:44, 30 min ago`; empty where nobody knows.
    private var lastChange: [Line] {
        let flag = question.row.flag
        guard flag.changedBy != nil || flag.changedAt != nil else { return [] }
        var who = Line("last changed", .dim)
        if let by = flag.changedBy { who.append(" by " + Sanitizer.line(by), .text) }
        guard let at = flag.changedAt else { return [who] }
        let age = Age.text(seconds: now.wall.seconds(since: at))
        return [
            who + Line(" at " + clock.text(at), .text) + Line(", \(age) ago", .dim),
            who + Line(", \(age) ago", .dim),
        ]
    }

    private var audit: [Line] {
        [
            Line("Audit record first, then the change, then it is read back.", .dim),
            Line("Audited, changed, read back.", .dim),
        ]
    }

    private var ending: [Line] {
        let left = max(0, FlagDialog.lifetime - now.seconds(since: question.openedAt))
        let closes = Line([Span("Closes in ", .dim), Span(Age.text(seconds: left.rounded(.up)), .strong)])
        return [
            closes + Line(", or when \(question.row.flag.name) changes.", .dim),
            closes + Line(", or when it changes.", .dim),
        ]
    }
}

extension QuitQuestion {
    var box: DialogBox {
        var lines = ["Watching ends, nothing is lost."]
        if changesUnderWay > 0 {
            lines = [Figures.counted(changesUnderWay, "change is", "changes are") + " on the way."]
            lines.append(
                programsAtWork == 0
                    ? "How it ends is not seen here; the next console reads it."
                    : programsAtWork == changesUnderWay
                        ? "Its program goes on, and the next console waits for it."
                        : "\(programsAtWork) of their programs go on, and the next console waits for them.")
        }
        if let finishing {
            if changesUnderWay == 0 { lines = [] }
            lines += [
                "The change of \(finishing) is being completed: that ends with this console.",
                "Key c does it again.",
            ]
        }
        if let running {
            if changesUnderWay == 0, finishing == nil { lines = [] }
            lines.append("The command \(running) is at work: it is ended with this console.")
        }
        return DialogBox(
            title: "Leave hypercare?", isProduction: false,
            items: [(.gap, rank: 1)] + lines.map { (.line(Line($0, .text)), rank: 0) } + [
                (.gap, rank: 1),
                (
                    .buttons([
                        .init(title: "Stay", isChosen: !isQuitChosen),
                        .init(title: "Quit", isChosen: isQuitChosen),
                    ]), rank: 0
                ),
                (.gap, rank: 1),
            ])
    }
}

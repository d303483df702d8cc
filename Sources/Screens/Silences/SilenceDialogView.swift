import Display
import EngineAPI
import Monitoring
import Text

/// How the question before alerts are silenced looks: what it hides now, and would have hidden, is part of it.
struct SilenceDialogView {
    let question: SilenceDialog
    let snapshot: Snapshot?
    let isProduction: Bool
    let clock: Clock

    /// So many of what it hides are named.
    private static let mostNamed = 3

    var box: DialogBox {
        var items: [(DialogBox.Item, rank: Int)] = [
            (.gap, rank: 8), (.field("what", question.what, isFocused: question.focus == .what), rank: 0),
            (.field("why", question.why, isFocused: question.focus == .why), rank: 0), (.line(time), rank: 0),
            (.gap, rank: 7),
        ]
        items += preview
        items += [
            (.gap, rank: 9),
            (
                .forms([
                    Line("Nobody is told of it; it stays on the screen, and each row as it is.", .dim),
                    Line("Told to nobody, and still shown.", .dim),
                ]), rank: 6
            ),
            (.gap, rank: 10),
        ]
        return DialogBox(title: "Silence alerts", isProduction: isProduction, items: items)
    }

    /// `for        < 2 h >  until 04:14`
    private var time: Line {
        let isFocused = question.focus == .time
        return Line([
            Span("for        ", isFocused ? .strong : .dim), Span("< ", .dim),
            Span(question.length, isFocused ? .focusTitle : .strong), Span(" >", .dim),
            Span("  until ", .dim),
            Span(clock.text(clock.now.advanced(bySeconds: question.seconds)), .strong),
        ])
    }

    private var preview: [(DialogBox.Item, rank: Int)] {
        guard case .success(let matcher) = question.matcher else {
            let complaint = if case .failure(let complaint) = question.matcher { complaint.text } else { "" }
            return [(.line(Line(complaint, .warning)), rank: 1)]
        }
        guard let preview = snapshot?.preview(of: matcher) else { return [] }
        let critical = preview.now.count { $0.severity == .critical }
        var now = Line("hides now  ", .dim) + Line(Figures.counted(preview.now.count, "alert"), .strong)
        let follow = preview.now.reduce(0) { $0 + $1.foldedCount }
        if critical > 0 { now += Line(", \(critical) critical", .critical) }
        let long = follow > 0 ? now + Line(", and \(follow) that follow", .dim) : now
        var items: [(DialogBox.Item, rank: Int)] = [(.forms([long, now]), rank: 0)]
        for (place, alert) in preview.now.prefix(Self.mostNamed).enumerated() {
            let told = Line([
                Span("           " + alert.severity.glyph + " ", alert.severity.role),
                Span(Sanitizer.line("\(alert.label): \(clock.told(alert))"), .text),
            ])
            items.append((.line(told), rank: 3 + place))
        }
        // What goes on all the same: 0 beside a red row would be a riddle.
        for (place, alert) in preview.elsewhere.prefix(Self.mostNamed).enumerated() {
            let what = Sanitizer.line("\(alert.label) \(alert.kind.word)")
            let name = Line([
                Span("\(alert.severity.glyph) ", alert.severity.role), Span(what, .strong),
            ])
            let head = Line(place == 0 ? "not hidden " : "           ", .dim)
            items.append(
                (
                    .forms([
                        head + name + Line(", which it is told as part of: silence that", .text),
                        head + name + Line(": it is part of that", .text), head + name,
                    ]), rank: place == 0 ? 0 : 2
                ))
        }
        let past = preview.past.count
        let names = Set(preview.past.map(\.label)).sorted().prefix(Self.mostNamed).joined(separator: ", ")
        items.append(
            (
                .forms([
                    Line("in 24 h    ", .dim)
                        + Line("\(Figures.counted(past, "alert")) that ended", .text)
                        + Line(past == 0 ? "" : ": " + Sanitizer.line(names), .dim),
                    Line("in 24 h    ", .dim) + Line("\(past) more, ended", .text),
                ]), rank: 1
            ))
        return items
    }
}

extension EndSilenceQuestion {
    func box(_ snapshot: Snapshot?, isProduction: Bool, at clock: Clock) -> DialogBox {
        let open =
            snapshot?.alerts.count { $0.silence.map { ExactName.same($0.id, silence.id) } ?? false } ?? 0
        return DialogBox(
            title: "End the silence", isProduction: isProduction,
            items: [
                (.gap, rank: 2), (.line(Line(silence.matcher.text, .strong)), rank: 0),
                (
                    .line(
                        Line([
                            Span("by ", .dim), Span(silence.by, .text), Span(" until ", .dim),
                            Span(clock.text(silence.until), .text),
                        ])), rank: 0
                ), (.line(Line(silence.why, .text)), rank: 0),
                (
                    .line(
                        Line(
                            open == 0
                                ? "it hides nothing now" : "\(Figures.counted(open, "alert")) will be told",
                            .dim)),
                    rank: 1
                ), (.gap, rank: 1),
                (
                    .buttons([
                        .init(title: "Leave it", isChosen: !isEndChosen),
                        .init(title: "End it", isChosen: isEndChosen),
                    ]), rank: 0
                ), (.gap, rank: 3),
            ])
    }
}

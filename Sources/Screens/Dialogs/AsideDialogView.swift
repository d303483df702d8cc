import Display
import EngineAPI
import Monitoring
import Text

/// How the question before something is set aside looks.
struct AsideDialogView {
    let question: AsideDialog
    let isProduction: Bool
    let clock: Clock

    var box: DialogBox {
        let judgement = question.judgement
        let (status, since) = (judgement.status, judgement.since.map { " since " + clock.text($0) } ?? "")
        let name = Line([Span(status.glyph + " ", status.role), Span(question.name, .strong)])
        let told = [
            name + Line("  " + status.word, status.role) + Line(since, .text),
            name + Line(since.isEmpty ? "" : " " + since, .text), name,
        ]
        var items: [(DialogBox.Item, rank: Int)] = [(.gap, rank: 6), (.forms(told), rank: 0)]
        items += clock.words(judgement).prefix(3).enumerated().map { index, part in
            (.line(Line("  " + Sanitizer.line(part), .text)), rank: index == 0 ? 2 : 4)
        }
        items += [
            (.gap, rank: 7), (.field("why", question.why, isFocused: !question.isSpanFocused), rank: 0),
            (.line(time), rank: 0), (.line(end), rank: 1), (.gap, rank: 8),
            (.line(Line("Counted apart, kept, journalled.", .dim)), rank: 5),
            (.gap, rank: 9),
        ]
        return DialogBox(title: "Set aside", isProduction: isProduction, items: items)
    }

    /// `for        < 8 h >`
    private var time: Line {
        let label = question.span.seconds == nil ? "           " : "for        "
        return Line([
            Span(label, question.isSpanFocused ? .strong : .dim), Span("< ", .dim),
            Span(question.span.words, question.isSpanFocused ? .focusTitle : .strong), Span(" >", .dim),
        ])
    }

    private var end: Line {
        let indent = "           "
        if question.span == .forget { return Line(indent + "it leaves the list", .dim) }
        guard let seconds = question.span.seconds else {
            return Line(indent + "back if worse or once ok", .dim)
        }
        let end = clock.text(clock.now.advanced(bySeconds: seconds))
        return Line([
            Span(indent + "until ", .dim), Span(end, .strong), Span(" or a change", .dim),
        ])
    }
}

extension TakeBackQuestion {
    func box(isProduction: Bool, at clock: Clock) -> DialogBox {
        let end = aside.until.map { clock.text($0) } ?? "it changes"
        return DialogBox(
            title: "Take back", isProduction: isProduction,
            items: [
                (.gap, rank: 2), (.line(Line(name, .strong)), rank: 0),
                (
                    .line(
                        Line([
                            Span("set aside by ", .dim), Span(aside.by, .text), Span(" until ", .dim),
                            Span(end, .text),
                        ])), rank: 0
                ), (.line(Line(aside.why, .text)), rank: 0), (.gap, rank: 1),
                (
                    .buttons([
                        .init(title: "Leave aside", isChosen: !isTakeChosen),
                        .init(title: "Take back", isChosen: isTakeChosen),
                    ]), rank: 0
                ), (.gap, rank: 3),
            ])
    }
}

import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Text

extension FinishQuestion {
    /// `width` is that of the screen.
    func box(isProduction: Bool, at clock: Clock, width: Int, _ glyphs: GlyphSet) -> DialogBox {
        let at = clock.text(undone.at)
        let word = Sanitizer.line(value.text, maxBytes: 64)
        let room = DialogBox.room(in: width)
        let why = Sentence.lines([undone.why], width: room, glyphs)
        return DialogBox(
            title: step.title + "?", isProduction: isProduction,
            items: [
                (.gap, rank: 4), (.line(Line("\(name) is \(word), changed at \(at):", .strong)), rank: 0),
            ] + why.enumerated().map { (.line(Line($1, .text)), rank: 1 + $0 * 2) } + [
                (.gap, rank: 5),
                (.line(Line([Span("runs ", .dim), Span(step.command, .strong)])), rank: 0),
                (.line(Line(Sentence.line(step.effect, width: room, glyphs), .text)), rank: 2),
                (
                    .forms([
                        Line("Audit record first. The flag stays as it is.", .dim),
                        Line("Audited. The flag stays as it is.", .dim),
                    ]), rank: 3
                ),
                (.gap, rank: 4),
                (
                    .buttons([
                        .init(title: "Leave it", isChosen: !choice.isDoChosen),
                        .init(title: step.title, isChosen: choice.isDoChosen, short: "Do it"),
                    ]), rank: 0
                ), (.gap, rank: 7),
            ])
    }
}

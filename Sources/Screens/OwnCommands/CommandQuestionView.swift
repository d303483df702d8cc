import Display
import EngineAPI
import Monitoring
import Text

extension CommandQuestion {
    /// `RUN rabbitmqadmin purge erp.order.export  (production, real-shop)`, all of it, in as many lines as it takes.
    func lines(width: Int, _ glyphs: GlyphSet) -> [String] {
        let kind = environment.isProduction ? "production" : "not production"
        let text = "RUN \(run.line)  (\(kind), \(Sanitizer.line(environment.name)))"
        return OutputText.broken(text, width: DialogBox.room(in: width), glyphs)
    }

    /// All of the line can be read on a screen of this size, and the rest of the question with it.
    func fits(_ size: Size) -> Bool {
        let room = (size.rows >= DialogBox.rowsForMore ? size.rows - 4 : size.rows) - 2
        return lines(width: size.columns, .ascii).count + 4 <= room
    }

    func box(_ snapshot: Snapshot?, at now: Timestamp, width: Int, _ glyphs: GlyphSet) -> DialogBox {
        var items: [(DialogBox.Item, rank: Int)] = [(.gap, rank: 6)]
        items += lines(width: width, glyphs).map { (.line(Line($0, .strong)), rank: 0) }
        if let text = run.command.text { items.append((.line(Line(Sanitizer.line(text), .text)), rank: 1)) }
        items += [
            (.gap, rank: 7), (.forms(subject(snapshot)), rank: 1),
            (
                .forms(
                    ["It runs as you, on this machine, and is ended after", "As you, here, at most"]
                        .map { Line("\($0) \(Age.text(run.command.deadline)).", .dim) }
                ), rank: 2
            ), (.gap, rank: 8),
            (.field("reason", form.reason, isFocused: form.focus == .reason), rank: 1),
        ]
        if environment.isProduction {
            items += [
                (.field("command", form.typed, isFocused: form.focus == .word), rank: 0),
                (.line(Line("           type \(name): it is production", .dim)), rank: 5),
            ]
        }
        let left = max(0, FlagDialog.lifetime - now.seconds(since: openedAt))
        items += [
            (.gap, rank: 6),
            (
                .buttons([
                    .init(title: "Cancel", isChosen: form.focus != .confirm),
                    .init(
                        title: verb, isChosen: form.focus == .confirm, whyNot: form.missing,
                        whyNotShort: "name?"),
                ]), rank: 0
            ), (.gap, rank: 9),
            (
                .line(
                    Line([
                        Span("Closes in ", .dim), Span(Age.text(seconds: left.rounded(.up)), .strong),
                        Span(", or when the row is another.", .dim),
                    ])), rank: 3
            ), (.line(Line("Audit record first, then it runs.", .dim)), rank: 4), (.gap, rank: 9),
        ]
        return DialogBox(title: "Run a command", isProduction: environment.isProduction, items: items)
    }

    /// `on  ✘ queue erp.order.export  critical, nobody takes messages`
    private func subject(_ snapshot: Snapshot?) -> [Line] {
        let on = Line("on         ", .dim)
        guard let judgement = snapshot?.row(run.entity)?.judgement else { return [on + Line(label, .text)] }
        let sign = Line(judgement.status.glyph + " ", judgement.status.role)
        let named = on + sign + Line(label, .strong)
        let short = on + sign + Line(Sanitizer.line(run.entity.name), .strong)
        guard let why = judgement.reason.first.map({ Sanitizer.line($0) }) else { return [named, short] }
        return [
            named + Line("  \(judgement.status.word), \(why)", .text), named + Line("  " + why, .text), named,
            short,
        ]
    }
}

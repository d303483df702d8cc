import Display
import FeatureFlags
import Monitoring
import Text

extension EndQuestion {
    func box(isProduction: Bool, at now: Timestamp) -> DialogBox {
        let age = Age.text(seconds: max(0, now.wall.seconds(since: since)))
        let to = Sanitizer.line(target.text, maxBytes: 64)
        return DialogBox(
            title: "End its program?", isProduction: isProduction,
            items: [
                (.gap, rank: 4), (.line(Line("\(name) is being turned \(to)", .strong)), rank: 0),
                (
                    .line(
                        Line([
                            Span("at work for ", .dim), Span(age, .strong), Span(", pid \(pid)", .dim),
                        ])), rank: 1
                ), (.gap, rank: 5),
                (
                    .forms([
                        Line("Ended now, it may be saved and half done:", .text),
                        Line("Ended now, it may be half done:", .text),
                    ]), rank: 0
                ),
                (
                    .forms([
                        Line("the config cache may still hold the old value.", .text),
                        Line("a cache may hold the old value.", .text),
                    ]), rank: 2
                ),
                (
                    .forms([
                        Line("What it has started on another machine may go on.", .dim),
                        Line("What it began elsewhere may go on.", .dim),
                    ]), rank: 3
                ),
                (
                    .forms([
                        Line("Audit record first; then what it did is read back.", .dim),
                        Line("Audited, then read back.", .dim),
                    ]), rank: 6
                ),
                (.gap, rank: 4),
                (
                    .buttons([
                        .init(title: "Leave it at work", isChosen: !choice.isDoChosen),
                        .init(title: "End it", isChosen: choice.isDoChosen),
                    ]), rank: 0
                ), (.gap, rank: 7),
            ])
    }
}

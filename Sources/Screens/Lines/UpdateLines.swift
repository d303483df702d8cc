import Display
package import EngineAPI
import Monitoring
import Text

// The lines behind an entity, on a screen of their own.
extension Model {
    /// Nil where there is none by its kind, or it is not known yet.
    var openLines: Detail.Lines? { openDetail.flatMap { details[$0]?.lines } }

    /// Those that the word and the outcome leave, the oldest first.
    package var shownLines: [Detail.Lines.Line] { lines.filtered(openLines) }

    /// Where the cursor stands among them.
    func linePlace(in shown: [Detail.Lines.Line]) -> Int {
        guard let chosen = lines.chosen else { return max(0, shown.count - 1) }
        return shown.lastIndex { $0 <= chosen } ?? 0
    }

    /// Lines that came since the cursor left the newest.
    func newLines(in shown: [Detail.Lines.Line]) -> Int {
        guard let seen = lines.newestSeen else { return 0 }
        return shown.count { seen < $0 }
    }

    mutating func openLinesView() -> [Effect] {
        guard case .detail(let id) = screen else { return [] }
        lines = LinesState()
        overlays.append(.lines(id))
        detailView.fetchedAt = now
        return [.fetchDetail(id)]
    }

    /// Why there is nothing to open; nil when there is.
    var whyNoLines: String? {
        guard case .detail(let id) = screen else { return "open a flow or a job first: its page has them" }
        guard details[id] != nil else { return "not read yet" }
        guard let known = openLines else { return "there are no lines of \(Self.kind(id))" }
        guard known.lines.isEmpty else { return nil }
        let silent = known.without.joined(separator: ", ")
        return silent.isEmpty
            ? "no line was seen yet" : Sanitizer.line("\(silent): this source gives no lines")
    }

    private static func kind(_ id: EntityID) -> String {
        switch id.kind {
        case .queue: "a queue"
        case .indexer: "an indexer"
        case .flag: "a flag"
        case .source: "a source"
        case .cron: "the heartbeat"
        case .integration, .recon: "this"
        }
    }

    mutating func moveInLines(_ motion: Motion) {
        let shown = shownLines
        guard !shown.isEmpty else { return }
        let here = linePlace(in: shown)
        let next = motion.applied(to: here, count: shown.count)
        let height = max(1, LinesView.listRows(size))
        let above = lines.chosen == nil ? min(height, shown.count) - 1 : lines.rowsAbove
        lines.rowsAbove = min(max(above + next - here, 0), height - 1)
        guard next < shown.count - 1 else {
            (lines.chosen, lines.newestSeen) = (nil, nil)
            return
        }
        if lines.chosen == nil { lines.newestSeen = shown.last }
        lines.chosen = shown[next]
    }

    mutating func showOutcome(_ step: Int) {
        let choices: [Outcome?] = [nil, .failure, .retry, .success]
        let place = choices.firstIndex(of: lines.outcome) ?? 0
        lines.outcome = choices[(place + step + choices.count) % choices.count]
    }

    /// What is typed narrows the list.
    mutating func searchLines(_ key: Key) -> [Effect] {
        switch key {
        case .up: return perform(.up)
        case .down: return perform(.down)
        case .enter: lines.isTyping = false
        case .escape, .control("c"):
            lines.query.clear()
            lines.isTyping = false
        case .backspace where lines.query.isEmpty: lines.isTyping = false
        default: _ = lines.query.take(key)
        }
        return []
    }

    /// The chosen line: its text, or all that is known of it.
    func lineToCopy(isWhole: Bool) -> String? {
        let shown = shownLines
        guard !shown.isEmpty else { return nil }
        let chosen = shown[linePlace(in: shown)]
        guard isWhole else { return Sanitizer.line(chosen.line.text) }
        let time =
            clock.day(chosen.line.at) + " " + clock.withSeconds(chosen.line.at) + " " + clock.zone.words
        let parts = [time, chosen.line.outcome.word, chosen.line.level, chosen.source].compactMap { $0 }
        return Sanitizer.line(parts.joined(separator: " ") + ": " + chosen.line.text)
    }
}

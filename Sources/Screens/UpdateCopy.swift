import EngineAPI
import Monitoring
import Text

// What goes to the clipboard. It may be pasted into a shell: a line feed in a name would run it.
extension Model {
    /// Marks the row under the cursor, or takes the mark back, and goes on to the next.
    mutating func mark() {
        guard let id = selected?.id else { return }
        if marked.remove(id) == nil { marked.insert(id) }
        if case .watch = screen { move(.by(1)) }
        let count = markedRows.count
        say(
            count == 0
                ? "nothing is marked" : "\(count) marked: y copies the names, Y all they say, Esc lets go")
    }

    /// Those that are still there, pane by pane.
    private var markedRows: [any Row] {
        guard !marked.isEmpty else { return [] }
        return Pane.allCases.flatMap { rows(of: $0).filter { marked.contains($0.id) } }
    }

    /// The marked rows, on a page and without marks the one that keys act on.
    private var copied: [any Row] {
        let marks = screen == .watch ? markedRows : []
        return marks.isEmpty ? selected.map { [$0] } ?? [] : marks
    }

    mutating func copyNames() -> [Effect] {
        if case .lines = screen { return copy([lineToCopy(isWhole: false)].compactMap { $0 }) }
        if case .alert(let key) = screen { return copy(copied(key, all: false)) }
        if case .timeline = screen { return copy(copiedTimeline(all: false)) }
        return copy(copied.map(Self.bareName))
    }

    mutating func copyLines() -> [Effect] {
        if case .lines = screen { return copy([lineToCopy(isWhole: true)].compactMap { $0 }) }
        if case .alert(let key) = screen { return copy(copied(key, all: true)) }
        if case .timeline = screen { return copy(copiedTimeline(all: true)) }
        guard case .detail = screen, let row = selected else { return copy(copied.map(line)) }
        return copy([line(of: row)] + more(of: row))
    }

    private mutating func copy(_ lines: [String]) -> [Effect] {
        guard let first = lines.first else { return [] }
        sending = lines.count == 1 ? first : Figures.counted(lines.count, "line")
        return [.copy(lines.joined(separator: "\n"))]
    }

    /// As its server calls it; by its label where that cannot be written in a line.
    static func bareName(of row: any Row) -> String {
        Sanitizer.line(row.id.name) == row.id.name ? row.id.name : Sanitizer.line(row.label)
    }

    private func line(of row: any Row) -> String {
        let judgement = row.judgement
        let aside = judgement.aside.map { [$0.sentence(at: now.wall)] } ?? []
        // By its label, which no other row has, whatever its name hides.
        let name = "\(row.id.kind.rawValue):\(row.label)"
        let parts = [name, judgement.status.rawValue] + aside + judgement.reason
        return Sanitizer.line(parts.joined(separator: " · "))
    }

    /// What a page has beside: who it belongs to, what to do, what went wrong last, what it is told apart by.
    private func more(of row: any Row) -> [String] {
        var facts: [(String, String?)] = []
        for flow in shown?.flows(of: row.id) ?? [] {
            if row.id != flow.id { facts.append(("flow", flow.label)) }
            facts += [("owner", flow.integration.owner), ("runbook", flow.integration.runbook)]
        }
        switch row {
        case let row as IntegrationRow: facts.append(("last error", row.lastError))
        case let row as CronRow: facts.append(("last error", row.lastError))
        default: break
        }
        facts.append(("id", row.id.description))
        return facts.compactMap { label, value in value.map { "\(label): \(Sanitizer.line($0))" } }
    }
}

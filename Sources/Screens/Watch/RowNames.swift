import Display
import Monitoring
import Synchronization
import Text

/// The names of a pane's rows made to fit: two that would look alike are cut elsewhere, and flows stand in
/// three columns. What was measured and cut once is kept, as names rarely change.
final class RowNames: Sendable {
    enum Label: Hashable, Sendable {
        case plain(String)
        /// A flow: what, which way, with whom.
        case flow(thing: String, arrow: String, system: String)
    }

    /// One name made to fit.
    struct Cut: Hashable, Sendable {
        /// What stands in front, and of a flow the cells up to its arrow.
        var text: String
        var gap = 0
        var arrow = ""
        var system = ""
    }

    let labels: [Label]
    private let known = Mutex(Known())

    private struct Known {
        var widths: [GlyphSet: Widths] = [:]
        var cuts: [(glyphs: GlyphSet, width: Int, cuts: [Cut])] = []
    }

    /// Of the widest ones, in cells.
    private struct Widths {
        var plain = 0
        var thing = 0
        var system = 0
    }

    /// Of these rows, where their labels follow from what they are; else empty.
    let ids: [EntityID]

    init(_ labels: [Label], ids: [EntityID] = []) {
        self.labels = labels
        self.ids = ids
    }

    /// The cells the widest name takes.
    func natural(_ glyphs: GlyphSet) -> Int {
        let widths = widths(glyphs)
        let flow = widths.thing + glyphs.width("→") + widths.system + 2
        return max(widths.plain, widths.thing > 0 ? flow : 0)
    }

    /// All of them in `width` cells.
    func cuts(_ width: Int, _ glyphs: GlyphSet) -> [Cut] {
        if let found = known.withLock({ $0.cuts.first { $0.width == width && $0.glyphs == glyphs } }) {
            return found.cuts
        }
        let cuts = cut(to: width, glyphs)
        known.withLock { known in
            // A screen has a width or two at a time.
            if known.cuts.count > 3 { known.cuts.removeFirst() }
            known.cuts.append((glyphs, width, cuts))
        }
        return cuts
    }

    private func widths(_ glyphs: GlyphSet) -> Widths {
        if let known = known.withLock({ $0.widths[glyphs] }) { return known }
        var widths = Widths()
        for label in labels {
            switch label {
            case .plain(let name): widths.plain = max(widths.plain, glyphs.width(name))
            case .flow(let thing, _, let system):
                widths.thing = max(widths.thing, glyphs.width(thing))
                widths.system = max(widths.system, glyphs.width(system))
            }
        }
        known.withLock { $0.widths[glyphs] = widths }
        return widths
    }

    private func cut(to width: Int, _ glyphs: GlyphSet) -> [Cut] {
        let ellipsis = glyphs.render("…")
        let (thing, arrow) = (widths(glyphs).thing, glyphs.width("→"))
        // What is left to the thing when the system keeps its name.
        let room = max(
            min(thing, width - arrow - 2 - widths(glyphs).system),
            min(thing, max(4, (width - arrow - 2) / 2)))
        let names = labels.map { label in
            switch label {
            case .plain(let name): glyphs.render(name)
            case .flow(let thing, _, _): glyphs.render(thing)
            }
        }
        let cut = Name.cut(names, to: thing > 0 ? room : width, ellipsis: ellipsis)
        guard thing > 0 else { return cut.map { Cut(text: $0) } }
        // Together, so that two of them stay apart.
        let systems = Name.cut(
            labels.map { if case .flow(_, _, let system) = $0 { glyphs.render(system) } else { "" } },
            to: max(0, width - room - arrow - 2), ellipsis: ellipsis)
        return zip(labels, zip(cut, systems)).map { label, names in
            guard case .flow(_, let arrow, _) = label else { return Cut(text: names.0) }
            return Cut(
                text: names.0, gap: max(0, room - glyphs.width(names.0)) + 1, arrow: arrow, system: names.1)
        }
    }
}

extension RowNames.Cut {
    /// In the colours of its row.
    func line(_ row: PaneRow) -> Line {
        var line = Line(text, row.nameRole)
        guard !arrow.isEmpty else { return line }
        line.append(String(repeating: " ", count: gap), .text)
        line.append(arrow + " ", row.status == .off ? .faint : .dim)
        line.append(system, row.nameRole)
        return line
    }
}

extension PaneRow {
    /// The name on its own, flows in one piece: `orders → ERP`.
    func name(_ width: Int, _ glyphs: GlyphSet) -> String {
        let text =
            switch name {
            case .plain(let name): name
            case .flow(let thing, let arrow, let system): "\(thing) \(arrow) \(system)"
            }
        return Name.cut(glyphs.render(text), to: width, ellipsis: glyphs.render("…"))
    }
}

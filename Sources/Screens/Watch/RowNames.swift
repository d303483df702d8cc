import Display
import Monitoring
import Text

/// The names of a pane's rows made to fit: two that would look alike are cut elsewhere, and flows stand in
/// three columns.
struct RowNames {
    private let rows: [PaneRow]
    private let glyphs: GlyphSet
    private let thing: Int
    private let system: Int
    private let arrow: Int

    init(_ rows: [PaneRow], _ glyphs: GlyphSet) {
        self.rows = rows
        self.glyphs = glyphs
        arrow = glyphs.width("→")
        var thing = 0
        var system = 0
        for case .flow(let what, _, let with) in rows.map(\.name) {
            thing = max(thing, glyphs.width(what))
            system = max(system, glyphs.width(with))
        }
        self.thing = thing
        self.system = system
    }

    /// The cells the widest name takes.
    var natural: Int {
        rows.reduce(0) { widest, row in
            switch row.name {
            case .plain(let name): max(widest, glyphs.width(name))
            case .flow: max(widest, thing + arrow + system + 2)
            }
        }
    }

    func lines(width: Int) -> [Line] {
        let ellipsis = glyphs.render("…")
        // What is left to the thing when the system keeps its name.
        let room = max(min(thing, width - arrow - 2 - system), min(thing, max(4, (width - arrow - 2) / 2)))
        let plain = rows.map { row in
            switch row.name {
            case .plain(let name): glyphs.render(name)
            case .flow(let thing, _, _): glyphs.render(thing)
            }
        }
        let isFlow = thing > 0
        let cut = Name.cut(plain, to: isFlow ? room : width, ellipsis: ellipsis)
        // Together, so that two of them stay apart.
        let rest = max(0, width - room - self.arrow - 2)
        let systems = Name.cut(
            rows.map { if case .flow(_, _, let system) = $0.name { glyphs.render(system) } else { "" } },
            to: rest,
            ellipsis: ellipsis)
        return zip(rows, zip(cut, systems)).map { row, names in
            let (name, system) = names
            guard case .flow(_, let arrow, _) = row.name else { return Line(name, row.nameRole) }
            var line = Line(name, row.nameRole)
            line.append(String(repeating: " ", count: max(0, room - glyphs.width(name)) + 1), .text)
            line.append(arrow + " ", row.status == .off ? .faint : .dim)
            line.append(system, row.nameRole)
            return line
        }
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

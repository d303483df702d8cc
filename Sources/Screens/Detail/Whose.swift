import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// Whom a row belongs to: the flow, its owner, its runbook, the flag that switches it.
struct Whose {
    let model: Model
    let row: any Row
    /// False where that is argued above.
    var tellsWeight = true

    private static let label = 11

    private var flows: [IntegrationRow] { model.shown?.flows(of: row.id) ?? [] }
    private var isFlow: Bool { row is IntegrationRow }

    // MARK: In one line

    /// What is asked first, under the sentence; nothing where it is not known.
    func head(_ width: Int, _ glyphs: GlyphSet) -> [Block] {
        let flows = flows
        guard !flows.isEmpty else { return [] }
        var line = Line("  " + (row is FlagRow ? "switches " : ""), .dim)
        for (index, part) in flows.flatMap({ parts(of: $0, isOneOfMany: flows.count > 1) }).enumerated() {
            let longer = line + (index == 0 ? Line() : Line(" · ", .dim)) + part
            // What does not fit stands below in full.
            guard longer.width(glyphs) <= width else { break }
            line = longer
        }
        return [.lines([line])]
    }

    private func parts(of flow: IntegrationRow, isOneOfMany: Bool) -> [Line] {
        let integration = flow.integration
        let named: [Line?] = [
            isFlow ? nil : title(flow),
            integration.owner.map { fact("owner", $0) }, integration.runbook.map { fact("runbook", $0) },
        ]
        guard !isOneOfMany, !(row is FlagRow) else { return named.compactMap { $0 } }
        return named.compactMap { $0 } + flags.map { Line($0.label + " ", .dim) + value(of: $0) }
    }

    private func fact(_ label: String, _ text: String) -> Line {
        Line(label + " ", .dim) + Line(Sanitizer.line(text), .text)
    }

    // MARK: In full

    /// All of it, a line each; nil for what nothing can belong to.
    func block(_ width: Int, _ glyphs: GlyphSet) -> Block? {
        let lines = lines(width - 2, glyphs)
        guard !lines.isEmpty else { return nil }
        return Block(rows: lines.count + 1) { painter, area in
            TitleRule("What to do").draw(on: &painter, row: area.row, columns: area.column..<area.endColumn)
            for (index, line) in lines.enumerated() {
                painter.put(
                    line.cut(to: area.columns - 2, painter.glyphs), row: area.row + 1 + index,
                    column: area.column + 2)
            }
        }
    }

    private func lines(_ width: Int, _ glyphs: GlyphSet) -> [Line] {
        let flows = flows
        var lines: [Line] = []
        // What it says is read to the end: what a key would do is part of it.
        func put(_ label: String, _ parts: [Line]) {
            let room = max(10, width - Self.label)
            for (place, line) in Line.flowing(parts, width: room, glyphs).enumerated() {
                lines.append(labelled(place == 0 ? label : "", line))
            }
        }
        if flows.isEmpty, mayBelong {
            put("flow", [Line("none: no integration of the config claims it", .dim)])
        }
        for flow in flows {
            if !isFlow { put(row is FlagRow ? "switches" : "flow", [sentence(of: flow)]) }
            if tellsWeight, let weight {
                put("how bad", [Line(Sanitizer.line(weight), .text)])
            }
            put("owner", [known(flow.integration.owner)])
            lines += runbook(flow.integration.runbook, width, glyphs)
        }
        if !(row is FlagRow) {
            for flag in flags { put("flag", sentence(of: flag)) }
            for name in unread { put("flag", [Line(name + "  ", .text) + Line("? not read", .unknown)]) }
        }
        for command in model.ownCommands { put("run", sentence(of: command)) }
        return lines
    }

    /// It is read from the store, where the config says whose things are.
    private var mayBelong: Bool {
        switch row {
        case is QueueRow, is CronRow, is IndexerRow: model.shown?.integrations.isEmpty == false
        default: false
        }
    }

    /// What it says of its row is as bad as the flow makes it.
    private var weight: String? { model.details[row.id]?.evidence.first { $0.weight != nil }?.weight }

    private func labelled(_ label: String, _ line: Line) -> Line {
        Line(label.padded(to: Self.label), .dim) + line
    }

    private func known(_ text: String?) -> Line {
        text.map { Line(Sanitizer.line($0), .text) } ?? Line("-", .faint)
    }

    /// Its words are read to the end; a link is not broken.
    private func runbook(_ text: String?, _ width: Int, _ glyphs: GlyphSet) -> [Line] {
        guard let text else { return [labelled("runbook", known(nil))] }
        let lines = Sentence.lines(
            [Sanitizer.line(text)], width: max(10, width - Self.label), limit: 12, glyphs)
        return lines.enumerated().map { labelled($0 == 0 ? "runbook" : "", Line($1, .text)) }
    }

    /// `✘ orders → ERP`
    private func title(_ flow: IntegrationRow) -> Line {
        let judgement = flow.judgement
        let role: Role = judgement.aside == nil ? judgement.status.role : .dim
        return Line([Span(judgement.status.glyph + " ", role), Span(flow.label, .strong)])
    }

    /// `✘ orders → ERP  critical, silent since 01:47`
    private func sentence(of flow: IntegrationRow) -> Line {
        let judgement = flow.judgement
        let why = model.clock.words(judgement).first.map { ", " + Sanitizer.line($0) } ?? ""
        return title(flow) + Line("  " + judgement.status.word + why, .text)
    }

    // MARK: Flags

    private var flags: [FlagRow] { model.shown?.flags(of: flows) ?? [] }

    /// Flags of the flow that no place of flags tells of.
    private var unread: [String] {
        let known = Set(flags.map { ExactName($0.flag.name) })
        return flows.flatMap(\.integration.flags).filter { !known.contains(ExactName($0)) }
            .map { Sanitizer.line($0, maxBytes: 128) }
    }

    /// As it is now, or as it was when it was last read.
    private func value(of flag: FlagRow) -> Line {
        let text = Sanitizer.line(flag.flag.sentence, maxBytes: 128)
        switch model.progress(of: flag) {
        case .seen: break
        case .asked(let to, _), .running(let to, _, _, _): return Line("turning \(to.text)", .strong)
        case .unknown(let to, _): return Line("? not known whether it is \(to.text)", .unknown)
        }
        guard flag.flag.value.isKnown else { return Line("?", .unknown) }
        let style = RowStyle(flag, now: model.now, model.clock, causes: [])
        return style.isOld
            ? Line(text + (style.age.map { ", \($0) old" } ?? ""), .stale) : Line(text, .strong)
    }

    /// `erp.v2  ON · t turns it OFF, asks first · turned by deniz 30 min ago, 01:44`
    private func sentence(of row: FlagRow) -> [Line] {
        var parts = [Line(row.label + "  ", .text) + value(of: row)]
        let flag = row.flag
        if let target = row.next, model.whyNot(.toggleFlag) == nil, model.switchable?.id == row.id {
            parts.append(
                Line("\(KeyMap.name(of: .toggleFlag)) turns it \(target.text), asks first", .dim))
        }
        let by = flag.changedBy.map { " by " + Sanitizer.line($0, maxBytes: 64) } ?? ""
        if let at = flag.changedAt {
            let age = Age.text(seconds: model.now.wall.seconds(since: at))
            parts.append(Line("turned\(by) \(age) ago, \(model.clock.text(at))", .dim))
        } else if flag.changedBy != nil {
            parts.append(Line("turned" + by, .dim))
        }
        return parts
    }

    // MARK: Commands

    /// `purge  rabbitmqadmin purge erp.order.export · ! asks first`, or why it cannot be run here.
    private func sentence(of command: OwnCommand) -> [Line] {
        let name = Line(command.name + "  ", .text)
        let why = model.snapshot?.environment.whyReadOnly == nil ? nil : "read-only"
        do throws(OwnCommand.Refusal) {
            let arguments = try command.arguments(model.shown?.fields(of: row) ?? [:])
            return [
                name + Line(OwnCommand.line(arguments), .strong),
                Line(why ?? "\(KeyMap.name(of: .runCommand)) asks first", .dim),
            ] + [command.text.map { Line(Sanitizer.line($0), .dim) }].compactMap(\.self)
        } catch {
            return [name + Line("cannot be run: \(error.message)", .dim)]
        }
    }
}

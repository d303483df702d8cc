import Display
import EngineAPI
import Monitoring
import Text

// The line after `:`, for hands that come from k9s and vim.
extension Model {
    mutating func startCommand(_ begun: String = "") {
        notice = nil
        commandLine = CommandField(begun)
    }

    mutating func typeCommand(_ key: Key) -> [Effect] {
        guard var line = commandLine else { return [] }
        switch key {
        case .enter:
            commandLine = nil
            return run(line.text)
        case .escape, .control("c"):
            commandLine = nil
            return []
        case .backspace where line.text.isEmpty:
            commandLine = nil
            return []
        case .tab: line.complete(candidates(for: line.text), by: 1)
        case .backTab: line.complete(candidates(for: line.text), by: -1)
        case .up: line.recall(commandHistory, by: 1)
        case .down: line.recall(commandHistory, by: -1)
        default: _ = line.take(key)
        }
        commandLine = line
        return []
    }

    // MARK: Running

    private mutating func run(_ text: String) -> [Effect] {
        let (word, rest) = Self.split(text)
        guard !word.isEmpty else { return [] }
        commandHistory.removeAll { $0 == text }
        commandHistory.append(text)
        if commandHistory.count > 50 { commandHistory.removeFirst() }
        switch CommandWord.named(word) {
        case .failure(let complaint):
            // A name alone is that row.
            if isRow(text) { return find(text, among: Pane.allCases) }
            say(Sanitizer.line(complaint.text), status: .warning)
            return []
        case .success(let command): return run(command, rest)
        }
    }

    private mutating func run(_ command: CommandWord, _ rest: String) -> [Effect] {
        if !rest.isEmpty, !command.takesMore {
            say("\(command.rawValue) takes nothing after it", status: .warning)
            return []
        }
        switch command {
        case .quit: return leave()
        case .filter:
            filter = Filter(rest)
            focusBeforeFilter = focus
            goToMatch()
        case .sort: sort(by: rest)
        case .copy where rest == "screen": return perform(.copyScreen)
        case .copy where rest == "line": return perform(.copyLine)
        case .copy where !rest.isEmpty && rest != "name":
            say("copy takes name, line or screen", status: .warning)
        case .save: return save(rest)
        case .mouse: return takeMouse(rest)
        case .time where !rest.isEmpty:
            guard let zone = Clock.Zone(rawValue: rest.lowercased()) else {
                say("time takes utc, store or local", status: .warning)
                break
            }
            show(zone)
        case .run: run(named: rest)
        case .note: return note(rest)
        case .silence: return silence(rest)
        case .record: return record(rest)
        case .at: return go(to: rest)
        case .normal: return takeNormal()
        case .theme where !rest.isEmpty: return take(theme: rest)
        case .read where !rest.isEmpty: return read(rest)
        case .help where !rest.isEmpty:
            if screen != .help { openHelp() }
            for scalar in rest.unicodeScalars { _ = help.query.take(.character(scalar)) }
            help.isTyping = true
        case .open where !rest.isEmpty: return find(rest, among: Pane.allCases, then: .open)
        case .turn where !rest.isEmpty: return find(rest, among: [.flags], then: .toggleFlag)
        default:
            guard let action = command.action else { break }
            guard !rest.isEmpty, case .focus(let pane) = action else { return perform(action) }
            _ = perform(action)
            return find(rest, among: [pane])
        }
        return []
    }

    private mutating func sort(by words: String) {
        if let why = whyNot(.sortNext) { return say(why, status: .warning) }
        let now = orders[focus] ?? Order()
        guard !words.isEmpty else {
            let known = focus.sortColumns.map(\.rawValue).joined(separator: ", ")
            return say("\(focus.title) \(now.words ?? "by severity, the worst first"): sort \(known)")
        }
        var name = words
        var isRising: Bool?
        for (ending, rising) in [(" desc", false), (" asc", true)] where name.hasSuffix(ending) {
            name.removeLast(ending.count)
            isRising = rising
        }
        let columns = focus.sortColumns
        guard let column = columns.first(where: { $0.rawValue == name || $0.title == name }) else {
            let known = columns.map(\.rawValue).joined(separator: ", ")
            return say("\(focus.title) can be sorted by \(known)", status: .warning)
        }
        // Named again it turns round.
        let isReversed = isRising.map { $0 != column.isRising }
        sort(by: column, reversed: isReversed ?? (column == now.column && !now.isReversed))
    }

    private mutating func note(_ text: String) -> [Effect] {
        guard !text.isEmpty else {
            say("note what? It is told among the changes: note TEXT", status: .warning)
            return []
        }
        return [submit(.note(text))]
    }

    private mutating func record(_ path: String) -> [Effect] {
        if path == "stop" { return [submit(.stopRecording)] }
        guard path.isEmpty else { return [submit(.record(path))] }
        if let recording = snapshot?.recording {
            say(recording.sentence, seconds: 20)
        } else {
            say(
                "record where? A new file, packed where its name ends with .zst: record FILE",
                status: .warning)
        }
        return []
    }

    /// Asked for by its word, with both figures on the page: that is the question.
    private mutating func takeNormal() -> [Effect] {
        guard let id = openDetail, let detail = details[id] else {
            say("open the page of the flow or queue first: it says what would be taken", status: .warning)
            return []
        }
        guard let shift = detail.shift else {
            say(
                "nothing is offered: only a level that stood for 3 d without getting worse is a new normal",
                status: .warning)
            return []
        }
        say("taking \(SeriesWords.format(shift.measure)(shift.level)) as the new normal")
        return [submit(.takeNormal(id))]
    }

    private mutating func read(_ name: String) -> [Effect] {
        guard let source = snapshot?.sources.first(where: { $0.id.name == name }) else {
            say("no source is called \(name): Tab shows them", status: .warning)
            return []
        }
        say("reading \(source.label) now")
        return [submit(.readNow(source: source.id.name))]
    }

    /// Goes to the one row of this name, or of a name that holds it, and does what is asked there.
    private mutating func find(_ name: String, among panes: [Pane], then action: Action? = nil) -> [Effect] {
        // Also what the filter hides: a row that is there is never said not to be.
        let rows = panes.flatMap { shown?.rows(of: $0) ?? [] } + (panes.contains(.cron) ? beats : [])
        var found = rows.filter { $0.label == name || $0.id.name == name }
        if found.isEmpty { found = rows.filter { $0.label.mentions(lowercase: name.lowercased()) } }
        guard let row = found.first, found.count == 1 else {
            let kind = panes.count == 1 ? panes[0].thing : "row"
            say(
                found.isEmpty
                    ? "no \(kind) is called \(name)"
                    : "\(found.count) are called so: "
                        + found.prefix(3).map(\.label).joined(separator: ", ")
                        + (found.count > 3 ? "…" : ""),
                status: .warning)
            return []
        }
        overlays = []
        if !filter.isEmpty, !filter.matches(row) { filter = Filter("") }
        put(row.id)
        return action.map { perform($0) } ?? []
    }

    private func isRow(_ name: String) -> Bool {
        let rows = Pane.allCases.flatMap { shown?.rows(of: $0) ?? [] } + beats
        return rows.contains { $0.label == name || $0.id.name == name }
    }

    private var beats: [any Row] { shown?.cron.known ?? [] }

    // MARK: Completing

    /// Whole lines that begin with what is typed.
    func candidates(for text: String) -> [String] {
        let (word, rest) = Self.split(text)
        guard text.contains(" ") else {
            return CommandWord.allCases.filter { $0.rawValue.hasPrefix(word.lowercased()) }
                .map { $0.rawValue + ($0.takesMore ? " " : "") }
        }
        guard case .success(let command) = CommandWord.named(word) else { return [] }
        return choices(of: command, rest).filter { $0.hasPrefix(rest) }.prefix(Self.mostChoices)
            .map { "\(word) \($0)" }
    }

    private static let mostChoices = 50

    private func choices(of command: CommandWord, _ rest: String) -> [String] {
        if case .focus(let pane)? = command.action, !pane.isList {
            return (rows(of: pane) + (pane == .cron ? beats : [])).map { Sanitizer.line($0.label) }
        }
        return switch command {
        case .open: Pane.allCases.flatMap { pane in rows(of: pane).map { Sanitizer.line($0.label) } }
        case .turn: flags.map { Sanitizer.line($0.label) }
        case .read: sources.map(\.id.name)
        case .run: ownCommands.map(\.name)
        case .theme: themes + ["auto"]
        case .sort: focus.sortColumns.flatMap { [$0.rawValue, "\($0.rawValue) desc", "\($0.rawValue) asc"] }
        case .copy: ["name", "line", "screen"]
        case .mouse: ["on", "off"]
        case .record: snapshot?.recording == nil ? [] : ["stop"]
        case .time: clock.zones.map(\.rawValue)
        case .save: ["screen ", "pane "]
        default: []
        }
    }

    private static func split(_ text: String) -> (word: String, rest: String) {
        let words = text.drop { $0 == " " }
        let word = words.prefix { $0 != " " }
        var rest = words[word.endIndex...].drop { $0 == " " }
        while rest.last == " " { rest = rest.dropLast() }
        return (String(word), String(rest))
    }
}

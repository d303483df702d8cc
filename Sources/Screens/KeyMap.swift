package import Display

/// The keys, written down once: what is pressed, what it does, how it is explained. The hint row, the help
/// screen, `hypercare help keys` and the README's table are made from it.
///
/// No single key changes production: the only one that leads to a change asks first.
package enum KeyMap {
    package enum Section: String, Sendable, CaseIterable {
        case see = "See"
        case find = "Find"
        case change = "Change"
        case screen = "Screen"
        case leave = "Leave"
    }

    /// Where a key works; a dialog and a field being typed take all keys themselves.
    package enum Place: Hashable, Sendable, CaseIterable {
        case watch, detail, alert, timeline, silences, lines, help, output

        static let all = Set(Place.allCases)
    }

    package struct Stroke: Hashable, Sendable {
        package var key: Key
        package var action: Action
    }

    /// One line of the help: keys that belong together.
    package struct Binding: Hashable, Sendable {
        package var section: Section
        /// As printed: `PgUp PgDn`.
        package var keys: String
        package var help: String
        package var places: Set<Place>
        package var strokes: [Stroke]

        init(
            _ section: Section, _ keys: String, _ help: String,
            in places: Set<Place> = [.watch, .detail, .alert],
            _ strokes: KeyValuePairs<Key, Action>
        ) {
            self.section = section
            self.keys = keys
            self.help = help
            self.places = places
            self.strokes = strokes.map { Stroke(key: $0.key, action: $0.value) }
        }
    }

    private static let onEachPage: Set<Place> = [
        .watch, .detail, .alert, .timeline, .silences, .lines, .output,
    ]
    private static let onRows: Set<Place> = [.watch, .detail, .alert, .timeline]

    package static let bindings: [Binding] = [
        Binding(
            .see, "1 - 5", "go to that pane", in: onEachPage,
            [
                .character("1"): .focus(.queues), .character("2"): .focus(.integrations),
                .character("3"): .focus(.cron), .character("4"): .focus(.indexers),
                .character("5"): .focus(.flags),
            ]),
        Binding(
            .see, "0 6 7", "Sources; Events; Alerts", in: onEachPage,
            [
                .character("0"): .focus(.sources), .character("6"): .focus(.events),
                .character("7"): .focus(.alerts),
            ]),
        Binding(
            .see, "8", "timeline of what is selected", in: onEachPage.subtracting([.timeline]),
            [.character("8"): .timeline]),
        Binding(
            .see, "9", "silences, to end one", in: onEachPage.subtracting([.silences]),
            [.character("9"): .silences]),
        Binding(
            .see, "Arrows", "on it: before, after", in: [.timeline], [.left: .earlier, .right: .later]),
        Binding(
            .see, "Tab", "next pane; Right, Left", in: [.watch],
            [
                .tab: .nextPane, .backTab: .previousPane, .right: .nextPane, .left: .previousPane,
            ]),
        Binding(
            .see, "Up Down", "move, also k j", in: Place.all,
            [.up: .up, .down: .down, .character("k"): .up, .character("j"): .down]),
        Binding(
            .see, "PgUp PgDn", "page, also Ctrl-B Ctrl-F", in: Place.all,
            [
                .pageUp: .pageUp, .pageDown: .pageDown, .control("b"): .pageUp, .control("f"): .pageDown,
            ]),
        Binding(
            .see, "Ctrl-U D", "half a page", in: Place.all,
            [.control("u"): .halfUp, .control("d"): .halfDown]),
        Binding(
            .see, "g G", "first, last; also Home End", in: Place.all,
            [.character("g"): .first, .character("G"): .last, .home: .first, .end: .last]),
        Binding(
            .see, "Enter", "open the row, also d l", in: [.watch, .alert, .timeline, .silences],
            [.enter: .open, .character("d"): .open, .character("l"): .open]),
        Binding(
            .see, "Esc", "back, also Backspace q", in: Place.all,
            [.escape: .back, .backspace: .back]),
        Binding(
            .see, "e E", "next, previous cause of trouble", in: onRows,
            [.character("e"): .nextProblem, .character("E"): .previousProblem]),
        Binding(.see, "a", "set aside or back; asks", in: onRows, [.character("a"): .setAside]),
        Binding(
            .see, "s", "silence alerts, or end it", in: onRows.union([.silences]),
            [.character("s"): .silence]),
        Binding(.see, "i", "write a note: a change", in: onRows, [.character("i"): .note]),
        Binding(
            .see, "Space", "what follows from an alert", in: [.alert], [.character(" "): .unfold]),
        Binding(.see, "f", "zoom the pane", in: [.watch], [.character("f"): .zoom]),
        Binding(.see, "l", "log lines, from a page", in: [.detail], [.character("l"): .lines]),
        Binding(
            .see, "+ -", "time shown in a chart", in: [.detail, .alert, .timeline],
            [.character("+"): .moreHours, .character("-"): .fewerHours]),

        Binding(
            .find, "/", "filter: word !word name:word", in: [.watch, .lines, .help],
            [.character("/"): .filter]),
        Binding(
            .find, "Tab", "lines: failed, retried, ok", in: [.lines],
            [
                .tab: .nextOutcome, .backTab: .previousOutcome, .right: .nextOutcome,
                .left: .previousOutcome,
            ]),
        Binding(
            .find, "n N", "next, previous match",
            [.character("n"): .nextMatch, .character("N"): .previousMatch]),
        Binding(
            .find, "< >", "sort by another column", in: [.watch],
            [.character("<"): .sortPrevious, .character(">"): .sortNext]),
        Binding(.find, "I", "sort the other way round", in: [.watch], [.character("I"): .sortReversed]),

        Binding(.change, "t", "turn ON or OFF; asks first", in: onRows, [.character("t"): .toggleFlag]),
        Binding(
            .change, "c", "complete a change; asks", in: onRows, [.character("c"): .finishChange]),
        Binding(
            .change, "!", "run a command; asks first", in: [.detail, .alert], [.character("!"): .runCommand]),

        Binding(
            .find, ":", "by its word; Tab completes", in: Place.all,
            [.character(":"): .command]),

        Binding(
            .screen, "Z", "freeze picture, not data", in: onEachPage.subtracting([.output, .silences]),
            [.character("Z"): .freeze]),
        Binding(
            .screen, "u m", "UTC, store, local; mark now", in: onEachPage.subtracting([.output, .silences]),
            [.character("u"): .nextZone, .character("m"): .markTime]),
        Binding(
            .screen, "R", "read now", in: onEachPage.subtracting([.output, .silences]),
            [.character("R"): .readNow]),
        Binding(.screen, "Space", "mark for y Y; moves down", in: [.watch], [.character(" "): .mark]),
        Binding(
            .screen, "y Y", "copy the name, all it says", in: onEachPage.subtracting([.output, .silences]),
            [.character("y"): .copyName, .character("Y"): .copyLine]),
        Binding(
            .screen, "F2", "try themes", in: Place.all, [.function(2): .nextTheme]),
        Binding(
            .screen, "Ctrl-L", "draw again", in: Place.all, [.control("l"): .redraw]),
        Binding(
            .screen, "Ctrl-Z", "suspend; fg comes back", in: Place.all,
            [.control("z"): .suspend]),
        Binding(
            .screen, "?", "this help, also F1", in: Place.all,
            [.character("?"): .help, .function(1): .help]),

        Binding(
            .leave, "q", "quit from the first screen", in: Place.all,
            [.character("q"): .quit]),
        Binding(
            .leave, "Ctrl-C", "quit, asks once; also F10", in: Place.all,
            [.control("c"): .askToQuit, .function(10): .askToQuit]),
    ]

    /// What `key` asks for there.
    package static func action(for key: Key, in place: Place) -> Action? {
        for binding in bindings where binding.places.contains(place) {
            if let stroke = binding.strokes.first(where: { $0.key == key }) { return stroke.action }
        }
        return nil
    }

    /// The line of the help that explains an action.
    static func binding(of action: Action) -> Binding? {
        bindings.first { $0.strokes.contains { $0.action == action } }
    }

    /// The key that is printed so.
    static func key(named name: String) -> Key? {
        bindings.lazy.flatMap(\.strokes).first { $0.key.name == name }?.key
    }

    /// The key to print for an action: `t`, `Enter`, `Ctrl-L`.
    package static func name(of action: Action) -> String {
        for binding in bindings {
            if let stroke = binding.strokes.first(where: { $0.action == action }) { return stroke.key.name }
        }
        return ""
    }

    /// The README's table; it stands there between `<!-- keys -->` and `<!-- /keys -->`.
    package static var markdown: String {
        var lines = ["| key | does |", "|---|---|"]
        for section in Section.allCases {
            lines.append("| **\(section.rawValue)** | |")
            lines += bindings.filter { $0.section == section }.map { "| `\($0.keys)` | \($0.help) |" }
        }
        return lines.joined(separator: "\n")
    }
}

extension Key {
    /// Where nothing is typed it goes back.
    var isBack: Bool { self == .escape || self == .backspace || self == .character("q") }

    /// As printed in hints.
    package var name: String {
        switch self {
        case .character(" "): "Space"
        case .character(let scalar): String(Character(scalar))
        case .control(let scalar): "Ctrl-" + String(Character(scalar)).uppercased()
        case .function(let number): "F\(number)"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        case .delete: "Del"
        case .insert: "Ins"
        case .up: "Up"
        case .down: "Down"
        case .left: "Left"
        case .right: "Right"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .paste: "paste"
        case .pointer: "mouse"
        }
    }
}

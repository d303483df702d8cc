import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// What the foot and the help promise is what the keys do.
struct OfferedTests {
    private static let refusals = [
        "does nothing", "no row here", "nothing matches", "no flag here", "no problem",
    ]
    private static let begun = [
        "", "1", "2", "3", "4", "5", "6", "7", "0", "1\r", "5\r", "3\r", "6/zz", "/zz\r", "?",
    ]

    @Test(arguments: [StoreNight.Scene.incident, .calm, .blind, .first, .unknown])
    func `each key that the foot offers does something there`(scene: StoreNight.Scene) {
        for (rows, columns) in [(60, 200), (40, 120), (24, 80), (10, 40)] {
            for begun in Self.begun {
                var model = StoreNight.model(scene, rows: rows, columns: columns)
                for key in begun.unicodeScalars {
                    model.press(key == "\r" ? .enter : .character(key))
                }
                model.notice = nil
                for hint in model.hints where hint.whyNot == nil {
                    guard let key = KeyMapTests.keys.first(where: { $0.name == hint.key }) else { continue }
                    var other = model
                    let effects = other.press(key)
                    let place = "\(hint.key) \(hint.label) at \(columns)x\(rows) after \(begun)"
                    #expect(!Self.isRefused(other.notice?.text), "\(place): \(other.notice?.text ?? "")")
                    let canvas = Canvas(size: model.size, glyphs: .blocks)
                    let isSeen =
                        !effects.isEmpty || other.notice != nil || other.dialog != nil
                        || view(other, canvas) != view(model, canvas)
                    // To where one is already: the only problem, the last line.
                    let mayRest = ["Up", "Down", "Esc", "G", "e"].contains(hint.key)
                    #expect(isSeen || mayRest, "\(place): nothing is seen")
                }
            }
        }
    }

    private static func isRefused(_ notice: String?) -> Bool {
        notice.map { notice in refusals.contains { notice.contains($0) } } ?? false
    }

    @Test(arguments: [
        ("1", "queue export"), ("3", "heartbeat"), ("0", "a source"), ("6", "an event"), ("4", "an indexer"),
    ])
    func `t where there is no flag says once where there is one`(pane: Unicode.Scalar, of: String) {
        var model = ConsoleStore.model()
        model.press(.character(pane))
        #expect(!model.hints.contains { $0.key == "t" } || pane == "6", "\(of)")
        guard !model.hints.contains(where: { $0.key == "t" }) else { return }
        model.press(.character("t"))
        #expect(model.notice?.text == "no flag here: choose one in 5 Flags" && model.dialog == nil)
    }

    @Test func `a key in the help is told by its line, and why it would not work under it`() {
        var model = ConsoleStore.model()
        model.press(.character("?"), .character("t"))
        #expect(model.screen == .help && model.dialog == nil)
        #expect(
            model.notice?.text
                == "t: turn ON or OFF; asks first; not now: no flag here: choose one in 5 Flags")
        #expect(model.helpLines[model.help.chosen].help == "turn ON or OFF; asks first")
        model.press(.escape, .character("5"), .down, .character("?"), .character("t"))
        #expect(model.notice?.text == "t: turn ON or OFF; asks first", "where it works nothing is added")
        model.press(.character("+"))
        #expect(model.notice?.text == "+ -: time shown in a chart; not now: on a row's page")
        #expect(model.notice?.text.contains("does nothing") == false)
        model.press(.enter)
        #expect(model.notice?.text == "+ -: time shown in a chart; not now: on a row's page")
    }

    @Test func `the help finds a key by its name before the words that hold it`() {
        var model = ConsoleStore.model()
        model.type("?/t")
        #expect(model.helpLines[model.help.chosen].keys == "t")
        let frame = view(model, Canvas(size: model.size, glyphs: .blocks))
        #expect(frame.glyphText.contains("\(model.helpLines.count) of \(KeyMap.bindings.count) lines"))
    }

    @Test func `only Enter keeps a theme: any other key finds it as it was, and does what it does`() {
        for key in KeyMapTests.keys {
            var model = ConsoleStore.model()
            model.press(.function(2))
            #expect(model.theme == "light")
            let effects = model.press(key)
            if model.themeBefore != nil { continue }
            #expect((model.theme == "light") == (key == .enter), "\(key)")
            #expect(key == .enter || effects.contains(.setTheme("dark")), "\(key)")
        }
        var model = ConsoleStore.model()
        model.press(.function(2), .character("6"))
        #expect(model.theme == "dark" && model.focus == .events && !model.isThemeChosen)
        #expect(model.notice?.text == "theme dark, as it was: F2 tries others, Enter keeps one")
    }

    @Test func `a key that a question or a prompt does not take leaves all as it was`() {
        let taken: Set<Key> = [
            .enter, .escape, .backspace, .tab, .backTab, .left, .right, .up, .down, .character("q"),
        ]
        let questions: [(String, Model)] = [
            ("end", GalleryTests.model(.end, GalleryTests.sizes[1])),
            ("finish", GalleryTests.model(.finish, GalleryTests.sizes[1])),
            ("quit", PageTests.model(.quit, GalleryTests.sizes[1])),
        ]
        for (name, asked) in questions {
            var asked = asked
            asked.wait(until: 20)
            #expect(asked.dialog != nil)
            for key in KeyMapTests.keys where !taken.contains(key) {
                if [.control("c"), .control("l"), .control("z")].contains(key) { continue }
                var model = asked
                let canvas = Canvas(size: asked.size, glyphs: .blocks)
                #expect(update(&model, .key(key)) == [] && model.dialog != nil, "\(name) \(key)")
                #expect(view(model, canvas) == view(asked, canvas), "\(name) \(key)")
            }
        }
        for begun in ["/erp", ":so", "6/erp", "?/zo"] {
            var typed = ConsoleStore.model()
            typed.type(begun)
            for key in [Key.function(5), .pageDown, .function(2), .insert, .delete, .home, .control("d")] {
                var model = typed
                #expect(update(&model, .key(key)) == [], "\(begun) \(key)")
                #expect(model.theme == typed.theme && model.filter == typed.filter && model.dialog == nil)
                #expect(model.focus == typed.focus && model.help.query.text == typed.help.query.text)
            }
        }
    }

    // MARK: Counts

    @Test(arguments: StoreNight.Scene.allCases)
    func `all panes together count what the first row counts`(scene: StoreNight.Scene) throws {
        let snapshot = StoreNight.snapshot(scene)
        let model = StoreNight.model(scene, rows: 60, columns: 200)
        let frame = view(model, Canvas(size: model.size, glyphs: .blocks))
        var sum = 0
        for pane in Pane.allCases where pane != .events && pane != .alerts {
            var zoomed = model
            zoomed.press(.character(Unicode.Scalar(UInt8(0x30 + pane.rawValue))), .character("f"))
            let title = view(zoomed, Canvas(size: model.size, glyphs: .blocks)).row(2)
            // `─ 3 Cron ───── 32 · 1 warning ─`
            let words = title.split(separator: " ")
            let counts = words.drop { !$0.hasPrefix("──") }.dropFirst()
            sum += counts.first.flatMap { Int($0) } ?? 0
        }
        #expect(sum == snapshot.verdict.checks, "\(sum)")
        let first = frame.row(0)
        let verdict = snapshot.verdict
        let (off, good) = (verdict.counts[.off] ?? 0, verdict.counts[.ok] ?? 0)
        if verdict.worst == .ok, verdict.setAside == 0 {
            #expect(first.contains("all \(good) checks ok") && good + off == sum, "\(first)")
        } else {
            #expect(first.contains("of \(sum) checks"), "\(first)")
        }
        var filtered = model
        filtered.type("/zz")
        let found = filtered.statusLine(width: 100, .blocks).text
        #expect(found.contains(": 0 of \(sum)"), "nothing is called so: \(found)")
    }
}

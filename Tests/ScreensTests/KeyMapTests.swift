import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

struct KeyMapTests {
    /// Every key a terminal sends, with every printable ASCII character.
    static let keys: [Key] =
        (0x20..<0x7F).compactMap { Unicode.Scalar($0).map(Key.character) }
        + (0x61..<0x7B).compactMap { Unicode.Scalar($0).map(Key.control) } + (1...12).map(Key.function) + [
            .enter, .escape, .tab, .backTab, .backspace, .delete, .insert, .up, .down, .left, .right, .home,
            .end,
            .pageUp, .pageDown, .paste("t\nq\n"), .paste(""), .character("\u{435}"), .character("\u{1F600}"),
        ]

    /// Every situation a key can meet.
    static let situations: [(String, Model)] = {
        var all: [(String, Model)] = []
        for (rows, columns) in [(60, 200), (40, 120), (24, 80), (10, 40), (3, 12), (0, 0)] {
            let size = Size(rows: rows, columns: columns)
            var model = ConsoleStore.model(size: size)
            model.wait(until: 10)
            all.append(("nothing read at \(size)", Model(now: ConsoleStore.at(0), size: size)))
            all.append(("watch at \(size)", model))
            for (name, keys) in [
                ("flags", "5"), ("flag", "5j"), ("events", "6"), ("sources", "0"), ("zoomed", "f"),
                ("frozen", "Z"), ("filter", "/erp"), ("help", "?"), ("question", "5jt"), ("aside", "1a"),
                ("words", ":turn erp.v2"), ("find", "?/zo"), ("marked", " "), ("silences", "9"),
                ("silence question", "1s"),
            ] {
                var other = model
                other.type(keys)
                other.wait(until: 12)
                all.append(("\(name) at \(size)", other))
            }
            var detail = model
            detail.press(.enter)
            all.append(("detail at \(size)", detail))
            var lines = LinesTests.flow(size)
            lines.press(.character("l"))
            all.append(("lines at \(size)", lines))
            all.append(("alert at \(size)", AlertPageTests.model(size)))
            all.append(("timeline at \(size)", TimelineTests.model(size)))
            model.press(.control("c"))
            all.append(("quit question at \(size)", model))
        }
        return all
    }()

    @Test func `no single key changes production or traps, wherever it is pressed`() {
        var tried = 0
        #expect(Self.situations.count { $0.1.dialog != nil } == 18, "the questions are really asked")
        for (name, situation) in Self.situations {
            for key in Self.keys {
                var model = situation
                for case .submit(.change, _) in update(&model, .key(key)) {
                    Issue.record("\(key) changes production on \(name)")
                }
                tried += 1
            }
        }
        #expect(tried > 8000)
    }

    @Test func `no two keys after the question was asked change production`() {
        var model = ConsoleStore.model()
        model.type("5jt")
        model.wait(until: 5)
        for first in Self.keys {
            for second in Self.keys {
                var copy = model
                for case .submit(.change, _) in copy.press(first, second) {
                    Issue.record("\(first) \(second) changes production")
                }
            }
        }
    }

    @Test func `a key has one meaning in one place`() {
        for place in KeyMap.Place.allCases {
            let keys = KeyMap.bindings.filter { $0.places.contains(place) }.flatMap(\.strokes).map(\.key)
            #expect(Set(keys).count == keys.count)
        }
    }

    @Test func `every key of the help works somewhere`() {
        for binding in KeyMap.bindings {
            #expect(!binding.strokes.isEmpty && !binding.places.isEmpty)
            for place in binding.places {
                for stroke in binding.strokes {
                    #expect(KeyMap.action(for: stroke.key, in: place) == stroke.action)
                }
            }
        }
    }

    @Test(arguments: ["z", "K", "T", "L", "x", "r", "D"])
    func `keys that are destructive elsewhere do nothing`(key: Unicode.Scalar) {
        #expect(KeyMap.action(for: .character(key), in: .watch) == nil)
        // Half a page, as in less and vim; k9s deletes with it.
        #expect(KeyMap.action(for: .control("d"), in: .watch) == .halfDown)
        #expect(KeyMap.action(for: .control("k"), in: .watch) == nil)
    }

    @Test func `prints the table of the README`() {
        let rows = KeyMap.markdown.split(separator: "\n")
        #expect(rows.count == 2 + KeyMap.Section.allCases.count + KeyMap.bindings.count)
        #expect(rows.contains("| `t` | turn ON or OFF; asks first |"))
        #expect(KeyMap.markdown.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `the README prints the same table`() throws {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        let readme = try #require(
            FrameSnapshots.text(of: here.dropLast(3).joined(separator: "/") + "/README.md"))
        let table = readme.components(between: "<!-- keys -->\n", "\n<!-- /keys -->")
        #expect(table.map(String.init) == KeyMap.markdown)
    }

    @Test func `hints name the flag, and the reason when it cannot be switched`() {
        var model = ConsoleStore.model()
        model.type("5j")
        #expect(
            model.hintLine(width: 120, .blocks).text
                == " Enter open   t turn erp.v2 OFF…   / filter   e next problem   f zoom   y copy   ? help")
        #expect(model.hintLine(width: 44, .blocks).text == " Enter open   t turn erp.v2 OFF…   ? help")
        var readOnly = ConsoleStore.model(ConsoleStore.snapshot(access: .readOnly))
        readOnly.type("5j")
        #expect(
            readOnly.hintLine(width: 120, .blocks).spans.contains(
                Span("t switch: read-only", .faint)))
    }

    @Test func `a long reason takes no other key its place`() {
        var snapshot = ConsoleStore.snapshot()
        snapshot.shutFlags(
            "no audit record can be kept: cannot write in /var/lib/hypercare/eu-shop: No space left on device"
        )
        var model = ConsoleStore.model(snapshot)
        model.type("5j")
        #expect(
            model.hintLine(width: 120, .blocks).text
                == " Enter open   t switch: not now   / filter   e next problem   f zoom   y copy   ? help")
        #expect(model.whyNot(.toggleFlag)?.contains("No space left") == true)
    }

    @Test func `nobody leaves by searching the help`() {
        var model = ConsoleStore.model()
        model.type("?/quit")
        #expect(model.press(.enter) == [])
        #expect(model.press(.enter) == [] && model.dialog == nil && model.screen == .help)
    }

    @Test func `the help is found by a word, and Enter tells what the chosen line does and does nothing`() {
        var model = ConsoleStore.model()
        model.type("?/zoom")
        model.press(.enter)
        #expect(model.screen == .help && !model.isZoomed, "the word is typed; nothing is done")
        #expect(model.helpLines.map(\.keys) == ["f"])
        model.press(.enter)
        #expect(model.screen == .help && !model.isZoomed)
        #expect(
            model.notice?.text == "f: zoom the pane; the help only tells: Esc, then the key does it")
        model.press(.escape, .escape, .character("f"))
        #expect(model.isZoomed && model.screen == .watch)
    }

    @Test func `Enter on a word of the screens tells that word, though a key has it in its name`() {
        var model = ConsoleStore.model()
        model.type("?/pace")
        model.press(.enter)
        #expect(model.notice?.text.hasPrefix("pace: how much more, or less, waits each minute") == true)
        model = ConsoleStore.model()
        model.type("?/told to no")
        model.press(.enter)
        #expect(model.notice?.text.contains("the alert is silenced") == true && model.screen == .help)
    }

    @Test func `no key and no word typed in the help does what its lines are of`() {
        let lines = KeyMap.bindings.count
        for begun in ["?", "?/", "5?", "5?/t"] {
            for place in 0..<lines {
                var model = ConsoleStore.model()
                model.type(begun)
                for _ in 0..<place { model.press(.down) }
                let before = (model.filter, model.focus, model.isZoomed, model.theme)
                for _ in 0..<3 { #expect(update(&model, .key(.enter)) == [], "\(begun) \(place)") }
                #expect(model.screen == .help && model.dialog == nil && model.pending.isEmpty)
                #expect((model.filter, model.focus, model.isZoomed, model.theme) == before)
                #expect(model.frozen == nil)
            }
        }
        // A word typed without `/` chooses lines, and is followed by Enter all the same.
        var model = ConsoleStore.model()
        for key in "?stack toggle frozen".unicodeScalars where key != "g" {
            #expect(update(&model, .key(.character(key))) == [])
        }
        #expect(update(&model, .key(.enter)) == [] && model.screen == .help && model.dialog == nil)
        #expect(model.hintLine(width: 120, .blocks).text.contains("Enter what it does"))
    }
}

extension String {
    /// What stands between the first `start` and the next `end`; nil when they are not there.
    fileprivate func components(between start: String, _ end: String) -> Substring? {
        guard let from = ranges(of: start).first?.upperBound, let to = self[from...].ranges(of: end).first
        else {
            return nil
        }
        return self[from..<to.lowerBound]
    }
}

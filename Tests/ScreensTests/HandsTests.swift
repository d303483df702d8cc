import Display
import EngineAPI
import Monitoring
import Screens
import TestSupport
import Testing

/// Keys as hands know them from k9s, htop, less and vim.
struct HandsTests {
    @Test(arguments: [Key.escape, .backspace, .character("q")])
    func `goes back one step at a time from wherever one is`(back: Key) {
        var model = ConsoleStore.model()
        model.type("/erp")
        model.press(.enter, .character("f"), .enter, .character("?"))
        #expect(model.screen == .help)
        #expect(model.press(back) == [] && model.openDetail != nil)
        #expect(model.press(back) == [] && model.screen == .watch && model.isZoomed)
        #expect(model.press(back) == [] && !model.isZoomed && !model.filter.isEmpty)
        #expect(model.press(back) == [] && model.filter.isEmpty)
        let end: [Effect] = back == .character("q") ? [.quit] : []
        #expect(model.press(back) == end)
    }

    @Test func `q leaves a pane shown alone and not the program`() {
        var model = ConsoleStore.model()
        #expect(model.type("6q") == [] && !model.isZoomed && model.screen == .watch)
        #expect(model.type("?q") == [] && model.screen == .watch)
        #expect(model.type("q") == [.quit])
    }

    @Test func `Ctrl-C and F10 ask once before they quit`() {
        for key in [Key.control("c"), .function(10)] {
            var model = ConsoleStore.model()
            #expect(model.press(key) == [] && model.dialog != nil)
            #expect(model.press(.enter) == [], "staying is chosen first")
            #expect(model.dialog == nil)
            #expect(model.press(key, .control("c")) == [.quit])
        }
    }

    @Test(arguments: [Key.backspace, .character("q"), .escape])
    func `a question without a field is left as one goes back`(key: Key) {
        var model = ConsoleStore.model()
        model.press(.control("c"))
        #expect(model.press(key) == [] && model.dialog == nil)
        model.type("5jt")
        model.wait(until: 5)
        guard case .flag(let question) = model.dialog else {
            Issue.record("not asked")
            return
        }
        #expect(question.focus == .reason || question.focus == .cancel || question.focus == .name)
    }

    @Test(arguments: [
        ("x", "x does nothing here; ? shows the keys, : takes words"),
        ("r", "r does nothing here; R: read now"),
        ("z", "z does nothing here; Z: freeze picture, not data"),
        ("+", "+ does nothing here; on a row's page: time shown in a chart"),
        ("%", "% does nothing here; ? shows the keys, : takes words"),
    ])
    func `a key that does nothing says so once, and what does`(key: Unicode.Scalar, words: String) {
        var model = ConsoleStore.model()
        model.press(.character(key))
        #expect(model.notice?.text == words)
        model.notice = nil
        model.press(.character(key))
        #expect(model.notice == nil)
    }

    @Test func `no key is told to do nothing that does something there`() {
        for key in KeyMapTests.keys where KeyMap.action(for: key, in: .watch) != nil {
            var model = ConsoleStore.model()
            model.press(key)
            #expect(model.notice?.text.contains("does nothing here") != true, "\(key)")
        }
    }

    @Test func `half pages, pages and arrows move as elsewhere`() {
        var model = ConsoleStore.model(ConsoleStore.whole())
        model.press(.control("d"))
        let half = model.cursor(in: .queues)
        #expect(half != model.queues.first?.id)
        model.press(.control("u"))
        #expect(model.cursor(in: .queues) == model.queues.first?.id)
        model.press(.right)
        #expect(model.focus == .integrations)
        model.press(.left)
        #expect(model.focus == .queues)
        for key in [Key.character("d"), .character("l"), .enter] {
            model.press(key)
            #expect(model.openDetail == model.queues.first?.id)
            model.press(.escape)
        }
    }

    @Test func `n on a page goes to the next match`() {
        var model = ConsoleStore.model()
        model.type("/erp")
        model.press(.enter, .enter)
        let first = model.openDetail
        let effects = model.press(.character("n"))
        #expect(model.openDetail != nil && model.openDetail != first)
        #expect(effects == model.openDetail.map { [.fetchDetail($0)] })
        model.press(.character("N"))
        #expect(model.openDetail == first)
    }

    // MARK: Copying

    @Test func `copies the bare name, and all the row says`() {
        var model = ConsoleStore.model()
        #expect(model.press(.character("y")) == [.copy("erp.order.export")])
        #expect(
            model.press(.character("Y")) == [
                .copy("queue:erp.order.export · critical · nobody takes messages since 01:47 · 841 wait")
            ])
    }

    @Test func `says what it sent, and nothing of what was not`() {
        var model = ConsoleStore.model()
        model.press(.character("y"))
        _ = update(&model, .copied(.sent))
        #expect(model.notice?.text == "erp.order.export sent to your terminal's clipboard")
        _ = update(&model, .copied(.noClipboard))
        #expect(model.notice?.text == "not sent: this terminal has no clipboard")
        model.press(.character(" "), .character(" "), .character("Y"))
        _ = update(&model, .copied(.sent))
        #expect(model.notice?.text == "2 lines sent to your terminal's clipboard")
    }

    @Test func `copies a page with whom it belongs to and what to do`() {
        var model = ConsoleStore.model()
        model.press(.character("2"), .enter)
        guard case .copy(let text) = model.press(.character("Y")).first else {
            Issue.record("not copied")
            return
        }
        let lines = text.split(separator: "\n")
        let row = model.selected as? IntegrationRow
        #expect(lines.first?.hasPrefix("integration:") == true)
        #expect(lines.last == "id: \(row?.id.description ?? "")")
        #expect(
            lines.contains { $0 == "owner: \(row?.integration.owner ?? "")" }
                == (row?.integration.owner != nil))
    }

    @Test func `copies marked rows as lines until they are let go`() {
        var model = ConsoleStore.model()
        model.press(.character(" "), .character(" "))
        let names = model.queues.prefix(2).map(\.id.name)
        #expect(model.press(.character("y")) == [.copy(names.joined(separator: "\n"))])
        guard case .copy(let lines) = model.press(.character("Y")).first else {
            Issue.record("not copied")
            return
        }
        #expect(lines.split(separator: "\n").count == 2)
        model.press(.escape)
        #expect(model.marked.isEmpty)
        model.press(.escape)
        #expect(model.press(.character("y")) == [.copy(model.queues.first?.id.name ?? "")])
    }

    @Test func `what is copied of a hostile name is one line`() {
        var snapshot = ConsoleStore.snapshot()
        snapshot.queues[0] = QueueRow(
            id: EntityID(.queue, "a\nrm -rf ~\n"), transport: .amqp, judgement: snapshot.queues[0].judgement)
        var model = ConsoleStore.model(snapshot)
        for key in ["y", "Y"] as [Unicode.Scalar] {
            guard case .copy(let text) = model.press(.character(key)).first else {
                Issue.record("not copied")
                return
            }
            #expect(!text.contains { $0.isNewline })
        }
    }
}

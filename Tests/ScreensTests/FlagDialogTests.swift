import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens
import TestSupport
import Testing

struct FlagDialogTests {
    /// On `erp.v2`, which is ON, its question just asked.
    private func asked(
        production: Bool = true, access: EnvironmentFacts.Access = .operate
    ) -> Model {
        var model = ConsoleStore.model(ConsoleStore.snapshot(access: access, production: production))
        model.press(.character("5"), .down)
        // cart.new, erp.v2, then wms.returns, which is off.
        #expect(model.selected?.id == FlagKey(backend: "flagd", name: "erp.v2").id)
        model.press(.character("t"))
        return model
    }

    private func dialog(of model: Model) -> FlagDialog? {
        if case .flag(let question) = model.dialog { question } else { nil }
    }

    /// Typed and confirmed in production.
    private func confirmed(_ model: inout Model) -> [Effect] {
        model.wait(until: 1)
        model.type("erp.v2")
        return model.press(.tab, .tab, .enter)
    }

    @Test func `names the target state and the place`() throws {
        let question = try #require(dialog(of: asked()))
        #expect(question.title == "Turn OFF erp.v2 in PROD eu-shop")
        #expect(question.focus == .cancel, "Cancel is chosen first")
        #expect(question.missing == "type the flag's name")
    }

    @Test func `names the flows that the config says the flag switches, and nothing where it says none`() {
        var snapshot = ConsoleStore.snapshot()
        func text() -> String {
            var model = ConsoleStore.model(snapshot)
            model.press(.character("5"), .down, .character("t"))
            return view(model, Canvas(size: model.size, glyphs: .ascii)).glyphText
        }
        #expect(!text().contains("touches") && !text().contains("depends"))
        for index in snapshot.integrations.indices {
            snapshot.integrations[index].integration.flags = ["erp.v2"]
        }
        snapshot.integrations[2].integration.flags = ["wms.returns"]
        #expect(text().contains("touches    X orders -> ERP  silent since 01:47"))
        #expect(text().contains("! stock -> ERP  slow since 01:49") && !text().contains("orders -> BI  ok"))
    }

    @Test func `asks about the flag under the cursor where two places hold one of its name`() throws {
        var snapshot = ConsoleStore.snapshot()
        var twin = snapshot.flags[1]
        twin.flag.backend = "settings"
        twin.flag.revision = "7"
        twin.id = twin.flag.id
        snapshot.flags.append(twin)
        var model = ConsoleStore.model(snapshot)
        model.press(.character("5"), .down)
        var asked: [String] = []
        for _ in 0..<2 {
            model.press(.character("t"))
            let question = try #require(dialog(of: model))
            let flag = question.row.flag
            asked.append("\(flag.name) in \(flag.backend), revision \(flag.revision)")
            model.wait(until: 1)
            model.press(.escape, .down)
        }
        #expect(asked == ["erp.v2 in flagd, revision 41", "erp.v2 in settings, revision 7"])
        let frame = view(model, Canvas(size: Size(rows: 40, columns: 160), glyphs: .blocks))
        #expect((0..<40).contains { frame.row($0).contains("erp.v2@settings") })
    }

    @Test func `sends the change with the revision that was shown`() throws {
        var model = asked()
        model.wait(until: 1)
        model.press(.tab, .tab)
        model.type("erp path silent")
        model.press(.enter)
        model.type("erp.v2")
        let effects = model.press(.enter, .right, .enter)
        let effect = try #require(effects.first)
        guard case .submit(.change(let change), 1) = effect, effects.count == 1 else {
            Issue.record("not a change: \(effects)")
            return
        }
        #expect(change.flag == "erp.v2" && change.from == .on && change.to == .off)
        #expect(change.expectedRevision == "41" && change.reason == "erp path silent")
        #expect(change.opID.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(change.opID.dropFirst(14).first == "4", "a version 4 UUID")
        let row = try #require(model.snapshot?.flag(FlagKey(backend: "flagd", name: "erp.v2").id))
        #expect(model.progress(of: row) == .asked(to: .off, opID: change.opID))
        #expect(model.notice?.text == "turning erp.v2 OFF: asked, not yet done")
        model.press(.character("t"))
        #expect(
            model.dialog == nil && model.notice?.text == "erp.v2 cannot be switched: turning OFF",
            "one change of a flag at a time")
    }

    @Test(arguments: ["", "erp.v", "erp.v22", "ERP.V2", "erp.v2 "])
    func `confirms nothing in production while the name is not the flag's`(typed: String) {
        var model = asked()
        model.wait(until: 1)
        model.type(typed)
        #expect(model.press(.tab, .tab, .enter) == [])
        #expect(model.pending.isEmpty)
    }

    @Test func `asks no name outside production, and Cancel is still chosen first`() {
        var model = asked(production: false)
        model.wait(until: 1)
        #expect(dialog(of: model)?.fields == [.reason, .cancel, .confirm])
        #expect(model.press(.right, .enter).count == 1)
        var other = asked(production: false)
        other.wait(until: 1)
        #expect(other.press(.enter) == [] && other.dialog == nil)
    }

    @Test func `drops what was typed before it could be read`() {
        var model = asked(production: false)
        #expect(model.press(.right, .enter, .tab, .enter) == [])
        #expect(dialog(of: model)?.focus == .cancel)
        model.wait(until: 0.29)
        #expect(model.press(.right, .enter) == [])
        // The quiet begins anew with each.
        model.wait(until: 0.31)
        #expect(model.press(.right, .enter) == [])
        model.wait(until: 0.62)
        #expect(model.press(.right, .enter).count == 1)
    }

    @Test func `what a terminal pastes without saying so confirms nothing, however long it comes`() {
        var model = asked()
        for tenth in 1..<100 {
            model.wait(until: Double(tenth) / 10)
            model.type("erp.v2")
            #expect(model.press(.tab, .tab, .enter) == [])
        }
        #expect(dialog(of: model)?.focus == .cancel && dialog(of: model)?.name.isEmpty == true)
        model.wait(until: 11)
        model.type("erp.v2")
        #expect(model.press(.tab, .tab, .enter).count == 1)
    }

    @Test func `takes no paste`() {
        var model = asked()
        model.wait(until: 1)
        model.press(.tab, .tab, .tab, .paste("erp.v2\n"))
        #expect(dialog(of: model)?.name.text == "" && dialog(of: model)?.reason.text == "")
    }

    @Test func `closes after 60 s without an answer`() {
        var model = asked()
        _ = update(&model, .snapshot(ConsoleStore.snapshot(at: 50)))
        model.wait(until: 59)
        #expect(model.dialog != nil)
        model.wait(until: 60)
        #expect(model.dialog == nil)
        #expect(model.notice?.text == "no answer for 60 s: erp.v2 was not changed")
    }

    @Test func `closes when nothing is heard from the engine any more`() {
        var model = asked()
        model.wait(until: 14)
        #expect(model.dialog != nil)
        model.wait(until: 15)
        #expect(model.dialog == nil)
        #expect(model.notice?.text == "erp.v2 stays as it was: nothing was sent; nothing was heard for 15 s")
    }

    @Test func `closes when somebody else changes the flag`() {
        var model = asked()
        var changed = ConsoleStore.snapshot(at: 1)
        changed.flags[1].flag.value = .off
        changed.flags[1].flag.revision = "42"
        changed.flags[1].flag.changedBy = "mira"
        _ = update(&model, .snapshot(changed))
        #expect(model.dialog == nil)
        #expect(model.notice?.text == "erp.v2 is OFF now by mira; nothing was sent, look again")
    }

    @Test func `closes when what it shows is stale, gone or no longer allowed`() {
        let endings: [((inout Snapshot) -> Void, String)] = [
            ({ $0.flags.remove(at: 1) }, "erp.v2 is no longer there; nothing was sent"),
            (
                { $0.shutFlags("another console keeps it") },
                "erp.v2 stays as it was: nothing was sent; another console keeps it"
            ),
            (
                { $0.shutFlags("no audit record can be kept: disk full") },
                "erp.v2 stays as it was: nothing was sent; no audit record can be kept: disk full"
            ),
        ]
        for (change, sentence) in endings {
            var model = asked()
            var next = ConsoleStore.snapshot(at: 1)
            change(&next)
            _ = update(&model, .snapshot(next))
            #expect(model.dialog == nil && model.notice?.text == sentence)
        }
    }

    @Test func `only the audit log's veto keeps a change from being asked and sent`() {
        var model = asked()
        var next = ConsoleStore.snapshot(at: 1)
        next.storage = Judgement(.critical, ["the history cannot be written: disk full"])
        _ = update(&model, .snapshot(next))
        #expect(model.dialog != nil && model.notice == nil && confirmed(&model).count == 1)
    }

    @Test func `what is typed for a question that fell under the fingers does nothing`() {
        var model = asked()
        model.wait(until: 1)
        model.type("erp")
        var broken = ConsoleStore.snapshot(at: 1)
        broken.shutFlags("no audit record can be kept: disk full")
        _ = update(&model, .snapshot(broken))
        let notice = model.notice
        #expect(model.dialog == nil && notice != nil)
        // The rest of it: each of these keys is an order on the watch screen.
        #expect(model.type(".v2 quit?zZ") == [] && model.press(.tab, .tab, .enter) == [])
        #expect(model.notice == notice && model.screen == .watch && model.frozen == nil)
        #expect(model.hints.map(\.key) == ["Esc"])
        model.wait(until: 1.9)
        #expect(model.type("q") == [], "somebody is still typing")
        model.wait(until: 2.8)
        #expect(model.type("q") == [])
        model.wait(until: 3.8)
        #expect(model.type("q") == [.quit], "a second of rest, and keys count again")

        var other = asked()
        _ = update(&other, .snapshot(broken))
        #expect(other.press(.escape) == [] && other.type("q") == [.quit], "Esc is enough")
    }

    @Test func `refuses with the reason and asks nothing`() {
        let readOnly = asked(access: .readOnly)
        #expect(
            readOnly.dialog == nil
                && readOnly.notice?.text
                    == "erp.v2 cannot be switched: this environment is read-only; "
                    + "`access: operate` in its config would allow it"
        )
        var other = ConsoleStore.model()
        other.press(.character("5"), .character("t"))
        #expect(
            other.dialog == nil && other.notice?.text == "cart.new cannot be switched: it has no ON and OFF")
        other.press(.character("1"), .character("t"))
        #expect(other.dialog == nil && other.notice?.text == "no flag here: choose one in 5 Flags")
    }

    @Test func `tells the ways a change ends apart`() {
        var off = ConsoleStore.snapshot().flags[1].flag
        off.value = .off
        off.changedBy = "mira"
        off.changedAt = ConsoleStore.wall
        let outcomes: [(Reply, String, Status)] = [
            (.changed(.confirmed(off)), "erp.v2 is OFF: sent and read back", .ok),
            (.changed(.saved(off, "saved, half done")), "erp.v2 is OFF: saved, half done", .warning),
            (.changed(.refused("file is not ours")), "erp.v2 stays ON, refused: file is not ours", .warning),
            (
                .changed(.conflict(off)),
                "conflict: erp.v2 was changed by mira at 02:14 and is OFF; nothing was sent", .warning
            ),
            (
                .changed(.unknown("no answer in 5 s")),
                "unknown whether erp.v2 is OFF: no answer in 5 s; it is read again", .unknown
            ),
            (
                .refused(Refusal(.auditUnwritable, "the audit log cannot be written")),
                "erp.v2 stays as it was: the audit log cannot be written", .warning
            ),
        ]
        for (reply, sentence, status) in outcomes {
            var model = asked()
            #expect(confirmed(&model).count == 1)
            _ = update(&model, .reply(1, reply))
            #expect(model.notice?.text == sentence && model.notice?.status == status)
            #expect(model.pending.isEmpty)
        }
    }

    /// `erp.v2`, ON by default, which three narrower scopes set themselves.
    private func scoped(_ overrides: [FlagOverride]) -> Snapshot {
        var snapshot = ConsoleStore.snapshot(production: false)
        snapshot.flags[1].flag.scope = .all
        snapshot.flags[1].flag.overrides = overrides
        return snapshot
    }

    private let narrower = [
        FlagOverride(FlagScope(.storeView, "de"), .on), FlagOverride(FlagScope(.storeView, "fr"), .on),
        FlagOverride(FlagScope(.website, "b2b"), .off),
    ]

    @Test func `lists what narrower scopes say, and falls when one of them changes`() throws {
        var model = ConsoleStore.model(scoped(narrower))
        model.press(.character("5"), .down, .character("t"))
        let text = view(model, Canvas(size: model.size, glyphs: .ascii)).glyphText
        #expect(text.contains("now ON, but OFF in website b2b, read"))
        for line in ["stays      ON in store view de", "ON in store view fr", "OFF in website b2b"] {
            #expect(text.contains(line), "\(line)")
        }
        var changed = scoped(Array(narrower.prefix(2)))
        changed.generation += 1
        _ = update(&model, .snapshot(changed))
        #expect(model.dialog == nil)
        #expect(model.notice?.text == "erp.v2 is ON now; nothing was sent, look again")
    }

    @Test func `is not told to be OFF while a narrower scope stays ON`() throws {
        var model = ConsoleStore.model(scoped(narrower))
        model.press(.character("5"), .down, .character("t"))
        model.wait(until: 1)
        #expect(model.press(.right, .enter).count == 1)
        var after = scoped(narrower).flags[1].flag
        after.value = .off
        _ = update(&model, .reply(1, .changed(.confirmed(after))))
        #expect(model.notice?.text == "erp.v2 is OFF, but ON in 2 store views: sent and read back")
        #expect(model.notice?.status == .warning)
        var snapshot = scoped(narrower)
        snapshot.flags[1].flag.value = .off
        _ = update(&model, .snapshot(snapshot))
        let frame = view(model, Canvas(size: Size(rows: 40, columns: 160), glyphs: .ascii)).glyphText
        #expect(frame.contains("OFF, 2 ON"))
    }

    @Test func `a flag of one store view is asked for that one by name`() throws {
        var snapshot = ConsoleStore.snapshot(production: false)
        snapshot.flags[1].flag.scope = FlagScope(.storeView, "de")
        var model = ConsoleStore.model(snapshot)
        model.press(.character("5"), .down, .character("t"))
        #expect(dialog(of: model)?.title == "Turn OFF erp.v2 in eu-shop, store view de")
    }

    @Test func `what is not known is drawn as such and not asked about`() throws {
        var snapshot = ConsoleStore.snapshot(production: false)
        snapshot.flags[1].flag.value = .unknown("config:show said nothing")
        snapshot.flags[1].judgement = Judgement(.unknown, ["not known: config:show said nothing"])
        snapshot.flags[1].next = nil
        snapshot.flags[1].refusal = "what it is now is not known: config:show said nothing"
        var model = ConsoleStore.model(snapshot)
        // Trouble stands first.
        model.press(.character("5"), .character("t"))
        #expect(model.dialog == nil)
        #expect(
            model.notice?.text
                == "erp.v2 cannot be switched: what it is now is not known: config:show said nothing")
        let frame = view(model, Canvas(size: Size(rows: 40, columns: 160), glyphs: .ascii)).glyphText
        let row = frame.split(separator: "\n").first { $0.contains("erp.v2") && !$0.contains("cannot") }
        #expect(row?.contains(" ?") == true && row?.contains("ON") == false && row?.contains("OFF") == false)
    }

    @Test func `an answer to a question nobody asked changes nothing`() {
        var model = ConsoleStore.model()
        #expect(update(&model, .reply(7, .done)) == [])
        #expect(model.notice == nil)
    }

    @Test func `leaving while a change is on its way is asked`() {
        var model = asked()
        #expect(confirmed(&model).count == 1)
        #expect(model.press(.character("q")) == [])
        #expect(model.dialog != nil)
        #expect(model.press(.tab, .enter) == [.quit])
    }

    @Test func `asks about what is so now, not about a frozen picture`() {
        var model = ConsoleStore.model()
        model.press(.character("Z"))
        var changed = ConsoleStore.snapshot(at: 1)
        changed.flags[1].flag.value = .off
        changed.flags[1].flag.revision = "42"
        changed.flags[1].next = .on
        _ = update(&model, .snapshot(changed))
        model.press(.character("5"), .down, .character("t"))
        #expect(dialog(of: model)?.title == "Turn ON erp.v2 in PROD eu-shop")
        #expect(dialog(of: model)?.row.flag.revision == "42")
    }
}

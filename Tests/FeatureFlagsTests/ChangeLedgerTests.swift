import FeatureFlags
import Monitoring
import Testing

@Suite struct ChangeLedgerTests {
    let start = Timestamp(boot: .seconds(100), wall: WallTime(seconds: 1_790_000_000), bootID: "test")

    func flag(_ value: FlagValue = .on, revision: String = "r1", name: String = "erp.v2") -> FlagReading {
        FlagReading(
            name: name, backend: "features", value: value, variants: ["on", "off"], revision: revision)
    }

    func change(_ opID: String = "op1", flag: String = "erp.v2", revision: String = "r1") -> FlagChange {
        FlagChange(
            opID: opID, flag: flag, backend: "features", from: .on, to: .off, expectedRevision: revision)
    }

    func later(_ seconds: Int) -> Timestamp {
        Timestamp(boot: .seconds(100 + seconds), wall: start.wall, bootID: "test")
    }

    @Test func `sends only after the intent is recorded`() throws {
        var ledger = ChangeLedger()
        let first = try ledger.ask(change(), seen: flag())
        #expect(first == [.recordIntent(change())])
        #expect(ledger.answered(change(), .confirmed(flag(.off)), at: start) == [])
        #expect(ledger.intentRecorded(change(), at: start) == [.send(change())])
        #expect(ledger.intentRecorded(change(), at: start) == [])
    }

    @Test func `sends nothing when the intent cannot be recorded`() throws {
        var ledger = ChangeLedger()
        _ = try ledger.ask(change(), seen: flag())
        ledger.intentFailed(change())
        #expect(ledger.intentRecorded(change(), at: start) == [])
        #expect(ledger.entries.isEmpty)
    }

    @Test func `refuses one that was asked for on an earlier picture of the flag`() {
        var ledger = ChangeLedger()
        #expect {
            try ledger.ask(change(), seen: flag(revision: "r2"))
        } throws: { error in
            (error as? ChangeRefusal)?.code == .stale
        }
        #expect(ledger.entries.isEmpty)
    }

    @Test func `takes one change per flag at a time`() throws {
        var ledger = ChangeLedger()
        _ = try ledger.ask(change(), seen: flag())
        #expect(throws: ChangeRefusal.self) {
            try ledger.ask(change("op2"), seen: flag())
        }
        let other = flag(name: "stock.delta")
        #expect(throws: Never.self) {
            try ledger.ask(change("op3", flag: "stock.delta"), seen: other)
        }
    }

    @Test func `never carries the same change out twice`() throws {
        var ledger = ChangeLedger()
        _ = try ledger.ask(change(), seen: flag())
        _ = ledger.intentRecorded(change(), at: start)
        _ = ledger.answered(change(), .confirmed(flag(.off, revision: "r2")), at: start)
        #expect(throws: ChangeRefusal.self) {
            try ledger.ask(change(), seen: flag())
        }
    }

    func unknownLedger() throws -> ChangeLedger {
        var ledger = ChangeLedger()
        _ = try ledger.ask(change(), seen: flag())
        _ = ledger.intentRecorded(change(), at: start)
        _ = ledger.answered(change(), .unknown("no answer in 10 s"), at: start)
        return ledger
    }

    @Test func `an unknown end blocks the flag until a read decides`() throws {
        var ledger = try unknownLedger()
        #expect(throws: ChangeRefusal.self) {
            try ledger.ask(change("op2"), seen: flag())
        }
        #expect(ledger.observed(flag(.off, revision: "r2"), began: later(5)).count == 1)
        #expect(ledger.entries.isEmpty)
    }

    @Test func `unchanged proves nothing until a late request cannot land any more`() throws {
        var ledger = try unknownLedger()
        #expect(ledger.observed(flag(), began: later(119)) == [])
        let actions = ledger.observed(flag(), began: later(120))
        guard case .recordOutcome(_, .refused(let text)) = actions.first else {
            Issue.record("not decided: \(actions)")
            return
        }
        #expect(text.contains("still ON"))
    }

    @Test func `a reading that began before the change was sent decides nothing`() throws {
        var ledger = ChangeLedger()
        _ = try ledger.ask(change(), seen: flag())
        _ = ledger.intentRecorded(change(), at: later(5))
        _ = ledger.answered(change(), .unknown("no answer in 10 s"), at: later(15))
        let foreign = flag(.variant("os2"), revision: "r9")
        #expect(ledger.observed(foreign, began: later(4)) == [])
        #expect(ledger.observed(foreign, began: later(5)) == [], "at the very moment is not after it")
        #expect(ledger.observed(foreign, began: later(6)) == [.recordOutcome(change(), .conflict(foreign))])
    }

    @Test func `a reading that could not tell the value decides nothing, however late`() throws {
        var ledger = try unknownLedger()
        #expect(ledger.observed(flag(.unknown("config:show said nothing")), began: later(500)) == [])
        #expect(ledger.entries.count == 1)
    }

    @Test func `a third value after an unknown end is a conflict`() throws {
        var ledger = try unknownLedger()
        let foreign = flag(.variant("os2"), revision: "r9")
        #expect(ledger.observed(foreign, began: later(1)) == [.recordOutcome(change(), .conflict(foreign))])
    }

    /// Every order of events up to six steps: nothing is sent without a recorded intent, nothing twice, and
    /// a change ends at most once.
    @Test func `holds its invariants in every order of events`() {
        enum Step: CaseIterable { case ask, recorded, failed, confirm, lose, seeNew, seeOld, seeOldLate }
        var paths = 0
        func walk(_ ledger: ChangeLedger, recorded: Bool, sent: Int, ended: Int, depth: Int) {
            paths += 1
            guard depth > 0 else { return }
            for step in Step.allCases {
                var next = ledger
                var isRecorded = recorded
                var actions: [LedgerAction] = []
                switch step {
                case .ask:
                    actions = (try? next.ask(change(), seen: flag())) ?? []
                case .recorded:
                    if next.entries.values.first?.phase == .asked { isRecorded = true }
                    actions = next.intentRecorded(change(), at: start)
                case .failed: next.intentFailed(change())
                case .confirm: actions = next.answered(change(), .confirmed(flag(.off)), at: start)
                case .lose: actions = next.answered(change(), .unknown("lost"), at: start)
                case .seeNew: actions = next.observed(flag(.off), began: later(1))
                case .seeOld: actions = next.observed(flag(), began: later(1))
                case .seeOldLate: actions = next.observed(flag(), began: later(200))
                }
                var sentNow = sent
                var endedNow = ended
                for action in actions {
                    switch action {
                    case .recordIntent: break
                    case .send:
                        sentNow += 1
                        #expect(isRecorded)
                    case .recordOutcome(_, .unknown): break
                    case .recordOutcome: endedNow += 1
                    }
                }
                #expect(sentNow <= 1)
                #expect(endedNow <= 1)
                walk(next, recorded: isRecorded, sent: sentNow, ended: endedNow, depth: depth - 1)
            }
        }
        walk(ChangeLedger(), recorded: false, sent: 0, ended: 0, depth: 5)
        #expect(paths > 10_000)
    }

    @Test(arguments: [
        ("erp.v2", true), ("grid/async:1_x-Y", true), ("", false), ("a b", false), ("аdmin", false),
        ("x\u{200B}", false), (String(repeating: "a", count: 129), false),
    ])
    func `acts only on plain names`(name: String, isPlain: Bool) {
        #expect(FlagNames.isActionable(name) == isPlain)
    }

    @Test func `while its program runs no reading decides, and what it left unseen is told with what took`()
        throws
    {
        var ledger = ChangeLedger()
        _ = try ledger.ask(change(), seen: flag())
        _ = ledger.intentRecorded(change(), at: start)
        ledger.began(change(), ProcessMark(pid: 7, startTicks: 1, bootID: "b"), at: later(1))
        for seconds in [2, 500] {
            #expect(ledger.observed(flag(.off, revision: "r2"), began: later(seconds)) == [])
            #expect(ledger.observed(flag(), began: later(seconds)) == [])
        }
        let unseen = ChangeOutcome.unknown("it said no, and could not be read back")
        #expect(ledger.answered(change(), unseen, at: later(600)) == [.recordOutcome(change(), unseen)])
        let after = flag(.off, revision: "r2")
        #expect(
            ledger.observed(after, began: later(601))
                == [
                    .recordOutcome(
                        change(),
                        .saved(
                            after, "it took; of its end is known: it said no, and could not be read back"))
                ])
        #expect(ledger.entries.isEmpty)
    }
}

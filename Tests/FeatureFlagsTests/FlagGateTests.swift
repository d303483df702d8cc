import FeatureFlags
import Testing

@Suite struct FlagGateTests {
    private func flag(_ value: FlagValue = .on, name: String = "erp.v2") -> FlagReading {
        FlagReading(name: name, backend: "features", value: value, variants: ["on", "off"], revision: "r1")
    }

    private func refusal(
        _ flag: FlagReading?, _ edit: (inout FlagGate.Circumstances) -> Void = { _ in }
    ) -> ChangeRefusal? {
        var around = FlagGate.Circumstances()
        edit(&around)
        guard case .shut(let refusal) = FlagGate(flag, of: "features", in: around) else { return nil }
        return refusal
    }

    @Test func `ON goes OFF and OFF goes ON`() {
        #expect(FlagGate(flag(.on), of: "features", in: .init()) == .open(to: .off))
        #expect(FlagGate(flag(.off), of: "features", in: .init()) == .open(to: .on))
    }

    @Test func `what is neither is not switched, each with its reason`() {
        let reasons: [(FlagValue, String)] = [
            (.variant("os2"), "it is os2, not plain ON or OFF"),
            (.rollout(25), "it is 25 %, not plain ON or OFF"),
            (.codeDefault, "it is code default, not plain ON or OFF"),
            (.byRule, "it is by rule, not plain ON or OFF"),
            (.unknown("config:show said nothing"), "what it is now is not known: config:show said nothing"),
        ]
        for (value, why) in reasons { #expect(refusal(flag(value)) == ChangeRefusal(.notToggleable, why)) }
    }

    @Test func `of a flag what its backend says of it decides`() {
        var fixed = flag()
        fixed.fixedReason = "a targeting rule decides"
        #expect(refusal(fixed) == ChangeRefusal(.notToggleable, "a targeting rule decides"))
        var refused = flag()
        refused.acceptance = .refused("flagd does not take it", isOwnFault: false)
        #expect(refusal(refused) == ChangeRefusal(.notToggleable, "flagd does not take it"))
        #expect(refusal(flag(name: "erp.v\u{202E}2"))?.code == .notToggleable)
        #expect(refusal(nil)?.code == .unknownFlag)
    }

    /// Of several reasons the one that nothing on the flag can change comes first.
    @Test func `what is so around it keeps it shut`() {
        let reasons: [(ChangeRefusal, (inout FlagGate.Circumstances) -> Void)] = [
            (ChangeRefusal(.stale, "not read for 12 s"), { $0.unread = "not read for 12 s" }),
            (ChangeRefusal(.alreadyChanging, "it is being turned OFF"), { $0.wanted = .off }),
            (
                ChangeRefusal(.alreadyChanging, "whether it was turned OFF is not known yet"),
                {
                    $0.wanted = .off
                    $0.isEndUnknown = true
                }
            ),
            (ChangeRefusal(.notOnRecord, "the disk is full"), { $0.veto = "the disk is full" }),
            (ChangeRefusal(.readOnly, "this one only watches"), { $0.readOnly = "this one only watches" }),
        ]
        var all = FlagGate.Circumstances()
        for (wanted, edit) in reasons {
            #expect(refusal(flag(), edit) == wanted)
            edit(&all)
            #expect(refusal(flag()) { $0 = all } == wanted)
        }
    }
}

import EngineAPI
import FeatureFlags
import Monitoring
@testable import Reports
import Testing

@Suite struct StatusReportTests {
    private func report(_ snapshot: Snapshot, _ memory: Look.Memory = .own) -> StatusReport {
        StatusReport(snapshot, look: Look(memory: memory))
    }

    @Test(arguments: [
        ([Status.ok, .off], Int32(0), "OK"), ([.off], 0, "OK"), ([.ok, .warning], 1, "WARNING"),
        ([.warning, .critical, .unknown], 2, "CRITICAL"), ([.warning, .unknown], 3, "UNKNOWN"),
        ([.stale, .ok], 3, "UNKNOWN"), ([.stale, .warning], 3, "UNKNOWN"), ([], 3, "UNKNOWN"),
    ])
    func `ends as a Nagios plugin does`(statuses: [Status], code: Int32, word: String) {
        let report = report(LookedAt.store(statuses))
        #expect(report.exitCode == code)
        #expect(report.plain.hasPrefix("\(word) - eu-shop: "))
    }

    @Test func `a name is one line and no figure to whoever reads the plain form`() {
        var store = LookedAt.store([.critical])
        store.queues[0].id = EntityID(.queue, "erp|depth=0;;\n|x\u{2028}y\u{85}z")
        store.queues[0].label = store.queues[0].id.name
        store.queues[0].judgement.reason = ["said: a|b\r\nc"]
        let plain = report(store).plain
        #expect(plain.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0 != "|" }, "\(plain)")
        #expect(plain.split(separator: "\n").count == 2 && plain.contains("a¦b"), "\(plain)")
    }

    @Test func `names every check that is not ok, worst first, with its reason`() {
        let expected = """
            CRITICAL - eu-shop: 1 critical, 1 warning of 3 checks
            critical queue:q2: depth 700, limit 500
            warning queue:q1: depth 700, limit 500

            """
        #expect(report(LookedAt.store([.ok, .warning, .critical])).plain == expected)
    }

    @Test func `a change under way is told, and one whose end is not known by its own line alone`() {
        var store = LookedAt.store([.ok])
        let progress: [(String, FlagRow.Progress)] = [
            ("asked", .asked(to: .off, opID: "1")),
            (
                "running",
                .running(to: .on, opID: "2", since: store.at.wall.advanced(bySeconds: -95), pid: 4711)
            ),
            ("seen", .seen), ("lost", .unknown(to: .on, opID: "3")),
        ]
        for (name, progress) in progress {
            let flag = FlagReading(name: name, backend: "flagd", value: .on, variants: [], revision: "1")
            let isLost = progress == .unknown(to: .on, opID: "3")
            var row = FlagRow(
                flag: flag, place: "flagd file",
                judgement: isLost ? Judgement(.unknown, ["not known whether it was turned ON"]) : .ok)
            row.progress = progress
            store.flags.append(row)
        }
        #expect(
            report(store).plain.split(separator: "\n") == [
                "UNKNOWN - eu-shop: 1 unknown of 5 checks",
                "unknown flag:lost: not known whether it was turned ON",
                "under way flag:asked: turning OFF: asked, not yet done",
                "under way flag:running: turning ON for 95 s: still at work, pid 4711",
            ])
    }

    @Test func `what is set aside is listed with who and why, and is neither trouble nor well`() {
        var store = LookedAt.store([.ok, .critical])
        store.queues[1].judgement.aside = Aside(by: "mira", why: "\u{9B}", at: store.at.wall, .hour)
        #expect(report(store).exitCode == 0)
        let plain = report(store).plain
        #expect(
            plain.hasPrefix("OK - eu-shop: 1 check ok, 1 set aside\nset aside (critical queue:q1"), "\(plain)"
        )
        #expect(plain.contains("by mira") && plain.contains("<9B>"))
        store.queues.append(LookedAt.store([.warning]).queues[0])
        #expect(report(store).exitCode == 1)
        #expect(report(store).plain.contains("1 set aside"))
    }

    @Test func `that no flag can be switched is said, and is a warning where all else is well`() {
        func report(_ statuses: [Status]) -> StatusReport {
            StatusReport(LookedAt.store(statuses), look: Look(memory: .own, obstacle: "the disk\nis full"))
        }
        #expect(report([.ok]).exitCode == 1 && report([.critical]).exitCode == 2)
        #expect(
            report([.ok]).plain
                == "WARNING - eu-shop: 1 check ok\nno flag can be switched: the disk⏎is full\n",
            "\(report([.ok]).plain)")
    }

    @Test func `what is pending is well while there is a memory, and a warning where there is none`() {
        var store = LookedAt.store([.ok, .ok, .ok])
        store.assessments = [LookedAt.pending(store.queues[1].id)]
        for memory in [Look.Memory.own, .console] {
            #expect(report(store, memory).exitCode == 0)
            #expect(
                report(store, memory).plain == """
                    OK - eu-shop: all 3 checks ok, 1 pending
                    pending queue:q1: nobody takes messages, critical in 80 s

                    """)
        }
        #expect(report(store, .none).exitCode == 1)
        #expect(
            report(store, .none).plain.hasPrefix(
                "WARNING - eu-shop: all 3 checks ok, 1 pending (no memory)\n"))
    }

    @Test func `what could not be judged is unknown, whatever else is well`() {
        var store = LookedAt.store([.ok, .ok])
        store.assessments = [LookedAt.notJudged(store.queues[0].id)]
        #expect(report(store).exitCode == 3)
        #expect(
            report(store).plain == """
                UNKNOWN - eu-shop: 1 of 2 checks ok, 1 not judged
                not judged queue:q0: needs a second reading

                """)
    }

    @Test(arguments: [
        ([Status.critical], true, true, Int32(2)), ([.unknown], false, true, 3), ([.warning], true, false, 3),
        ([.warning], false, true, 1), ([.ok], true, true, 3), ([.ok], false, true, 0),
    ])
    func `critical before unknown before warning before what is pending`(
        statuses: [Status], hasUnjudged: Bool, hasPending: Bool, code: Int32
    ) {
        var store = LookedAt.store(statuses + [.ok, .ok])
        if hasUnjudged { store.assessments.append(LookedAt.notJudged(store.queues[1].id)) }
        if hasPending { store.assessments.append(LookedAt.pending(store.queues[2].id)) }
        #expect(report(store).exitCode == code)
    }

    @Test func `a check with trouble and a hold is told once`() {
        var store = LookedAt.store([.warning])
        store.assessments = [LookedAt.pending(store.queues[0].id)]
        let plain = report(store).plain
        #expect(plain.split(separator: "\n").count == 2 && !plain.contains("pending"))
    }

    @Test func `rows are called as the screen calls them, and nothing from outside reaches the output raw`() {
        var hostile = LookedAt.store([.critical, .warning])
        hostile.queues[0].id = EntityID(.queue, "a\u{1B}]0;x\u{07}b\u{202E}")
        hostile.queues[0].label = "a\u{1B}]0;x\u{07}b\u{202E}"
        hostile.queues[0].judgement.reason = ["said \u{9B}31m\nroot"]
        hostile.queues[1].label = "erp (rabbit)"
        let plain = report(hostile).plain
        let allowed = plain.unicodeScalars.allSatisfy {
            $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x202E)
        }
        #expect(allowed, "\(plain)")
        #expect(plain.split(separator: "\n").count == 3 && plain.contains("warning queue:erp (rabbit): "))
    }

    @Test func `an empty store is not a good morning`() {
        #expect(report(LookedAt.store([])).plain == "UNKNOWN - eu-shop: nothing is checked\n")
    }

    // MARK: One entity

    @Test(arguments: ["queue:q1", "queue@db:q1"])
    func `narrowed to one entity it shows and judges that alone`(name: String) {
        var store = LookedAt.store([.critical, .ok], in: "db")
        store.assessments = [LookedAt.pending(store.queues[1].id), LookedAt.notJudged(store.queues[0].id)]
        store.cron.sources = ["db"]
        let filter = EntityFilter(name)
        #expect(store.complaint(about: filter) == nil)
        let report = report(store.narrowed(to: filter))
        #expect(
            report.plain
                == "OK - eu-shop: 1 check ok, 1 pending\npending queue:q1: nobody takes messages, critical in 80 s\n"
        )
    }

    @Test func `one name in two places is both, their labels and keys are one each`() {
        var store = LookedAt.store([.ok, .critical])
        for (place, host) in ["a", "b"].enumerated() {
            store.queues[place].id = EntityID(.queue, "erp", in: "rabbit", virtualHost: host)
            store.queues[place].label = "erp (\(host))"
        }
        #expect(report(store.narrowed(to: EntityFilter("queue:erp"))).checks.count == 2)
        #expect(report(store.narrowed(to: EntityFilter("queue:erp (a)"))).exitCode == 0)
        #expect(report(store.narrowed(to: EntityFilter("queue@rabbit/b:erp"))).exitCode == 2)
    }

    @Test func `names are compared as bytes`() {
        var store = LookedAt.store([.ok])
        store.queues[0].id = EntityID(.queue, "ERP.STOC\u{212A}")
        store.queues[0].label = "ERP.STOC\\u{212A}"
        #expect(store.complaint(about: EntityFilter("queue:ERP.STOCK")) != nil)
        #expect(store.complaint(about: EntityFilter("queue:ERP.STOC\u{212A}")) == nil)
    }

    @Test func `what there is not is said, with what was meant or what was not read`() {
        var store = LookedAt.store([.ok])
        #expect(
            store.complaint(about: EntityFilter("queue:q9"))
                == "there is no queue:q9 in eu-shop, did you mean queue:q0?")
        store.sources = [LookedAt.source("rabbit", reads: 1, isRead: false)]
        #expect(
            store.complaint(about: EntityFilter("queue:q9"))
                == "nothing that was read in eu-shop is called queue:q9; not read: rabbit")
    }
}

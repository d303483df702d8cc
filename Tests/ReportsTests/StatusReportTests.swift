import EngineAPI
import Monitoring
@testable import Reports
import Testing

@Suite struct StatusReportTests {
    func snapshot(_ statuses: [Status]) -> Snapshot {
        var snapshot = Snapshot(
            at: Timestamp(boot: .seconds(1), wall: WallTime(seconds: 1_790_000_000), bootID: "test"),
            environment: EnvironmentFacts(name: "eu-shop", isProduction: true, access: .readOnly))
        snapshot.queues = statuses.enumerated().map { index, status in
            QueueRow(
                id: EntityID(.queue, "q\(index)"), transport: .db,
                judgement: Judgement(status, status < .ok ? ["depth 700", "limit 500"] : []))
        }
        return snapshot
    }

    @Test(arguments: [
        ([Status.ok, .off], Int32(0), "OK"), ([.ok, .warning], 1, "WARNING"),
        ([.warning, .critical, .unknown], 2, "CRITICAL"), ([.warning, .unknown], 3, "UNKNOWN"),
        ([.stale, .ok], 3, "UNKNOWN"), ([], 3, "UNKNOWN"),
    ])
    func `ends as a Nagios plugin does`(statuses: [Status], code: Int32, word: String) {
        let report = StatusReport(snapshot(statuses))
        #expect(report.exitCode == code)
        #expect(report.plain.hasPrefix("\(word) - eu-shop: "))
    }

    @Test func `names every check that is not ok, worst first, with its reason`() {
        let report = StatusReport(snapshot([.ok, .warning, .critical]))
        let expected = """
            CRITICAL - eu-shop: 1 critical, 1 warning of 3 checks
            critical queue:q2: depth 700, limit 500
            warning queue:q1: depth 700, limit 500

            """
        #expect(report.plain == expected)
    }

    @Test func `what is set aside is listed with who and why, and is neither trouble nor well`() {
        var store = snapshot([.ok, .critical])
        store.queues[1].judgement.aside = Aside(
            by: "mira", why: "\u{9B}", at: store.at.wall, .hour)
        let report = StatusReport(store)
        #expect(report.exitCode == 0)
        let expected = """
            OK - eu-shop: 1 check ok, 1 set aside
            set aside (critical queue:q1: depth 700, limit 500): set aside by mira until 15:13: <9B>

            """
        #expect(report.plain == expected)
        store.queues.append(snapshot([.warning]).queues[0])
        let worse = StatusReport(store).plain
        #expect(worse.hasPrefix("WARNING - eu-shop: 1 warning, 1 set aside of 3 checks\n"))
    }

    @Test func `nothing from outside reaches the output raw`() {
        var hostile = snapshot([.critical])
        hostile.queues[0].id = EntityID(.queue, "a\u{1B}]0;x\u{07}b\u{202E}")
        hostile.queues[0].judgement.reason = ["said \u{9B}31m\nroot"]
        let plain = StatusReport(hostile).plain
        let allowed = plain.unicodeScalars.allSatisfy {
            $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x202E)
        }
        #expect(allowed, "\(plain)")
        #expect(plain.split(separator: "\n").count == 2)
    }

    @Test func `a script is told when a share does not cover its span`() throws {
        var store = snapshot([.ok])
        let flow = Integration(name: "orders-erp", thing: "orders", direction: .out, system: "ERP")
        store.integrations = [IntegrationRow(integration: flow, judgement: .ok)]
        store.integrations[0].fiveMinutes = FailureShare(
            failed: 2, finished: 31, coverage: Coverage(seconds: 247.9))
        #expect(StatusDocument(store).integrations.first?.covered5MinSeconds == 247)
        store.integrations[0].fiveMinutes?.coverage = nil
        #expect(StatusDocument(store).integrations.first?.covered5MinSeconds == nil)
    }

    @Test func `an empty store is not a good morning`() {
        #expect(StatusReport(snapshot([])).plain == "UNKNOWN - eu-shop: nothing is checked\n")
    }
}

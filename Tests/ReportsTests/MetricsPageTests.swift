import Documents
import EngineAPI
import FeatureFlags
import Monitoring
@testable import Reports
import Testing
import Text

/// A snapshot in Prometheus's text form.
@Suite struct MetricsPageTests {
    private func lines(_ store: Snapshot) -> [String] {
        String(decoding: MetricsPage.text(store), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func unnamed<Subject>(_ record: Record<Subject>, _ names: [String: String]) -> [String] {
        record.fields.filter { $0.number != nil }.map(\.name).filter {
            names[$0] == nil && MetricNames.leftOut[$0] == nil
        }
    }

    @Test func `each figure of status is a metric, or it is said why not`() {
        #expect(
            unnamed(StatusRows.queue, MetricNames.queue) + unnamed(StatusRows.flow, MetricNames.flow)
                + unnamed(StatusRows.heartbeat, MetricNames.heartbeat)
                + unnamed(StatusRows.job, MetricNames.job)
                + unnamed(StatusRows.indexer, MetricNames.indexer)
                + unnamed(StatusRows.flag, MetricNames.flag)
                + unnamed(StatusRows.probe, MetricNames.probe) == [])
    }

    @Test func `what is not known, or old, is no sample, and a zero is one`() {
        var store = LookedAt.store([.ok, .unknown, .critical])
        for place in store.queues.indices { store.queues[place].ready = Count(0) }
        store.queues[0].inRate = .nan
        store.queues[2].judgement.asOf = WallTime(seconds: 5)
        let samples = lines(store).filter { $0.hasPrefix("hypercare_queue_") }
        #expect(samples.filter { $0.contains("ready_messages") }.count == 1, "\(samples)")
        #expect(samples.contains { $0.hasPrefix("hypercare_queue_ready_messages{") && $0.hasSuffix("} 0") })
        #expect(!samples.contains { $0.contains("arriving") || $0.contains("NaN") || $0.contains("nan") })
    }

    @Test func `hostile names stay inside their quotes, and no two rows are one series`() {
        var store = LookedAt.store([.ok, .ok])
        store.environment.name = "a\"} 1\nup{x=\"\\"
        store.queues[0].label = "q\n\u{1B}[31m\"\\"
        store.queues[0].ready = Count(1)
        store.queues[1].ready = Count(2)
        let all = lines(store)
        for line in all where !line.hasPrefix("#") {
            let isWhole = line.wholeMatch(
                of: /hypercare_[a-z0-9_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? [-0-9.e+]+/)
            #expect(isWhole != nil, "\(line)")
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        }
        let series = all.filter { !$0.hasPrefix("#") }.map { $0[..<($0.lastIndex(of: " ") ?? $0.endIndex)] }
        #expect(Set(series).count == series.count)
        #expect(
            all.filter { $0.hasPrefix("# TYPE") }.count == Set(all.filter { $0.hasPrefix("# TYPE") }).count)
    }

    @Test func `statuses are told one by one and counted`() {
        var store = LookedAt.store([.critical, .ok, .warning])
        store.queues[0].judgement.since = WallTime(seconds: 1_700_000_000)
        let all = lines(store)
        #expect(all.contains { $0.hasPrefix("hypercare_checks{") && $0.contains("status=\"critical\"} 1") })
        #expect(all.contains { $0.hasPrefix("hypercare_checks{") && $0.contains("status=\"unknown\"} 0") })
        #expect(
            all.contains {
                $0.contains("check_status{") && $0.contains("queue:q0") && $0.contains("critical")
            })
        #expect(all.contains { $0.contains("check_since_timestamp_seconds{") && $0.hasSuffix(" 1700000000") })
    }

    @Test func `an alert is a sample, and a member of the document`() throws {
        var store = LookedAt.store([.critical], in: "rabbit")
        var alert = AlertRow(
            store.queues[0].id, label: "q0", .noConsumer, .critical, since: LookedAt.wall,
            openedAt: LookedAt.wall,
            sentence: "nobody takes messages")
        alert.foldedCount = 3
        alert.folded = [AlertKey(entity: EntityID(.integration, "orders"), kind: .silent)]
        alert.silence = Silence(
            id: "s1", SilenceMatcher(AlertKey(entity: alert.entity, kind: alert.kind), nil), by: "mira",
            why: "the ERP is closed", at: store.at.wall, until: store.at.wall.advanced(bySeconds: 3600))
        store.alerts = [alert]
        store.silences = [alert.silence].compactMap(\.self)
        #expect(
            lines(store).contains { $0.hasPrefix("hypercare_alert{") && $0.contains("kind=\"no consumer\"") })
        #expect(lines(store).contains { $0.hasPrefix("hypercare_alert_followers{") && $0.hasSuffix("} 3") })
        let document = StatusDocument.document(StatusReport(store, look: Look(memory: .console)))
        let node = try JSON.read(JSONWriter.write(document), name: "status")
        let told = node["alerts"]?.elements?.first
        #expect(told?["key"]?.string == "queue@rabbit:q0" && told?["followCount"]?.int == 3)
        #expect(told?["follows"]?.elements?.first?["kind"]?.string == "silent")
        #expect(told?["silenced"]?.bool == true && told?["silence"]?["why"]?.string == "the ERP is closed")
        let silences = node["silences"]?.elements
        #expect(silences?.first?["matcher"]?.string == "queue:q0 kind=no-consumer source=rabbit")
        #expect(lines(store).contains { $0.hasPrefix("hypercare_alert{") && $0.contains("silenced=\"yes\"") })
        #expect(lines(store).contains { $0.hasPrefix("hypercare_silence_end_timestamp_seconds{") })
        let notice = AlertNotice(number: 7, at: LookedAt.wall, what: .unsilenced, alert: alert)
        let line = NoticeLine.document(notice, of: store.environment)
        let read = try JSON.read(JSONWriter.write(line), name: "alerts")
        #expect(read["silenced"]?.bool == true && read["silence"]?["by"]?.string == "mira")
        #expect(read["what"]?.string == "unsilenced" && read["state"]?.string == "open")
        store.pending = [
            PendingAlert(
                AlertKey(entity: store.queues[0].id, kind: .growing), label: "q0", .warning,
                at: LookedAt.wall.advanced(bySeconds: 60), sentence: "grows"),
            PendingAlert(
                AlertKey(entity: store.queues[0].id, kind: .stuck), label: "q0", .critical, at: nil,
                evidence: 0.75, sentence: "seems stuck"),
        ]
        let later = StatusDocument.document(StatusReport(store, look: Look(memory: .console)))
        let both = try JSON.read(JSONWriter.write(later), name: "status")["pendingAlerts"]?.elements
        let waiting = both?.first
        #expect(both?.last?["evidence"]?.double == 0.75 && both?.last?["at"]?.isNull != false)
        #expect(waiting?["kind"]?.string == "growing" && waiting?["severity"]?.string == "warning")
        #expect(!lines(store).contains { $0.hasPrefix("hypercare_alert{") && $0.contains("growing") })
        let narrowed = store.narrowed(to: EntityFilter("queue:nothing"))
        #expect(narrowed.alerts.isEmpty)
    }
}

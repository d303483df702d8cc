package import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// What a snapshot holds in Prometheus's text form, so that a store's own Alertmanager and Grafana can take it from
/// there: made of the same declarations as `status --json`.
///
/// A figure that is not known, or too old to be trusted, is left out: it is never 0, and never shown as of now.
package enum MetricsPage {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// UTF-8.
    package static func text(_ snapshot: Snapshot) -> [UInt8] {
        var page = Page(snapshot)
        page.add(StatusRows.queue, "queue", snapshot.queues, named: MetricNames.queue)
        page.add(StatusRows.flow, "integration", snapshot.integrations, named: MetricNames.flow)
        page.add(StatusRows.heartbeat, "cron", snapshot.cron.known, named: MetricNames.heartbeat)
        page.add(StatusRows.job, "cron_job", snapshot.cron.jobs, named: MetricNames.job)
        page.add(StatusRows.indexer, "indexer", snapshot.indexers, named: MetricNames.indexer)
        page.add(StatusRows.flag, "flag", snapshot.flags, named: MetricNames.flag)
        page.add(probesOf: snapshot.sources)
        page.add(checksOf: snapshot)
        return page.bytes
    }
}

private struct Page {
    private let environment: MetricFamily.Label
    private(set) var bytes: [UInt8] = []

    init(_ snapshot: Snapshot) {
        environment = .init(name: "environment", value: snapshot.environment.name)
        var made = MetricFamily(
            "hypercare_snapshot_timestamp_seconds", "When these figures were put together.")
        made.add(Double(snapshot.at.wall.milliseconds) / 1000, [environment])
        bytes += made.lines
    }

    mutating func add<Subject: Row>(
        _ record: Record<Subject>, _ kind: String, _ rows: [Subject], named names: [String: String]
    ) {
        let fresh = rows.filter { $0.judgement.status != .unknown && $0.judgement.asOf == nil }
        for field in record.fields {
            guard let name = names[field.name], let number = field.number else { continue }
            var family = MetricFamily("hypercare_\(kind)_\(name)", field.text)
            for row in fresh {
                guard let value = number(row) else { continue }
                family.add(value, labels(of: row, kind))
            }
            bytes += family.lines
        }
    }

    mutating func add(probesOf sources: [SourceRow]) {
        for field in StatusRows.probe.fields {
            guard let name = MetricNames.probe[field.name], let number = field.number else { continue }
            var family = MetricFamily(
                "hypercare_probe_\(name)", field.text, name.hasSuffix("_total") ? .counter : .gauge)
            for source in sources {
                for probe in source.probes {
                    guard let value = number(probe) else { continue }
                    family.add(
                        value,
                        [
                            environment, .init(name: "source", value: source.label),
                            .init(name: "probe", value: probe.schedule.id),
                        ])
                }
            }
            bytes += family.lines
        }
    }

    /// Status and since of everything that is judged, and how many there are of each.
    mutating func add(checksOf snapshot: Snapshot) {
        let report = StatusReport(snapshot, look: Look(memory: .console))
        var status = MetricFamily(
            "hypercare_check_status",
            "1 for the status that each check has; what is aside has the label aside.")
        var since = MetricFamily(
            "hypercare_check_since_timestamp_seconds", "When that status began, of what is not well.")
        for check in report.checks {
            let labels = [environment, .init(name: "check", value: check.id)]
            let word = check.judgement.status.rawValue
            status.add(
                1,
                labels + [
                    .init(name: "status", value: word),
                    .init(name: "aside", value: check.judgement.aside == nil ? "no" : "yes"),
                ])
            if check.judgement.status < .ok, let began = check.judgement.since {
                since.add(Double(began.milliseconds) / 1000, labels)
            }
        }
        var counts = MetricFamily("hypercare_checks", "Checks by status, without those that are set aside.")
        for status in Status.allCases {
            counts.add(
                Double(report.count(status)), [environment, .init(name: "status", value: status.rawValue)])
        }
        var alerts = MetricFamily(
            "hypercare_alert", "1 for each alert that is open, one a cause; what follows from it is in none.")
        var follow = MetricFamily("hypercare_alert_followers", "How many more follow from each.")
        for alert in snapshot.alerts {
            let labels = [
                environment, .init(name: "entity", value: alert.entity.description),
                .init(name: "key", value: alert.entity.key), .init(name: "kind", value: alert.kind.rawValue),
                .init(name: "severity", value: alert.severity.rawValue),
                .init(name: "owner", value: alert.owner ?? ""),
                .init(name: "aside", value: alert.aside == nil ? "no" : "yes"),
                .init(name: "silenced", value: alert.silence == nil ? "no" : "yes"),
            ]
            alerts.add(1, labels)
            follow.add(Double(alert.foldedCount), labels)
        }
        var silences = MetricFamily(
            "hypercare_silence_end_timestamp_seconds", "When each silence of alerts ends by itself.")
        for silence in snapshot.silences {
            silences.add(
                Double(silence.until.milliseconds) / 1000,
                [
                    environment, .init(name: "id", value: silence.id),
                    .init(name: "matcher", value: silence.matcher.text), .init(name: "by", value: silence.by),
                ])
        }
        bytes += status.lines + since.lines + counts.lines + alerts.lines + follow.lines + silences.lines
    }

    private func labels(of row: some Row, _ kind: String) -> [MetricFamily.Label] {
        var labels = [environment, MetricFamily.Label(name: kind, value: row.label)]
        if !row.id.source.isEmpty { labels.append(.init(name: "source", value: row.id.source)) }
        if let host = row.id.virtualHost { labels.append(.init(name: "virtual_host", value: host)) }
        return labels
    }
}

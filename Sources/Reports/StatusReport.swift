package import EngineAPI
import FeatureFlags
import Monitoring
import Text

/// One look at a store for a script or a colleague: the verdict, then every check that is not ok.
package struct StatusReport: Sendable {
    private let snapshot: Snapshot

    package init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    /// As a Nagios plugin ends: 0 ok, 1 warning, 2 critical, 3 unknown (monitoring-plugins guidelines,
    /// "Plugin Return Codes"). Stale counts as unknown: the script must not take an old figure for a good
    /// one; no check at all is unknown too.
    package var exitCode: Int32 {
        switch snapshot.verdict.worst {
        case .critical: 2
        case .unknown, .stale: 3
        case .warning: 1
        case .ok, .off: 0
        }
    }

    /// `CRITICAL - eu-shop: 2 critical, 1 unknown of 118 checks`, then a line for each of them.
    package var plain: String {
        let verdict = snapshot.verdict
        var lines = ["\(word) - \(clean(snapshot.environment.name)): \(Self.counts(verdict))"]
        for check in checks where check.judgement.status < .ok {
            var line = "\(check.judgement.status.rawValue) \(clean(check.id))"
            if !check.judgement.reason.isEmpty {
                line += ": " + clean(check.judgement.reason.joined(separator: ", "))
            }
            if let aside = check.judgement.aside {
                line = "set aside (\(line)): \(clean(aside.sentence(at: snapshot.at.wall)))"
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Everything judged, worst first.
    var checks: [(id: String, judgement: Judgement)] {
        var all: [(id: String, judgement: Judgement)] = []
        if !snapshot.cron.sources.isEmpty { all.append(("cron", snapshot.cron.judgement)) }
        func add(_ rows: [any Row]) { all += rows.map { ($0.id.description, $0.judgement) } }
        add(snapshot.sources)
        add(snapshot.queues)
        add(snapshot.integrations)
        add(snapshot.cron.jobs)
        add(snapshot.indexers)
        add(snapshot.flags)
        return all.enumerated().sorted { left, right in
            left.element.judgement.status == right.element.judgement.status
                ? left.offset < right.offset : left.element.judgement.status < right.element.judgement.status
        }.map(\.element)
    }

    private var word: String {
        switch exitCode {
        case 0: "OK"
        case 1: "WARNING"
        case 2: "CRITICAL"
        default: "UNKNOWN"
        }
    }

    /// `2 critical, 1 unknown of 118 checks`, `all 118 checks ok`, `nothing is checked`.
    static func counts(_ verdict: Verdict) -> String {
        guard verdict.checks > 0 else { return "nothing is checked" }
        let bad = Status.allCases.filter { $0 < .ok }.compactMap { status in
            verdict.counts[status].map { "\($0) \(status.rawValue)" }
        }
        let checks = Figures.counted(verdict.checks, "check")
        let aside = verdict.setAside > 0 ? ["\(verdict.setAside) set aside"] : []
        if bad.isEmpty {
            let judged = verdict.checks - verdict.setAside
            let good = judged == 1 ? "1 check ok" : "all \(Figures.counted(judged, "check")) ok"
            return ((judged > 0 ? [good] : []) + aside).joined(separator: ", ")
        }
        return (bad + aside).joined(separator: ", ") + " of \(checks)"
    }

    private func clean(_ text: String) -> String { Sanitizer.line(text) }
}

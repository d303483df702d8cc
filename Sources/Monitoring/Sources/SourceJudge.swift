/// Judges a source by its probes.
package enum SourceJudge {
    /// What is wrong; a trouble that not all probes share names what cannot be read.
    package static func findings(
        _ probes: [ProbeWatch], limits: FreshnessLimits, at now: Timestamp
    ) -> [Finding] {
        var findings: [Finding] = []
        let failing = probes.filter { $0.failure != nil }
        if let first = failing.min(by: { earlier($0, $1) }) {
            for finding in first.findings(limits, at: now) {
                var finding = finding
                if failing.count < probes.count {
                    finding.what =
                        "\(failing.map(\.schedule.subject).joined(separator: ", ")): \(finding.what)"
                }
                findings.append(finding)
            }
        }
        for probe in probes where probe.failure == nil {
            for finding in probe.findings(limits, at: now) where !findings.contains(finding) {
                // Another failure has already said that the source is in trouble.
                if finding.status == .unknown, !failing.isEmpty { continue }
                findings.append(finding)
            }
        }
        return findings
    }

    private static func earlier(_ left: ProbeWatch, _ right: ProbeWatch) -> Bool {
        guard let one = left.failingSince, let other = right.failingSince else { return false }
        return one.boot == other.boot ? left.schedule.id < right.schedule.id : one.boot < other.boot
    }
}

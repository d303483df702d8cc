package import Monitoring

/// One step of looking at a source, from its name to one read, as `doctor` prints them.
package struct DoctorStep: Sendable, Hashable, Codable {
    package enum Outcome: String, Sendable, Codable {
        case ok, failed
        /// Not tried, because an earlier step failed or the config does not ask for it.
        case skipped
    }

    /// `connect`, `TLS`, `login`, `privileges`, `guards`, `read`.
    package var name: String
    package var outcome: Outcome
    /// What was found: `MariaDB 10.11.19 over TLSv1.3`. Sanitised.
    package var text: String
    /// What to do when it failed; empty otherwise.
    package var advice: String

    package init(_ name: String, _ outcome: Outcome, _ text: String, advice: String = "") {
        self.name = name
        self.outcome = outcome
        self.text = text
        self.advice = advice
    }

    /// `insecure`: why a password may be read on its way, where it can be.
    static func withoutTLS(_ insecure: String?) -> DoctorStep {
        guard let insecure else { return DoctorStep("TLS", .skipped, "not asked for") }
        return DoctorStep(
            "TLS", .skipped, "the password can be read on the way: \(insecure)",
            advice: "Take `insecure` away as soon as the server has TLS.")
    }
}

/// A probe whose source can be looked at step by step, apart from its reads.
package protocol Examinable: Probe {
    @concurrent func examine() async -> [DoctorStep]
}

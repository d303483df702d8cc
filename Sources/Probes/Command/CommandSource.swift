package import Monitoring
package import Platform

/// A program that is run and whose answer is read.
package struct CommandSource: Sendable, Hashable {
    package enum Output: Sendable, Hashable {
        /// A Nagios plugin's: exit code 0 to 3, a line, figures.
        case nagios
        /// One JSON object, see `CommandReport`.
        case json
    }

    /// What its counts count.
    package enum Counts: Sendable, Hashable {
        /// What was since the run before.
        case sinceLast
        /// Everything ever; the difference of two runs counts.
        case totals
    }

    /// As the config names it.
    package var name: String
    /// The program and its arguments; no shell is asked.
    package var arguments: [String]
    /// A command prefix, `["ssh", "app1"]`; empty runs the program here.
    package var via: [String]
    package var output: Output
    package var counts: Counts
    /// The integrations the answer is about; empty when it is about queues or the source alone.
    package var integrations: [String]
    /// All of the program's environment.
    package var environment: [String: String]
    package var interval: Duration
    package var deadline: Duration
    /// Bytes of output that are read.
    package var outputCap: Int
    /// Who may have put the program where it is.
    package var trust: FileTrust

    package init(
        _ name: String, _ arguments: [String], via: [String] = [], output: Output,
        counts: Counts = .sinceLast, integrations: [String] = [],
        environment: [String: String] = ["PATH": ChildCommand.standardPath],
        interval: Duration = .seconds(60),
        deadline: Duration = .seconds(10), outputCap: Int = 1 << 20, trust: FileTrust = FileTrust()
    ) {
        self.trust = trust
        self.name = name
        self.arguments = arguments
        self.via = via
        self.output = output
        self.counts = counts
        self.integrations = integrations
        self.environment = environment
        self.interval = interval
        self.deadline = deadline
        self.outputCap = outputCap
    }

    /// For people. Without arguments: a plugin is often given a password in one.
    var title: String { [via.first, arguments.first].compactMap(\.self).joined(separator: " … ") }

    package var schedule: ProbeSchedule {
        ProbeSchedule(
            id: name + "/command", source: name, kind: "command",
            subject: integrations.isEmpty ? "queues" : "outcomes", interval: interval, deadline: deadline)
    }
}

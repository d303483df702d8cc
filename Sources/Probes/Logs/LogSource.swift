package import Monitoring
package import Platform

/// One log file and how its lines tell outcomes.
package struct LogSource: Sendable, Hashable {
    /// As the config names it.
    package var name: String
    /// Absolute, on the machine that holds the file.
    package var path: String
    /// A command prefix that leads to that machine, `["ssh", "app1"]`; empty for a file here.
    package var via: [String]
    /// All of the environment of the programs behind a prefix.
    package var environment: [String: String]
    package var format: LineFormat
    package var rules: [OutcomeRule]
    package var interval: Duration
    package var deadline: Duration
    /// Bytes that are read at a start in any case, so that the last success is known.
    package var lookBack: Int
    /// Bytes that are read at a start at most, to have the last hour: here, and behind a prefix.
    package var history: Int
    package var farHistory: Int
    /// Bytes read at once; of what is more the oldest lines are left out and counted.
    package var budget: Int
    /// Who may have put the first word of `via` where it is.
    package var trust = FileTrust()

    package init(
        _ name: String, path: String, via: [String] = [], format: LineFormat, rules: [OutcomeRule],
        interval: Duration = .seconds(5), deadline: Duration = .seconds(4), lookBack: Int = 256 << 10,
        history: Int = 32 << 20, farHistory: Int = 8 << 20, budget: Int = 32 << 20,
        environment: [String: String] = ["PATH": ChildCommand.standardPath]
    ) {
        self.name = name
        self.path = path
        self.via = via
        self.format = format
        self.rules = rules
        self.interval = interval
        self.deadline = deadline
        self.lookBack = lookBack
        self.history = history
        self.farHistory = farHistory
        self.budget = budget
        self.environment = environment
    }

    package var schedule: ProbeSchedule {
        ProbeSchedule(
            id: name + "/outcomes", source: name, kind: "log", subject: "outcomes", interval: interval,
            deadline: deadline)
    }
}

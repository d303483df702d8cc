package import Monitoring
package import Platform

/// The folder of a store's code and how it is looked at.
package struct ReleaseSource: Sendable, Hashable {
    /// As the config names it.
    package var name: String
    /// Magento's folder, absolute, on the machine that holds it.
    package var root: String
    /// The link that a deploy points elsewhere; nil where there is none.
    package var link: String?
    /// A command prefix that leads to that machine; empty for a folder here.
    package var via: [String]
    package var interval: Duration
    package var deadline: Duration
    /// All of the environment of the programs behind a prefix.
    package var environment: [String: String]
    /// Who may have put the first word of `via` where it is.
    package var trust: FileTrust

    package init(
        _ name: String, root: String, link: String? = nil, via: [String] = [],
        interval: Duration = .seconds(10), deadline: Duration = .seconds(8),
        environment: [String: String] = ["PATH": ChildCommand.standardPath], trust: FileTrust = FileTrust()
    ) {
        self.name = name
        self.root = root
        self.link = link
        self.via = via
        self.interval = interval
        self.deadline = deadline
        self.environment = environment
        self.trust = trust
    }

    package var schedule: ProbeSchedule {
        var schedule = ProbeSchedule(
            id: "\(name)/\(ProbeSchedule.changesSubject)", source: name, kind: "release",
            subject: ProbeSchedule.changesSubject, interval: interval, deadline: deadline)
        schedule.reach = (via + [root, link ?? ""]).joined(separator: " ")
        return schedule
    }

    var flag: String { root + (root.hasSuffix("/") ? "" : "/") + "var/.maintenance.flag" }
}

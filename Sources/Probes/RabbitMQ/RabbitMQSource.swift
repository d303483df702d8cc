package import Monitoring
package import Text

/// A RabbitMQ broker behind its management API (`apis.md` 1).
package struct RabbitMQSource: Sendable, Hashable {
    /// As the config names it.
    package var name: String
    /// The address of its management API.
    package var address: String
    /// The virtual hosts to read; empty reads every one that can be read.
    package var virtualHosts: [String]
    /// Queues nobody is to take from. Neither arguments nor policies show it: a work queue may have a time to live
    /// and a dead letter target too.
    package var withoutConsumers: [NamePattern]
    /// Queues that are not shown.
    package var ignored: [NamePattern]
    package var interval: Duration
    package var deadline: Duration
    /// Why its password may be read on the way; nil when it cannot be.
    package var insecure: String?

    package init(
        _ name: String, address: String = "", virtualHosts: [String] = [],
        withoutConsumers: [NamePattern] = [],
        ignored: [NamePattern] = [],
        interval: Duration = .seconds(10), deadline: Duration = .seconds(8)
    ) {
        self.name = name
        self.address = address
        self.virtualHosts = virtualHosts
        self.withoutConsumers = withoutConsumers
        self.ignored = ignored
        self.interval = interval
        self.deadline = deadline
    }

    package var schedule: ProbeSchedule {
        var schedule = ProbeSchedule(
            id: name + "/queues", source: name, kind: "rabbitmq", subject: "queues", interval: interval,
            deadline: deadline)
        let parts = [[address], virtualHosts, ignored.map(\.text)]
        schedule.insecure = insecure
        schedule.reach = parts.map { $0.joined(separator: " ") }.joined(separator: ", ")
        return schedule
    }
}

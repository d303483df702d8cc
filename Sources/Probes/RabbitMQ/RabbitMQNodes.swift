import Documents
import Monitoring
import Text

/// The nodes of a cluster: which run, which see each other, and which hold publishers back.
struct RabbitMQNodes {
    static let path =
        "/api/nodes?columns=name,running,partitions,mem_alarm,disk_free_alarm,being_drained,uptime"

    private(set) var names: [String] = []
    private(set) var notices: [SourceNotice] = []
    /// Milliseconds that each node which runs has been up, where it tells.
    private(set) var uptimes: [String: Int] = [:]
    /// Every node that runs said how its alarms are; without statistics none does.
    private(set) var tellsAlarms = true

    /// Nil when the answer lists no node.
    init?(_ node: Node) {
        guard let nodes = node.elements, !nodes.isEmpty, nodes.allSatisfy({ $0["name"]?.string != nil })
        else {
            return nil
        }
        for node in nodes {
            let name = Sanitizer.line(node["name"]?.string ?? "", maxBytes: 128)
            names.append(name)
            guard node["running"]?.bool == true else {
                let isKnown = node["running"]?.bool == false
                let text = isKnown ? "node \(name) does not run" : "node \(name) does not say whether it runs"
                notices.append(SourceNotice(isKnown ? .critical : .unknown, text))
                continue
            }
            uptimes[name] = RabbitMQFigure(node["uptime"]).value
            let others = (node["partitions"]?.elements ?? []).compactMap(\.string)
            if !others.isEmpty {
                let names = Sanitizer.line(others.joined(separator: ", "), maxBytes: 256)
                notices.append(SourceNotice(.critical, "node \(name) is cut off from \(names) (partition)"))
            }
            for (column, resource) in [("mem_alarm", "memory"), ("disk_free_alarm", "disk")] {
                switch node[column]?.bool {
                case true?: notices.append(Self.alarm(resource, on: name))
                case false?: break
                case nil: tellsAlarms = false
                }
            }
            if node["being_drained"]?.bool == true {
                notices.append(SourceNotice(.warning, "node \(name) is in maintenance, without clients"))
            }
        }
    }

    static func alarm(_ resource: String, on node: String) -> SourceNotice {
        SourceNotice(
            .critical,
            Sanitizer.line("\(resource) alarm on \(node), publishers are blocked", maxBytes: 512))
    }
}

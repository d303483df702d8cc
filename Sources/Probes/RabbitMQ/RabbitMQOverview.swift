import Documents
import Monitoring
import Text

/// What a broker says of itself.
struct RabbitMQOverview: Sendable {
    static let path =
        "/api/overview?columns=rabbitmq_version,management_version,cluster_name,node,disable_stats,rates_mode,"
        + "object_totals.queues,statistics_db_event_queue"
    /// It changes with a restart, and so rarely that it need not be asked for each time.
    static let lifetime = 60.0

    var version: String
    /// Empty where it is not told.
    var clusterName: String
    var hasStatistics: Bool
    /// How many messages came and left is counted for each queue (`rates_mode` is not `none`).
    var countsMessages: Bool
    /// Queues of all virtual hosts this account may see.
    var queues: Int?
    /// Events its statistics have yet to take in.
    var lag: Int

    /// Nil when it is none: whatever answers everything with `[]` or `{}` is no broker.
    init?(_ node: Node) {
        guard let version = node["rabbitmq_version"]?.string ?? node["management_version"]?.string else {
            return nil
        }
        self.version = Sanitizer.line(version, maxBytes: 64)
        clusterName = Sanitizer.line(node["cluster_name"]?.string ?? "", maxBytes: 128)
        hasStatistics = node["disable_stats"]?.bool != true
        countsMessages = hasStatistics && node["rates_mode"]?.string != "none"
        queues = RabbitMQFigure(node["object_totals"]?["queues"]).value
        lag = RabbitMQFigure(node["statistics_db_event_queue"]).value ?? 0
    }

    var notices: [SourceNotice] {
        var notices: [SourceNotice] = []
        if !hasStatistics {
            notices.append(
                SourceNotice(
                    .warning,
                    "the broker's statistics are switched off: nothing is known of consumers, arrivals and progress"
                ))
        } else if !countsMessages {
            notices.append(
                SourceNotice(
                    .warning,
                    "the broker counts no messages (rates_mode is none): nothing is known of arrivals and progress"
                ))
        }
        if lag > 1000 {
            notices.append(
                SourceNotice(
                    .warning,
                    "the broker's figures lag: \(Figures.counted(lag, "event waits", "events wait"))"))
        }
        return notices
    }
}

extension LivingStore {
    /// How the console is to watch.
    package struct Watch: Sendable {
        /// Seconds between two reads; nil takes the defaults.
        package var interval: Double?
        /// Seconds after which a queue that is served all the time is told; nil takes the default.
        package var hold: Double?
        /// Where the broker is asked; nil for itself.
        package var brokerURL: String?
        /// The config's `alerts`, as one line of YAML: `{notify: [/usr/local/bin/page]}`.
        package var alerts: String?
        /// An invalid index and a flow without success are told as soon as a queue is, failures by detectors alone.
        package var isQuick = false

        package init(interval: Double? = nil, hold: Double? = nil) {
            self.interval = interval
            self.hold = hold
        }

        package func interval(of source: String) -> Double { interval ?? (source == "rabbit" ? 10 : 5) }

        /// Seconds within which a consumer that stopped is to be told.
        package func limit(for consumer: Consumer) -> Double {
            let own = consumer.pace > 1 ? 120 : hold ?? 120
            // A broker gathers its figures by itself, each 5 s unless it is told otherwise.
            let gathered: Double = consumer.source == "rabbit" ? 5 : 0
            let interval = interval(of: consumer.source)
            // No pace finer than the figures come can be seen.
            let pace = max(consumer.pace, hold == nil ? 0 : gathered + 2 * interval)
            return max(own, 3 * pace) + 3 * interval + gathered
        }
    }

    package static let environment = "living-shop"

    /// Writes the config and answers its path.
    package func config(_ watch: Watch) throws -> String {
        let timing =
            watch.interval.map { "\n        interval: \(Int($0))s\n        deadline: \(Int($0))s" } ?? ""
        var limits = "\n      by_name:"
        if let hold = watch.hold {
            for consumer in consumers where consumer.pace <= 1 {
                limits += "\n        \(consumer.queue): {no_consumer_hold: \(Int(hold))s}"
            }
        } else {
            limits = ""
        }
        let quick = watch.isQuick ? Int(watch.hold ?? 15) : nil
        func own(_ words: String) -> String { "\n        limits: {\(words), critical: off}}" }
        let silence = quick.map { own("last_success: {warning: \(2 * $0)s") } ?? ""
        let share = quick.map { _ in own("failure_share: {warning: 0.5") } ?? ""
        let indexers = quick.map { "\n    indexers: {limits: {invalid_hold: \($0)s}}" } ?? ""
        let text = """
            environments:
              \(Self.environment):
                production: true
                alerts: \(watch.alerts ?? "{}")
                sources:
                  magento-db:
                    type: mysql
                    host: 127.0.0.1
                    port: \(database.port)
                    user: hypercare
                    password: {file: \(folder.path("db-password"))}
                    database: magento
                    tls: {ca: \(database.caFile)}\(timing)
                  rabbit:
                    type: rabbitmq
                    url: \(watch.brokerURL ?? broker.url)
                    user: hypercare
                    password: {file: \(folder.path("mq-password"))}\(timing)
                  app-code: {type: release, root: \(folder.path("code")), release: \(folder.path("code"))}
                  app-log: {type: log, path: \(folder.path("system.log"))}
                  web-log:
                    type: log
                    path: \(folder.path("access.log"))
                    format: nginx
                    log_format: '$remote_addr [$time_local] "$request" $status $request_time'
                flags:
                  flagd: {type: flagd, path: \(folder.path("flags.yaml"))}
                queues:
                  without_consumer: [erp.dead]\(limits)\(indexers)
                integrations:
                  orders-erp:
                    thing: orders
                    direction: out
                    system: ERP
                    tier: 1
                    safe_zone: true\(share)
                    owner: mira
                    outcomes:
                      - source: app-log
                        success: "order * exported"
                        failure: {template: "export of * failed", level: error}
                  stock-erp:
                    {thing: stock, direction: in, system: ERP, tier: 1, outcomes: [{source: magento-db, topics: ["async.V1.stock.*"]}]}
                  payment-psp:
                    thing: payment
                    direction: both
                    system: PSP\(silence)
                    outcomes:
                      - source: web-log
                        success: {status: 200-299}
                        failure: {status: 500-599}
                        latency: request_time

            """
        return try folder.write(text, to: "config.yaml")
    }
}

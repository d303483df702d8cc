import Configuration
import Documents
import Monitoring
import TestSupport
import Testing
import Text

struct StoreConfigurationTests {
    @Test func `ten lines already watch a store`() throws {
        let environment = try Self.read(
            """
            environments:
              eu-shop:
                sources:
                  magento-db:
                    type: mysql
                    host: db1.internal
                    user: hypercare
                    password: {file: /home/ops/.config/hypercare/db-password}
                    database: magento
            """
        ).environment(nil)
        let shop = try #require(environment)
        #expect(shop.name == "eu-shop" && shop.isProduction && shop.access == .readOnly && shop.window == nil)
        var expected = MySQLSettings()
        expected.host = "db1.internal"
        expected.user = "hypercare"
        expected.password = .file("/home/ops/.config/hypercare/db-password")
        expected.database = "magento"
        #expect(shop.sources == [SourceSettings(name: "magento-db", details: .mysql(expected))])
        #expect(
            expected.interval == .seconds(5) && expected.deadline == .seconds(4)
                && expected.tls.mode == .required)
        #expect(shop.limits == Limits())
    }

    @Test func `reads every key`() throws {
        let shop = try #require(try Self.read(Self.full).environment("eu-shop"))
        #expect(!shop.isProduction && shop.access == .operate && shop.theme == "dark")
        #expect(shop.window?.start.civil.rfc3339 == "2026-11-19T11:00:00Z")
        #expect(shop.window?.days == 10 && shop.window?.title == "2.4.6 to 2.4.8")
        #expect(shop.sources.map(\.name) == ["db", "rabbit", "app1-log", "nginx", "shipping"])
        guard case .mysql(let mysql) = shop.sources[0].details,
            case .rabbitmq(let rabbit) = shop.sources[1].details,
            case .log(let log) = shop.sources[2].details, case .log(let nginx) = shop.sources[3].details,
            case .command(let command) = shop.sources[4].details
        else {
            Issue.record("wrong kinds")
            return
        }
        #expect(
            mysql.socket == "/run/mysqld/mysqld.sock" && mysql.tablePrefix == "m2_" && mysql.tls.mode == .off)
        #expect(mysql.lockProvider == .file && mysql.lockPrefix == "x" && mysql.checksTriggers)
        #expect(mysql.interval == .seconds(2) && mysql.deadline == .seconds(2))
        #expect(mysql.password == .command(["pass", "show", "db"]))
        #expect(rabbit.password == .environment("RABBIT_PASSWORD") && rabbit.virtualHosts == ["/", "erp"])
        #expect(rabbit.tls.authority == "/etc/ssl/ca.pem" && rabbit.deadline == .milliseconds(1500))
        #expect(log.via == ["ssh", "app1"] && log.format == .monolog)
        #expect(nginx.nginxFormat == "$status $request_time")
        #expect(
            command.run == ["/usr/lib/check", "-H", "5"] && command.output == .json
                && command.maxOutput == 8192)
        #expect(
            shop.flags.map(\.name) == ["features", "store"]
                && shop.flags[1].details
                    == .magento(
                        {
                            var magento = MagentoConfigSettings()
                            magento.via = ["ssh", "app1"]
                            magento.entries = [.init(flag: "grid.async", path: "dev/grid/async_indexing")]
                            return magento
                        }())
        )
        #expect(shop.timeZone == "Europe/Berlin")
        let orders = shop.integrations[0]
        var expected = Integration(
            name: "orders-erp", thing: "orders", direction: .out, system: "ERP", tier: 1, isSafeZone: true,
            owner: "mira", runbook: "RB-12")
        expected.flags = ["erp.v2"]
        expected.ties.queues = [NamePattern("export"), NamePattern("erp.*")]
        (expected.ties.jobs, expected.ties.indexers) = ([NamePattern("*_push")], [NamePattern("catalog_*")])
        expected.ties.sources = [NamePattern("shipping")]
        #expect(orders.integration == expected)
        #expect(
            orders.outcomes[0].rules == [
                .init(outcome: .failure, match: .template("export of * failed")),
                .init(outcome: .failure, match: .pattern("took (?<ms>\\d+)"), level: .error),
                .init(outcome: .success, match: .template("order * exported")),
            ])
        #expect(orders.outcomes[0].latency == "ms" && orders.outcomes[0].latencyUnit == .milliseconds)
        #expect(orders.outcomes[1].topics == ["async.V1.orders.*"])
        #expect(orders.outcomes[2].rules == [.init(outcome: .retry, match: .any, status: 429...429)])
        #expect(
            shop.queues.consumers == ["export": "exportProcessor"]
                && shop.queues.withoutConsumer == ["*.retry"])
        #expect(shop.cron.groups == ["erp_push": "erp"])
    }

    @Test func `limits by name complete those of all, whatever the order`() throws {
        let limits = try #require(try Self.read(Self.full).environment("eu-shop")).limits
        #expect(limits.queues.backlog == Threshold(warning: 100, critical: 2000))
        #expect(limits.queue("export").backlog == Threshold(warning: 100, critical: nil))
        #expect(limits.queue("export").oldest == QueueLimits().oldest)
        #expect(
            limits.cronJob("sitemap").running == Threshold(warning: .seconds(3600), critical: .seconds(7200)))
        #expect(limits.indexer("x").stuck == .seconds(3600))
        #expect(limits.tier(1).failureShare == Threshold(warning: 0.01, critical: 0.1))
        let orders = limits.integrationsByName["orders-erp"]
        #expect(orders?.failureShare == Threshold(warning: 0.01, critical: 0.1))
        #expect(orders?.lastSuccess == Threshold(warning: .seconds(60), critical: .seconds(7200)))
        #expect(limits.freshness.unknownIntervals == 4)
    }

    @Test func `names all mistakes of a file at once, each with its place`() {
        let text = """
            environments:
              eu-shop:
                prodution: true
                prodution: false
                access: operator
                window: {start: yesterday, days: 0}
                sources:
                  db:
                    type: mysql
                    host: db1
                    password: hunter2
                    interval: 5
                    deadline: 10s
                    tls: {mode: none}
                    user: hypercare
                  rabbit: {type: rabitmq}
                  "bad name": {type: command, run: check_http}
                  log: {type: log, path: var/log, via: ssh app1, log_format: x}
                  web: {type: rabbitmq, url: "http://me:hunter2@rabbit", user: me, password: {evn: X}}
                flags:
                  db: {type: flagd, path: /x.txt}
                integrations:
                  erp: {thing: orders, direction: up, outcomes: [{source: lg, success: x}, {source: log, topics: [a]}]}
                queues: {limits: {backlog: {warning: 10, critical: 5}}}
                limits: {tiers: {ten: {}}}
            extra: 1
            """
        let expected = [
            "3:5: unknown key \"prodution\", did you mean \"production\"?",
            "4:5: duplicate key \"prodution\"",
            "5:13: expected one of read-only, operate",
            "6:21: expected a time such as 2026-11-19T12:00:00Z",
            "6:38: expected a whole number from 1 to 365",
            "9:9: \"database\" is missing, expected a database name",
            "11:19: a secret must not stand in the config, where backups, colleagues and version control read it: expected {file: PATH}, {env: NAME} or {command: [PROGRAM, ARGUMENT]}",
            "12:19: expected a duration from 1s to 1h, such as 5s or 2m",
            "13:19: the deadline must not be longer than the interval, 5s",
            "14:21: expected one of required, off",
            "16:22: expected one of mysql, rabbitmq, log, command, release, did you mean rabbitmq?",
            "17:7: this cannot be a name, expected 1 to 64 letters, digits and . _ : -",
            "17:40: expected a list such as [ssh, app1]",
            "18:30: expected a path that begins with /",
            "18:44: expected a list such as [ssh, app1]",
            "18:66: \"log_format\" needs format: nginx",
            "19:34: a user or password must not stand in the address, use the keys user and password",
            "19:83: unknown key \"evn\", did you mean \"env\"?",
            "21:7: \"db\" is a source already, choose another name",
            "21:31: expected a path that begins with / and ends with .json, .yaml or .yml",
            "23:12: \"system\" is missing, expected a text",
            "23:39: expected one of out, in, both",
            "23:63: there is no such source, did you mean \"log\"?",
            "23:80: expected success, failure or retry: which lines of the log are meant",
            "23:102: \"topics\" does not go with a source of type log",
            "24:32: warning (10) must not be above critical (5)",
            "25:22: expected a tier from 1 to 9",
            "26:1: unknown key, config knows environments, trusted_groups",
        ]
        do {
            _ = try Self.read(text)
            Issue.record("was accepted")
        } catch {
            let found = error.problems.map { "\($0.line):\($0.column): \($0.message)" }
            for (one, two) in zip(found, expected) { #expect(one == two) }
            #expect(found.count == expected.count, "\(found.joined(separator: "\n"))")
            #expect(error.problems.allSatisfy { $0.name == "config.yaml" && !$0.message.contains("hunter2") })
        }
    }

    @Test(
        arguments: [
            ("", "1:1: the file is empty, expected \"environments\"; `hypercare init` writes a first one"),
            ("- a", "1:1: expected a mapping with environments, trusted_groups, found a list"),
            ("environments: {}", "1:15: expected at least one environment, found an empty mapping"),
            ("environments: {a: {}}", "1:19: \"sources\" is missing, expected a mapping by SOURCE"),
            (
                "environments: {a: {sources: {}}}",
                "1:29: expected at least one source, found an empty mapping"
            ),
            (
                "environments: {../x: {sources: {a: {type: command, run: [x]}}}}",
                "1:16: this cannot be a name, expected 1 to 64 letters, digits and . _ -"
            ),
            ("environments:\n  a: [", "2:6: the [ opened at 2:6 is never closed"),
        ] as [(String, String)])
    func `says what a broken file lacks`(text: String, expected: String) {
        do {
            _ = try Self.read(text)
            Issue.record("was accepted")
        } catch {
            #expect(error.problems.map { "\($0.line):\($0.column): \($0.message)" } == [expected])
        }
    }

    @Test func `a text that fits anywhere in a record of any level is warned of, with its place`() throws {
        let configuration = try Self.read(
            """
            environments:
              a:
                sources:
                  log: {type: log, path: /x}
                  web: {type: log, path: /y, format: nginx}
                  cmd: {type: command, run: [x], counts: totals}
                integrations:
                  first:
                    thing: a
                    direction: in
                    system: B
                    outcomes:
                      - source: log
                        success: order * exported
                        retry: [{pattern: 'again$'}, {pattern: '^main.INFO: again'}, {template: a, levels: [info, notice]}]
                        failure: {template: bad, level: error}
                      - {source: web, success: GET}
            """)
        #expect(
            configuration.warnings.map { "\($0.line):\($0.column): \($0.message)" } == [
                #"14:22: this text fits anywhere in a record of any level, also where another one quotes it; name the levels: {template: …, levels: [info]}"#,
                #"15:21: this text fits anywhere in a record of any level, also where another one quotes it; name the levels: {pattern: …, levels: [info]}"#,
            ])
        let shop = try #require(configuration.environment(nil))
        let rules = try #require(shop.integrations.first?.outcomes.first?.rules)
        #expect(rules.compactMap(\.levels) == [[.info, .notice]])
        guard case .command(let command) = shop.sources[2].details else {
            Issue.record("no command")
            return
        }
        #expect(command.counts == .totals)
    }

    @Test(
        arguments: [
            (
                "{source: log, success: x, latency: request_time}",
                "\"request_time\" needs a log of format nginx"
            ),
            (
                "{source: web, success: x, latency: request_time}",
                "the log_format of the source has no $request_time"
            ),
            (
                "{source: log, success: {pattern: 'took (?<s>\\d+)'}, latency: ms}",
                "no pattern here has a group of this name: (?<name>\\d+)"
            ),
            ("{source: web, success: {level: error}}", "\"level\" needs a log of format monolog"),
            ("{source: web, retry: {levels: [info]}}", "\"levels\" needs a log of format monolog"),
            (
                "{source: log, failure: {template: a, level: error, levels: [error]}}",
                "\"level\" and \"levels\" exclude each other"
            ),
            ("{source: log, success: {status: 500}}", "\"status\" needs a log of format nginx"),
            (
                "{source: log, success: {template: a, pattern: b}}",
                "\"template\" and \"pattern\" exclude each other"
            ),
            ("{source: log, success: {}}", "a rule needs a condition"),
            ("{source: cmd}", "\"cmd\" tells of first already; a command tells of one integration"),
            ("{source: cmd, latency: ms}", "\"latency\" does not go with a source of type command"),
        ] as [(String, String)])
    func `an outcome asks only what its source can tell`(outcome: String, message: String) {
        let text = """
            environments:
              a:
                sources:
                  log: {type: log, path: /x}
                  web: {type: log, path: /y, format: nginx}
                  cmd: {type: command, run: [x], via: [ssh, app1]}
                integrations:
                  first: {thing: a, direction: in, system: B, outcomes: [{source: cmd}]}
                  second: {thing: a, direction: in, system: B, outcomes: [\(outcome)]}
            """
        do {
            _ = try Self.read(text)
            Issue.record("was accepted")
        } catch {
            #expect(error.problems.map(\.message).contains(message), "\(error.problems)")
        }
    }

    @Test(arguments: [UInt64(71), 72, 73])
    func `mutated configs are read or refused with places, never a trap`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "off", "5", "-1s", "{}", "[]", "~", "99999999999999999999", "1e400", "\u{1B}", "*x", "&x ", ": ",
            "\n", "''",
        ]
        var refused = 0
        for _ in 0..<400 {
            var text = Array(Self.full.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let start = Int.random(in: 0..<text.count, using: &generator)
                let end = min(text.count, start + Int.random(in: 0...12, using: &generator))
                text.replaceSubrange(start..<end, with: (pieces.randomElement(using: &generator) ?? "").utf8)
            }
            do {
                _ = try StoreConfiguration.read(text, name: "config.yaml")
            } catch {
                refused += 1
                #expect(
                    !error.problems.isEmpty && error.problems.allSatisfy { $0.line >= 1 && $0.column >= 1 },
                    "seed \(seed)")
                #expect(
                    error.problems.allSatisfy { Sanitizer.line($0.description) == $0.description },
                    "seed \(seed)")
            }
        }
        #expect(refused > 100, "seed \(seed)")
    }

    static func read(_ text: String) throws(StoreConfiguration.Failure) -> StoreConfiguration {
        try StoreConfiguration.read(Array(text.utf8), name: "config.yaml")
    }

    @Test func `a store may be told to have no lock prefix`() throws {
        for (text, expected) in [
            ("lock_prefix: \"\"", ""), ("lock_prefix: shop_", "shop_"), ("port: 3306", nil),
        ] {
            let yaml = """
                environments:
                  shop: {sources: {db: {type: mysql, user: u, database: m, \(text)}}}

                """
            let shop = try #require(try Self.read(yaml).environment("shop"))
            guard case .mysql(let mysql) = shop.sources[0].details else {
                Issue.record("wrong kind")
                return
            }
            #expect(mysql.lockPrefix == expected)
        }
    }

    static let full = """
        environments:
          eu-shop:
            production: no
            access: operate
            time_zone: Europe/Berlin
            theme: dark
            window: {start: 2026-11-19T12:00:00+01:00, days: 10, title: 2.4.6 to 2.4.8}
            sources:
              db: {type: mysql, socket: /run/mysqld/mysqld.sock, user: u, password: {command: [pass, show, db]},
                   database: m, table_prefix: m2_, tls: {mode: off}, lock_prefix: x, lock_provider: file,
                   interval: 2s, trigger_check: on}
              rabbit: {type: rabbitmq, url: "https://r:15671/api-prefix", user: u, password: {env: RABBIT_PASSWORD},
                       vhosts: [/, erp], tls: {ca: /etc/ssl/ca.pem}, deadline: 1500ms}
              app1-log: {type: log, path: /var/log/system.log, via: [ssh, app1]}
              nginx: {type: log, path: /var/log/nginx.log, format: nginx, log_format: $status $request_time}
              shipping: {type: command, run: [/usr/lib/check, -H, 5], output: json, max_output: 8KB}
            flags:
              features: {type: flagd, path: /srv/flags.yaml}
              store: {type: magento-config, via: [ssh, app1], paths: {grid.async: dev/grid/async_indexing}}
            integrations:
              orders-erp:
                thing: orders
                direction: out
                system: ERP
                tier: 1
                safe_zone: yes
                owner: mira
                runbook: RB-12
                flags: [erp.v2]
                queues: [export, erp.*]
                jobs: ["*_push"]
                indexers: [catalog_*]
                sources: [shipping]
                limits: {last_success: {warning: 1m}}
                outcomes:
                  - source: app1-log
                    failure: ["export of * failed", {pattern: 'took (?<ms>\\d+)', level: error}]
                    success: order * exported
                    latency: ms
                    latency_unit: ms
                  - {source: db, topics: [async.V1.orders.*]}
                  - {source: nginx, retry: {status: 429}}
                  - {source: shipping}
            queues:
              by_name: {export: {backlog: {critical: off}}}
              limits: {backlog: {warning: 100}}
              consumers: {export: exportProcessor}
              without_consumer: ["*.retry"]
              ignore:
            cron: {groups: {erp_push: erp}, by_job: {sitemap: {running: {warning: 1h}}}}
            indexers: {limits: {stuck: 60m}}
            limits: {tiers: {1: {failure_share: {warning: 0.01}}}, freshness: {unknown_intervals: 4}}
        """
}

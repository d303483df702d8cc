import Configuration
import Monitoring
import Platform
import Probes
import TestSupport
import Testing

@Suite struct ConfiguredSourcesTests {
    private let time = ManualTime(wall: WallTime(seconds: 1_795_255_400))

    @Test func `a log of the config is read with the rules of its integrations`() async throws {
        let log = try TestLog()
        let probe = try probe(
            """
            environments:
              shop:
                sources:
                  app:
                    type: log
                    path: \(log.path)
                integrations:
                  erp:
                    thing: orders
                    direction: out
                    system: ERP
                    outcomes:
                      - source: app
                        success: {pattern: 'sent in (?<ms>\\d+) ms'}
                        failure: {template: "order * failed", level: error}
                        latency: ms
                        latency_unit: ms
            """)
        log.append("[2026-11-21 10:02:20] main.INFO: sent in 9 ms\n")
        #expect(
            await probe.examine().map(\.text) == [
                "\(log.path) can be read", "erp: last success 60 s ago in the newest lines",
            ])
        _ = try await probe.read()
        log.append(
            "[2026-11-21 10:02:21] main.INFO: sent in 250 ms\n[2026-11-21 10:02:22] a.ERROR: order 7 failed\n"
        )
        let reading = try #require(outcomes(try await probe.read().facts).first)
        #expect(reading.integration == "erp")
        #expect(reading.hour == OutcomeCounts(successes: 2, failures: 1))
        #expect(reading.ledger.latencies.map { ($0.seconds * 1000).rounded() } == [9, 250])
    }

    @Test(arguments: [
        ("plain", "erp: plain lines carry no time, so a success is known from now on"),
        ("monolog", "erp: no success in the newest lines"),
    ])
    func `the doctor denies no success that it cannot date`(format: String, words: String) async throws {
        let log = try TestLog()
        let probe = try probe(
            """
            environments:
              shop:
                sources:
                  app: {type: log, path: \(log.path), format: \(format)}
                integrations:
                  erp: {thing: orders, direction: out, system: ERP, outcomes: [{source: app, success: "order * sent"}]}
            """)
        log.append(format == "plain" ? "order 7 sent\n" : "[2026-11-21 10:02:20] main.INFO: started\n")
        #expect(await probe.examine().map(\.text).last == words)
    }

    @Test func `a command of the config answers for its integration`() async throws {
        let probe = try probe(
            """
            environments:
              shop:
                sources:
                  check: {type: command, via: [env, 'TOLD={"success":3}'], run: [printenv, TOLD], output: json, counts: totals}
                integrations:
                  pim: {thing: products, direction: in, system: PIM, outcomes: [{source: check}]}
            """)
        let reading = try #require(outcomes(try await probe.read().facts).first)
        #expect(reading.integration == "pim")
        // A first total is no count yet.
        #expect(reading.ledger.total == OutcomeCounts())
        #expect(outcomes(try await probe.read().facts).first?.ledger.reads == 2)
    }

    @Test func `a rule that cannot work is a failure with its reason at each read`() async throws {
        let probe = try probe(
            """
            environments:
              shop:
                sources:
                  app: {type: log, path: /x}
                integrations:
                  erp:
                    thing: orders
                    direction: out
                    system: ERP
                    outcomes: [{source: app, success: {pattern: '('}}]
            """)
        let failure = await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
        #expect(failure?.kind == .unusable)
        #expect(failure?.message.contains("rule 1 of erp: pattern, at byte 1") == true)
        #expect(await probe.examine().map(\.outcome) == [.failed])
    }

    @Test func `a broker of the config is asked at its address`() async throws {
        let folder = try TemporaryFolder("secret")
        let secret = try folder.write("pw\n", to: "password")
        let port = try freePort()
        let probe = try probe(
            """
            environments:
              shop:
                sources:
                  mq:
                    type: rabbitmq
                    url: http://127.0.0.1:\(port)/prefix/
                    user: watcher
                    password: {file: \(secret)}
            """)
        #expect(probe.schedule.id == "mq/queues")
        let failure = await #expect(throws: ReadFailure.self) { _ = try await probe.read() }
        #expect(failure?.kind == .unreachable)
        #expect(failure?.message.contains("http://127.0.0.1:\(port)/prefix/api/overview") == true)
    }

    private func probe(_ yaml: String) throws -> any Examinable {
        let configuration = try StoreConfiguration.read(Array(yaml.utf8), name: "config.yaml")
        let environment = try #require(configuration.environment(nil))
        let source = try #require(environment.sources.first)
        return try #require(source.probe(in: environment, clock: time))
    }
}

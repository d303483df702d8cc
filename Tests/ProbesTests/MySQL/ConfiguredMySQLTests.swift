import Configuration
import Monitoring
import Platform
import TestSupport
import Testing
import Text

@testable import Probes

@Suite(.timeLimit(.minutes(3))) struct ConfiguredMySQLTests {
    private func source(_ yaml: String, _ text: String = "") throws -> MySQLSource {
        let configuration = try StoreConfiguration.read(Array((yaml + text).utf8), name: "config.yaml")
        let environment = try #require(configuration.environment(nil))
        guard case .mysql(let settings)? = environment.sources.first?.details else { throw OtherFacts() }
        return MySQLSource(settings, named: environment.sources[0].name, in: environment)
    }

    @Test func `a config of a few lines watches a store`() async throws {
        let store = try await StoreServer(.init(tls: true))
        let folder = try TemporaryFolder("secret")
        let secret = try folder.write("se'cret\\\n", to: "password")
        try await store.run(
            """
            INSERT INTO queue (name) VALUES ('export'),('dead.letters'),('amq.x');
            INSERT INTO cron_schedule (job_code,status,scheduled_at) VALUES ('erp_push','pending',NOW()),
              ('x_debug','pending',NOW());
            INSERT INTO indexer_state (indexer_id,hash_config) VALUES ('inventory',''),('design_config_grid','');
            """)
        let source = try source(
            """
            environments:
              shop:
                sources:
                  db:
                    type: mysql
                    host: 127.0.0.1
                    port: \(store.server.port)
                    user: hypercare
                    password: {file: \(secret)}
                    database: magento
                    tls: {ca: \(store.server.caFile)}
                queues: {without_consumer: ["dead.*"], ignore: ["amq.*"]}
                cron: {groups: {erp_push: erp}, ignore: ["*_debug"]}
                indexers: {ignore: [design_config_grid]}
                integrations:
                  orders: {thing: orders, direction: out, system: ERP,
                    outcomes: [{source: db, topics: ["async.V1.orders.*"]}]}

            """)
        #expect(source.topics.keys.sorted() == ["orders"])
        var facts: [Fact] = []
        for probe in MySQLStore(source).probes() { facts += try await probe.read().facts }
        #expect(facts.count == 5)
        for fact in facts {
            switch fact {
            case .queues(let queues):
                #expect(queues.map(\.name) == ["export", "dead.letters"])
                #expect(queues.map(\.consumers) == [.nobody, .unreadable])
                #expect(queues.map(\.isWithoutConsumer) == [false, true])
            case .cron(let cron):
                #expect(cron.jobs.map(\.code) == ["erp_push"])
                #expect(cron.jobs.first?.group == "erp")
            case .indexers(let indexers): #expect(indexers.map(\.name) == ["inventory"])
            case .outcomes(let outcomes): #expect(outcomes.map(\.integration) == ["orders"])
            case .consumerLocks: Issue.record("there is no broker whose queues they could be of")
            case .changes(let changes): #expect(changes.config?.count == 0 && changes.modules == [:])
            case .notice: Issue.record("no notice was due")
            }
        }
    }

    @Test func `says what it cannot do as it is set up`() async throws {
        let yaml = """
            environments:
              shop:
                sources:
                  db: {type: mysql, host: db1, user: u, database: m, password: {file: /no/such/file},
            """
        let named = try source(yaml, " tls: {server_name: db.internal}}")
        #expect(await failure { _ = try await MySQLStore(named).ask("SELECT 1") }?.kind == .unusable)
        #expect(await MySQLStore(named).diagnose().map(\.outcome) == [.failed])
        let lost = try source(yaml, " tls: {mode: off}, insecure: no TLS yet}")
        let secret = await failure { _ = try await MySQLStore(lost).ask("SELECT 1") }
        #expect(secret?.kind == .unusable && secret?.message.contains("/no/such/file") == true)
        #expect(await MySQLStore(lost).diagnose().map(\.name) == ["password"])
    }
}

import Monitoring
import TestSupport
import Testing

@testable import Probes

@Suite(.timeLimit(.minutes(3))) struct ChangesReaderTests {
    private func changes(_ sample: Sample) throws -> ChangesReading {
        for case .changes(let reading) in sample.facts { return reading }
        throw OtherFacts()
    }

    private func probe(_ server: StoreServer, prefix: String = "") -> MySQLProbe<ChangesReader> {
        var source = server.source()
        source.tablePrefix = prefix
        source.catalogAge = .zero
        return MySQLProbe(ChangesReader(), of: MySQLStore(source))
    }

    @Test(arguments: ["", "m2_"])
    func `tells paths, versions and patches as they change, and never a value`(prefix: String) async throws {
        let server = try await StoreServer(prefix: prefix)
        try await server.run(
            """
            SET foreign_key_checks=0; SET time_zone='+05:00';
            INSERT INTO \(prefix)store_website (website_id,code) VALUES (41,'eu');
            INSERT INTO \(prefix)store (store_id,code,website_id,name) VALUES (43,'de',41,'German');
            INSERT INTO \(prefix)core_config_data (scope,scope_id,path,value,updated_at) VALUES
              ('default',0,'old/a/b','s3cret',NOW()-INTERVAL 3 DAY),
              ('stores',43,'a/b/c','s3cret',NOW()-INTERVAL 1 HOUR);
            INSERT INTO \(prefix)setup_module VALUES ('Magento_Sales','2.0.1','2.0.1'),('Magento_Tax','2.0.1',NULL);
            INSERT INTO \(prefix)patch_list (patch_name) VALUES ('A\\\\B'),('C\\\\D');
            """)
        let probe = probe(server, prefix: prefix)
        #expect(probe.schedule.interval == .seconds(30) && probe.schedule.id == "magento-db/changes")
        var watch = ChangesWatch(probe.schedule)
        let first = try changes(try await probe.read())
        #expect(first.config?.count == 2 && first.config?.rows.map(\.path) == ["a/b/c"])
        #expect(first.config?.rows.first?.code == "de")
        #expect(first.modules == ["Magento_Sales": "2.0.1", "Magento_Tax": "2.0.1/none"])
        #expect(first.patches?.count == 2 && first.patches?.newest.map(\.name) == ["C\\D", "A\\B"])
        #expect(first.poisonPill == .init(mark: nil) && first.maintenance == nil)
        #expect(watch.observe(first).map(\.isPast) == [true])

        try await server.run(
            """
            UPDATE \(prefix)core_config_data SET value='0ther' WHERE path='old/a/b';
            INSERT INTO \(prefix)core_config_data (path,value) VALUES ('new/a/b','x');
            DELETE FROM \(prefix)core_config_data WHERE path='a/b/c';
            UPDATE \(prefix)setup_module SET data_version='2.0.2' WHERE module='Magento_Tax';
            INSERT INTO \(prefix)patch_list (patch_name) VALUES ('E\\\\F');
            INSERT INTO \(prefix)queue_poison_pill VALUES ('66f0c3d7');
            """)
        let sample = try await probe.read()
        let told = watch.observe(try changes(sample))
        #expect(
            Set(told.map(\.text)) == [
                "2 settings are saved: new/a/b and 1 more", "1 setting is deleted: its default holds",
                "module Magento_Tax goes from 2.0.1/none to 2.0.1/2.0.2",
                "1 patch is applied: E\\F; its consumers restart",
            ])
        #expect(watch.observe(try changes(try await probe.read())).isEmpty)
        // A save in the same second as the one before is not missed.
        try await server.run("UPDATE \(prefix)core_config_data SET value='1' WHERE path='new/a/b'")
        _ = try await probe.read()
        try await server.run("UPDATE \(prefix)core_config_data SET value='2' WHERE path='old/a/b'")
        let paths = try changes(try await probe.read()).config?.rows.map(\.path)
        #expect(Set(paths ?? []) == ["new/a/b", "old/a/b"])
        for text in ["s3cret", "0ther", "66f0c3d7"] {
            #expect(!"\(sample)".contains(text) && !"\(told)".contains(text))
        }
        await probe.close()
    }

    @Test
    func `costs one statement and under a millisecond while nothing changes, on a store of 3000 settings`()
        async throws
    {
        let server = try await StoreServer()
        try await server.run(
            """
            INSERT INTO core_config_data (path,value,updated_at)
              SELECT CONCAT('a/b/',seq),REPEAT('x',200),NOW()-INTERVAL 9 DAY FROM seq_1_to_3000;
            INSERT INTO setup_module SELECT CONCAT('Vendor_',seq),'2.0.1','2.0.1' FROM seq_1_to_400;
            INSERT INTO patch_list (patch_name) SELECT CONCAT('A\\\\B',seq) FROM seq_1_to_500;
            """)
        let store = MySQLStore(server.source())
        let probe = MySQLProbe(ChangesReader(), of: store)
        _ = try await probe.read()
        var costs: [ReadCost] = []
        for _ in 0..<15 { costs.append(try await probe.read().cost) }
        // Beside the greeting there is the one.
        #expect(costs.allSatisfy { $0.queries <= 2 })
        let times = costs.map(\.milliseconds).sorted()
        print("changes: least \(times[0]) ms, median \(times[7]) ms, \(costs[0].bytes) bytes")
        #expect(times[0] < 10, "\(times)")
        await probe.close()
    }

    @Test func `a table that may not be read is named, and the rest goes on`() async throws {
        let server = try await StoreServer()
        try await server.run(
            """
            INSERT INTO patch_list (patch_name) VALUES ('A');
            REVOKE ALL PRIVILEGES, GRANT OPTION FROM hypercare@'%';
            GRANT SELECT ON magento.core_config_data TO hypercare@'%';
            GRANT SELECT ON magento.patch_list TO hypercare@'%';
            GRANT TRIGGER ON magento.setup_module TO hypercare@'%';
            GRANT SELECT ON magento.cron_schedule TO hypercare@'%';
            """)
        let probe = probe(server)
        let sample = try await probe.read()
        let reading = try changes(sample)
        #expect(reading.patches?.count == 1 && reading.config?.count == 0)
        #expect(reading.modules == nil && reading.poisonPill == nil)
        #expect(sample.notices.map(\.status) == [.ok])
        #expect(
            sample.notices.first?.text
                == "what changed in setup_module, queue_poison_pill is not seen: GRANT SELECT on it")
        // Granted while we watch.
        try await server.run("GRANT SELECT, TRIGGER ON magento.* TO hypercare@'%'")
        let after = try await MySQLProbe(ChangesReader(), of: MySQLStore(server.source())).read()
        #expect(try changes(after).modules == [:] && after.notices.isEmpty)
        await probe.close()
    }

    @Test func `a store of an older version has no patches and no times, and nothing is said of it`()
        async throws
    {
        let server = try await StoreServer()
        try await server.run(
            """
            DROP TABLE patch_list; DROP TABLE queue_poison_pill;
            ALTER TABLE core_config_data DROP COLUMN updated_at;
            INSERT INTO core_config_data (path,value) VALUES ('a/b/c','1');
            """)
        let probe = probe(server)
        let sample = try await probe.read()
        let reading = try changes(sample)
        #expect(reading.config == .init(count: 1, newestID: 1) && reading.modules == [:])
        #expect(reading.patches == nil && sample.notices.isEmpty)
        // It goes while we watch, as in an upgrade.
        try await server.run("DROP TABLE setup_module")
        #expect(try changes(try await probe.read()).modules == nil)
        await probe.close()
    }

    @Test func `doctor tells which tables show what changed, and which right is missing`() async throws {
        let server = try await StoreServer()
        func step() async -> DoctorStep? {
            await MySQLStore(server.source()).diagnose().first { $0.name == "changes" }
        }
        #expect(await step()?.outcome == .ok)
        try await server.run(
            """
            REVOKE ALL PRIVILEGES, GRANT OPTION FROM hypercare@'%';
            GRANT SELECT ON magento.cron_schedule TO hypercare@'%';
            GRANT SELECT ON magento.patch_list TO hypercare@'%';
            """)
        let limited = await step()
        #expect(limited?.outcome == .skipped && limited?.text.hasPrefix("patch_list can be read; ") == true)
        #expect(limited?.advice.contains("GRANT SELECT ON magento.setup_module TO 'hypercare'@…;") == true)
    }
}

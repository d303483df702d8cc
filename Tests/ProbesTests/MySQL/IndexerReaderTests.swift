import Monitoring
import TestSupport
import Testing
import Text

@testable import Probes

@Suite(.timeLimit(.minutes(3))) struct IndexerReaderTests {
    private func indexers(_ sample: Sample) throws -> [String: IndexerReading] {
        Dictionary(uniqueKeysWithValues: try sample.indexers().map { ($0.name, $0) })
    }

    @Test func `every figure of the indexers equals what SQL says`() async throws {
        let store = try await StoreServer()
        try await store.run(
            """
            INSERT INTO indexer_state (indexer_id,status,updated,hash_config) VALUES
              ('catalog_product_price','valid','2026-11-20 10:00:00',''),
              ('cataloginventory_stock','working','2026-11-20 11:00:00',''),
              ('catalogsearch_fulltext','invalid','2026-11-20 12:00:00',''),
              ('customer_grid','valid','2026-11-20 13:00:00',''),('catalogrule_rule','suspended',NULL,'');
            INSERT INTO mview_state (view_id,mode,status,updated,version_id) VALUES
              ('catalog_product_price','enabled','idle','2026-11-20 10:00:01',40),
              ('cataloginventory_stock','enabled','working','2026-11-20 11:00:01',100),
              ('catalogsearch_fulltext','enabled','idle','2026-11-20 12:00:01',7),
              ('customer_dummy','disabled','idle','2026-11-20 13:00:01',0),
              ('vendor_feed','enabled','suspended',NULL,3),('inventory','enabled','idle',NULL,500);
            INSERT INTO catalog_product_price_cl (entity_id) SELECT seq FROM seq_1_to_5000;
            INSERT INTO cataloginventory_stock_cl (entity_id) SELECT seq FROM seq_1_to_100;
            INSERT INTO inventory_cl (entity_id) SELECT seq FROM seq_1_to_20;
            DELETE FROM inventory_cl;
            CREATE TRIGGER trg_a AFTER INSERT ON catalog_product_price_cl FOR EACH ROW
              INSERT IGNORE INTO `catalogsearch_fulltext_cl` (entity_id) VALUES (NEW.entity_id);
            CREATE TRIGGER trg_b AFTER DELETE ON catalog_product_price_cl FOR EACH ROW
              INSERT IGNORE INTO `catalogsearch_fulltext_cl` (entity_id) VALUES (OLD.entity_id);
            """)
        var source = store.source()
        source.usesApplicationLock = true
        let holder = try await store.holder(["SELECT GET_LOCK('magento|MVIEWcataloginventory_stock',0)"])
        let mysql = MySQLStore(source)
        let found = try indexers(try await mysql.sample(IndexerReader(source)))
        let states = try await store.truths(
            "SELECT indexer_id,status,UNIX_TIMESTAMP(updated) FROM indexer_state")
        let views = try await store.truths(
            "SELECT view_id,mode,status,UNIX_TIMESTAMP(updated),version_id FROM mview_state")
        let counters = try await store.truths(
            "SELECT REPLACE(table_name,'_cl',''),auto_increment FROM information_schema.tables "
                + "WHERE table_schema='magento' AND table_name LIKE '%\\_cl'")
        #expect(Set(found.keys) == Set(states.keys).union(["vendor_feed", "inventory"]))
        for (name, indexer) in found {
            #expect(indexer.status ?? "NULL" == states[name]?[0] ?? "NULL")
            #expect(seconds(indexer.statusUpdated) == states[name]?[1] ?? "NULL")
            let view = name == "customer_grid" ? "customer_dummy" : name
            guard let row = views[view] else {
                #expect(indexer.viewStatus == nil)
                continue
            }
            #expect((indexer.mode == .schedule) == (row[0] == "enabled"))
            #expect(indexer.viewStatus == row[1])
            #expect(seconds(indexer.viewUpdated) == row[2])
            #expect("\(indexer.version ?? 0)" == row[3])
            guard counters[view] != nil else {
                #expect(indexer.newestVersion == nil && indexer.autoIncrement == nil)
                continue
            }
            let newest = try await store.truth("SELECT MAX(version_id) FROM \(view)_cl")[0][0]
            #expect(indexer.newestVersion.map { "\($0)" } ?? "NULL" == newest)
            // Asked for where nothing else tells how far a changelog came.
            let counter = newest == "NULL" ? counters[view]?[0] : nil
            #expect(indexer.autoIncrement.map { "\($0)" } == counter)
            #expect(indexer.isViewLocked == (name == "cataloginventory_stock"))
        }
        #expect(found["catalog_product_price"]?.backlog == 4960)
        #expect(found["cataloginventory_stock"]?.backlog == 0)
        #expect(found["inventory"]?.newestVersion == nil && (found["inventory"]?.autoIncrement ?? 0) > 20)
        #expect(found["catalogsearch_fulltext"]?.triggers == 2)
        #expect(found["catalog_product_price"]?.triggers == 0)
        #expect(found["vendor_feed"]?.triggers == nil)

        // Without the right to see them, nothing is said about triggers.
        try await store.run("REVOKE TRIGGER ON magento.* FROM hypercare@'%'")
        let blind = try indexers(try await MySQLStore(source).sample(IndexerReader(source)))
        #expect(blind["catalogsearch_fulltext"]?.triggers == nil)
        source.usesApplicationLock = false
        let plain = try indexers(try await MySQLStore(source).sample(IndexerReader(source)))
        #expect(plain["cataloginventory_stock"]?.isViewLocked == nil)
        withExtendedLifetime(holder) {}
    }

    @Test func `a changelog that goes leaves an indexer whose backlog is not known`() async throws {
        let store = try await StoreServer()
        try await store.run(
            "INSERT INTO mview_state (view_id,mode,version_id) VALUES ('inventory','enabled',1)")
        let probe = MySQLProbe(IndexerReader(store.source()), of: MySQLStore(store.source()))
        #expect(try indexers(try await probe.read())["inventory"]?.backlog == 0)
        try await store.run("DROP TABLE inventory_cl")
        let gone = try indexers(try await probe.read())["inventory"]
        #expect(gone?.lacksChangelog == true && gone?.backlog == nil)
    }

    @Test
    func `tables of indexers and queues that are emptied are no answer, and are one with their rows back`()
        async throws
    {
        let store = try await StoreServer()
        let rows = [
            "queue": "INSERT INTO queue (id,name) VALUES (1,'export')",
            "indexer_state":
                "INSERT INTO indexer_state (indexer_id,status,hash_config) VALUES ('inventory','valid','')",
            "mview_state":
                "INSERT INTO mview_state (view_id,mode,version_id) VALUES ('inventory','enabled',1)",
        ]
        let indexing: any Probe = MySQLProbe(IndexerReader(store.source()), of: MySQLStore(store.source()))
        let queueing: any Probe = MySQLProbe(QueueReader(store.source()), of: MySQLStore(store.source()))
        // A store that never had any has none.
        #expect(try indexers(try await indexing.read()).isEmpty)
        let none = try await queueing.read()
        #expect(none.queues.isEmpty)
        for sql in rows.values { try await store.run(sql) }
        _ = try await indexing.read()
        _ = try await queueing.read()
        for (table, sql) in rows {
            let probe = table == "queue" ? queueing : indexing
            try await store.run("SET FOREIGN_KEY_CHECKS=0; TRUNCATE \(table)")
            for _ in 1...2 {
                let failure = await #expect(throws: ReadFailure.self) { try await probe.read() }
                #expect(
                    failure?.message
                        == "the table \(table) is empty, it had 1 row: what it tells of is not known")
            }
            try await store.run(sql)
            _ = try await probe.read()
        }
        #expect(try indexers(try await indexing.read())["inventory"]?.status == "valid")
    }

    @Test func `how far an emptied changelog came is as it is now`() async throws {
        let store = try await StoreServer()
        try await store.run(
            "INSERT INTO mview_state (view_id,mode,version_id) VALUES ('inventory','enabled',0)")
        let probe = MySQLProbe(IndexerReader(store.source()), of: MySQLStore(store.source()))
        _ = try await probe.read()
        for count in [20, 30] {
            // Between two reads rows come, are worked off and cleaned away.
            try await store.run(
                """
                INSERT INTO inventory_cl (entity_id) SELECT seq FROM seq_1_to_\(count);
                UPDATE mview_state SET version_id=(SELECT MAX(version_id) FROM inventory_cl);
                DELETE FROM inventory_cl;
                """)
            let reading = try #require(try indexers(try await probe.read())["inventory"])
            #expect(reading.newestVersion == nil && (reading.version ?? 0) >= UInt64(count))
            #expect(reading.autoIncrement.map { $0 > reading.version ?? 0 } == true)
        }
    }

    @Test func `a new indexer of an upgrade shows what waits for it at the next read`() async throws {
        let store = try await StoreServer()
        let probe = MySQLProbe(IndexerReader(store.source()), of: MySQLStore(store.source()))
        #expect(try indexers(try await probe.read()).isEmpty)
        try await store.run(
            """
            CREATE TABLE vendor_new_cl LIKE catalog_product_price_cl;
            INSERT INTO indexer_state (indexer_id,status,hash_config) VALUES ('vendor_new','valid','');
            INSERT INTO mview_state (view_id,mode,status,version_id) VALUES ('vendor_new','enabled','idle',0);
            INSERT INTO vendor_new_cl (entity_id) SELECT seq FROM seq_1_to_55;
            """)
        let new = try indexers(try await probe.read())["vendor_new"]
        #expect(new?.backlog == 55)
    }

    @Test func `indexers whose names only look alike stay two`() async throws {
        let store = try await StoreServer()
        let kelvin = "STOC\u{212A}"
        try await store.run(
            "INSERT INTO indexer_state (indexer_id,status,hash_config) VALUES ('erp_push','valid',''),"
                + "('erp_push\u{FE0F}','invalid',''),('STOCK','valid',''),('\(kelvin)','working',''),"
                + "('erp_push','working','')")
        let source = store.source()
        let found = try await MySQLStore(source).sample(IndexerReader(source)).indexers()
        let states = Dictionary(uniqueKeysWithValues: found.map { (ExactName($0.name), $0.status) })
        #expect(
            states == [
                "erp_push": "valid", "erp_push\u{FE0F}": "invalid", "STOCK": "valid",
                ExactName(kelvin): "working",
            ])
    }
}

import Glibc
import Platform

/// What a healthy store does now and then: an import by the bulk API, a deploy, a restart of consumers.
extension LivingStore {
    /// One import by the asynchronous bulk API (magento.md 1.3): so many operations are opened, as many messages wait in
    /// `async.operations.all`, and its consumer works them off in so many seconds. Returns when they are there.
    package func importOperations(_ count: Int, named uuid: String, lasting seconds: Int) async throws {
        moods.turn { $0.importPace = (count + seconds - 1) / seconds }
        try await database.query(
            """
            SET time_zone='+00:00';
            INSERT INTO magento_bulk (uuid,user_type,description,operation_count,start_time)
              VALUES ('\(uuid)',1,'stock of \(count) sources',\(count),UTC_TIMESTAMP());
            INSERT INTO magento_operation (operation_key,bulk_uuid,topic_name,serialized_data,status)
              SELECT seq,'\(uuid)','\(Self.stockTopic)','{}',4 FROM seq_1_to_\(count);
            SELECT IFNULL(MAX(id),0) INTO @last FROM queue_message;
            START TRANSACTION;
            INSERT INTO queue_message (topic_name,body)
              SELECT '\(Self.stockTopic)',id FROM magento_operation WHERE bulk_uuid='\(uuid)';
            INSERT INTO queue_message_status (queue_id,message_id,status)
              SELECT 1,id,2 FROM queue_message WHERE id>@last AND body<>'x';
            COMMIT
            """, database: "magento")
    }

    /// Waits until an import is done, so many seconds at most.
    package func isImported(_ uuid: String, within limit: Duration) async throws {
        let open = "SELECT COUNT(*) FROM magento_operation WHERE bulk_uuid='\(uuid)' AND status=4"
        let server = database
        try await eventually("\(uuid) is imported", within: limit) {
            try await Task.sleep(for: .seconds(1))
            return try await server.query(open, database: "magento") == [["0"]]
        }
        moods.turn { $0.importPace = 0 }
    }

    /// The release that runs, as a link to its folder; made or turned in one step.
    package func release(_ version: String) async throws {
        let code = folder.path("code")
        _ = try await shell(
            """
            mkdir -p \(folder.path("releases/\(version)/var"))
            ln -sfn \(folder.path("releases/\(version)")) \(code).new && mv -T \(code).new \(code)
            """)
    }

    /// A deploy as a script does it: maintenance, consumers told to end by the poison pill, cron taken out, a new
    /// release with its schema, settings, patches and triggers, and all begins again after so many seconds.
    package func deploy(_ version: String, lasting seconds: Double) async throws {
        let began = ContinuousClock.now
        let flag = "var/.maintenance.flag"
        try folder.write("", to: "code/\(flag)")
        turnCron(.killed)
        try await database.query(
            "DELETE FROM queue_poison_pill; INSERT INTO queue_poison_pill VALUES ('\(version)')",
            database: "magento")
        for consumer in consumers { consumer.worker.turn(.killed) }
        try await release(version)
        try folder.write("", to: "code/\(flag)")
        let views = StoreCron.views.map { view in
            let trigger = "trg_inventory_source_item_after_update_\(view)"
            return """
                DROP TRIGGER \(trigger);
                CREATE TRIGGER \(trigger) AFTER UPDATE ON inventory_source_item
                  FOR EACH ROW INSERT IGNORE INTO `\(view)_cl` (`entity_id`) VALUES (NEW.`source_item_id`)
                """
        }
        try await database.query(
            """
            SET time_zone='+00:00';
            INSERT INTO setup_module VALUES ('Acme_Erp','\(version)','\(version)')
              ON DUPLICATE KEY UPDATE schema_version='\(version)',data_version='\(version)';
            INSERT INTO patch_list (patch_name) VALUES ('Acme\\\\Erp\\\\Setup\\\\Patch\\\\Data\\\\Carrier\(version)');
            INSERT INTO core_config_data (path,value) VALUES ('carriers/acme/active','1'),('acme/erp/timeout','20')
              ON DUPLICATE KEY UPDATE value=value+1;
            UPDATE indexer_state SET status='invalid',updated=UTC_TIMESTAMP()
              WHERE indexer_id='catalogsearch_fulltext';
            \(views.joined(separator: ";\n"))
            """, database: "magento")
        let rest = seconds - (ContinuousClock.now - began) / .seconds(1)
        if rest > 0 { try await Task.sleep(for: .seconds(rest)) }
        turnCron(.working)
        for consumer in consumers { consumer.worker.turn(.working) }
        _ = unsafe unlink(folder.path("code/\(flag)"))
    }
}

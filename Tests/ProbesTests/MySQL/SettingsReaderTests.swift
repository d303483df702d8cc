import Monitoring
import TestSupport
import Testing

@testable import Probes

@Suite struct SettingsReaderTests {
    @Test(arguments: ["", "m2_"])
    func `reads the rows of paths in every scope, with codes and times of the server`(prefix: String)
        async throws
    {
        let server = try await StoreServer(prefix: prefix)
        try await server.run(
            """
            SET foreign_key_checks = 0;
            INSERT INTO \(prefix)store_website (website_id, code) VALUES (41, 'eu');
            INSERT INTO \(prefix)store (store_id, code, website_id, name) VALUES (43, 'de', 41, 'German');
            SET time_zone = '+05:00';
            INSERT INTO \(prefix)core_config_data (scope, scope_id, path, value, updated_at) VALUES
                ('default', 0, 'a/b/c', '0', FROM_UNIXTIME(1700000000)), ('websites', 41, 'a/b/c', '1', NOW()),
                ('stores', 43, 'a/b/c', NULL, NOW()), ('stores', 99, 'a/b/c', '1', NOW()),
                ('default', 0, 'a/b/d', '1', NOW());
            """)
        var source = server.source()
        source.tablePrefix = prefix
        let store = MySQLStore(source)
        let settings = try await store.settingsTable().settings(["a/b/c"])
        #expect(settings.rows.map(\.scope) == ["default", "websites", "stores", "stores"])
        #expect(settings.rows.map(\.code) == ["", "eu", "de", nil], "the store view 99 is no more")
        #expect(settings.rows.map(\.website) == [nil, nil, "eu", nil])
        #expect(settings.rows.map(\.value) == ["0", "1", nil, "1"])
        #expect(settings.rows[0].updated == WallTime(seconds: 1_700_000_000))
        #expect(settings.storeViews.contains { $0 == ("de", "eu") })
        #expect(!settings.storeViews.contains { $0.code == "admin" }, "the admin is no store view")
        #expect(settings.serverTime != nil && settings.cost.queries >= 2)
        await store.close()
    }
}

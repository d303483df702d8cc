package import Monitoring
import Text

/// Reads rows of `core_config_data` by path: no index leads to a path alone, and a scan of its some thousand rows
/// costs 0.6 ms (`magento.md` 5.1, 10.2).
struct SettingsReader: SettingsTable {
    let store: MySQLStore
    var source: String { store.source.name }

    @concurrent func settings(_ paths: [String]) async throws(ReadFailure) -> StoredSettings {
        let deadline = store.source.deadline
        let (answer, cost) = try await store.read(within: max(deadline - .milliseconds(200), deadline / 2)) {
            session throws(ReadFailure) in
            try Self.read(session, paths)
        }
        var settings = answer
        settings.cost = cost
        return settings
    }

    private static func read(
        _ session: MySQLSession, _ paths: [String]
    ) throws(ReadFailure) -> StoredSettings {
        let prefix = try session.catalog().prefix
        let (config, stores) = (SQL.name(prefix + "core_config_data"), SQL.name(prefix + "store"))
        let websites = SQL.name(prefix + "store_website")
        let found = try session.rows(
            "SELECT c.scope,IF(c.scope='default','',IF(c.scope='stores',s.code,w.code)),v.code,c.path,c.value,"
                + "UNIX_TIMESTAMP(c.updated_at) FROM \(config) c "
                + "LEFT JOIN \(stores) s ON c.scope='stores' AND s.store_id=c.scope_id "
                + "LEFT JOIN \(websites) w ON c.scope='websites' AND w.website_id=c.scope_id "
                + "LEFT JOIN \(websites) v ON v.website_id=s.website_id "
                + "WHERE c.path IN (\(SQL.list(paths))) ORDER BY c.config_id LIMIT \(mostRows + 1)")
        guard found.count <= mostRows else {
            throw ReadFailure(.malformed, "more than \(mostRows) rows of settings are asked for")
        }
        var rows: [StoredSettings.Row] = []
        for row in 0..<found.count {
            // The table's collation holds `a/B` for `a/b`, the shop does not.
            guard let scope = found.text(row, 0), let path = found.text(row, 3),
                paths.contains(where: { ExactName.same($0, path) })
            else { continue }
            rows.append(
                StoredSettings.Row(
                    scope: scope, code: found.text(row, 1), website: found.text(row, 2), path: path,
                    value: found.text(row, 4), updated: found.time(row, 5)))
        }
        let views = try session.rows(
            "SELECT s.code,w.code FROM \(stores) s JOIN \(websites) w ON w.website_id=s.website_id "
                + "WHERE s.store_id>0 LIMIT 2000")
        let codes = (0..<views.count).compactMap { row -> (code: String, website: String)? in
            guard let code = views.text(row, 0), let website = views.text(row, 1) else { return nil }
            return (code, website)
        }
        return StoredSettings(rows: rows, storeViews: codes, serverTime: session.serverTime)
    }

    private static let mostRows = 2000
}

extension MySQLStore {
    /// Rows of settings over this store's one connection.
    package nonisolated func settingsTable() -> any SettingsTable { SettingsReader(store: self) }
}

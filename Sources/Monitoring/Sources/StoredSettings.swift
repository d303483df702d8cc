/// What a store's own tables say of some of its settings (`core_config_data`, `magento.md` 5.1): rows, not values
/// that hold. A row can be dead, as env.php or config.php go before it.
package struct StoredSettings: Sendable {
    package struct Row: Hashable, Sendable {
        /// `default`, `websites`, `stores`
        package var scope: String
        /// Of the website or store view; empty for the default, nil for one that is no longer there.
        package var code: String?
        /// Of a store view: the code of its website.
        package var website: String?
        package var path: String
        package var value: String?
        package var updated: WallTime?

        package init(
            scope: String, code: String?, website: String? = nil, path: String, value: String?,
            updated: WallTime?
        ) {
            self.scope = scope
            self.code = code
            self.website = website
            self.path = path
            self.value = value
            self.updated = updated
        }
    }

    package var rows: [Row]
    /// Codes of store views and of the website of each.
    package var storeViews: [(code: String, website: String)]
    /// The server's clock at the read.
    package var serverTime: WallTime?
    package var cost: ReadCost

    package init(
        rows: [Row], storeViews: [(code: String, website: String)] = [], serverTime: WallTime? = nil,
        cost: ReadCost = ReadCost()
    ) {
        self.rows = rows
        self.storeViews = storeViews
        self.serverTime = serverTime
        self.cost = cost
    }
}

/// The port to a store's own table of settings.
package protocol SettingsTable: Sendable {
    /// As the config names it.
    var source: String { get }
    /// The rows of these paths in every scope.
    @concurrent func settings(_ paths: [String]) async throws(ReadFailure) -> StoredSettings
}

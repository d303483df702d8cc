package import Monitoring
import Synchronization
import Text

/// A store's table of settings as a test fills it.
package final class FakeSettingsTable: SettingsTable {
    package let source = "magento-db"
    private let state: Mutex<(settings: StoredSettings, failure: ReadFailure?)>

    package init(_ rows: [StoredSettings.Row] = [], storeViews: [(String, String)] = []) {
        state = Mutex((StoredSettings(rows: rows, storeViews: storeViews.map { ($0.0, $0.1) }), nil))
    }

    package func edit(_ body: (inout StoredSettings) -> Void) { state.withLock { body(&$0.settings) } }
    package func fail(_ failure: ReadFailure?) { state.withLock { $0.failure = failure } }

    @concurrent package func settings(_ paths: [String]) async throws(ReadFailure) -> StoredSettings {
        var (settings, failure) = state.withLock { $0 }
        if let failure { throw failure }
        settings.rows.removeAll { row in !paths.contains { ExactName.same($0, row.path) } }
        return settings
    }
}

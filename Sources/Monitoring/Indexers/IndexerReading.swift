/// One indexer and its view as seen at one moment (shared facts: `magento.md` 4).
package struct IndexerReading: Hashable, Sendable, Codable {
    package enum Mode: String, Sendable, Codable {
        /// Updated by cron from the changelog (`mview_state.mode` = enabled).
        case schedule
        /// Updated on save.
        case save
    }

    package var name: String
    package var mode: Mode
    /// `indexer_state.status`: valid, invalid, working, suspended; nil when the indexer has no row.
    package var status: String?
    /// `mview_state.status`: idle, working, suspended; nil without a view.
    package var viewStatus: String?
    package var statusUpdated: WallTime?
    package var viewUpdated: WallTime?
    /// `mview_state.version_id`: how far the view has come.
    package var version: UInt64?
    /// `MAX(version_id)` of the changelog; nil when the table is empty or absent.
    package var newestVersion: UInt64?
    /// On schedule, and the changelog is not there or may not be read: what waits is not known.
    package var lacksChangelog = false
    /// `AUTO_INCREMENT` of the changelog, to tell an emptied table from drift.
    package var autoIncrement: UInt64?
    /// `MVIEW<view_id>` is held by somebody; nil when not asked (no application lock, other provider).
    package var isViewLocked: Bool?
    /// Triggers that feed the changelog; nil without the TRIGGER privilege.
    package var triggers: Int?

    package init(name: String, mode: Mode) {
        self.name = name
        self.mode = mode
    }

    /// Change events waiting: newest version less the view's; nil on save and without a changelog, 0 for an
    /// empty one.
    package var backlog: Int? {
        guard mode == .schedule, !lacksChangelog, let version else { return nil }
        guard let newestVersion, newestVersion > version else { return 0 }
        return Int(clamping: newestVersion - version)
    }
}

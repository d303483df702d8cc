package import Text

/// The clock that the store's crontab is written by: Magento reads it in the store's time zone and plans in UTC
/// (magento.md, fact 2).
package struct StoreClock: Hashable, Sendable, Codable {
    package struct Change: Hashable, Sendable, Codable {
        package var at: WallTime
        package var offsetSeconds: Int

        package init(at: WallTime, offsetSeconds: Int) {
            self.at = at
            self.offsetSeconds = offsetSeconds
        }
    }

    /// `Europe/Berlin`
    package var zone: String
    /// The offset before the first change, in seconds east of UTC.
    package var offsetSeconds: Int
    /// Those around now, oldest first.
    package var changes: [Change]

    package init(zone: String, offsetSeconds: Int, changes: [Change]) {
        self.zone = zone
        self.offsetSeconds = offsetSeconds
        self.changes = changes
    }

    /// What the store's clock shows at `time`.
    package func civil(_ time: WallTime) -> CivilTime {
        CivilTime(secondsSinceEpoch: time.milliseconds / 1000 + Int64(offset(at: time)))
    }

    /// Seconds east of UTC at `time`.
    package func offset(at time: WallTime) -> Int {
        changes.last { $0.at <= time }?.offsetSeconds ?? offsetSeconds
    }
}

import Monitoring

/// What somebody changed before the story began, and since.
extension DemoWorld {
    var changesReading: ChangesReading {
        func row(_ id: UInt64, _ path: String, minutes: Double) -> ChangesReading.ConfigRow {
            .init(id, path, updated: start.wall.advanced(bySeconds: -minutes * 60))
        }
        var reading = ChangesReading(readAt: now.wall)
        var rows = [
            row(2871, "erp_connector/export/batch_size", minutes: 4),
            row(311, "tax/calculation/algorithm", minutes: 190),
        ]
        if let changed = latest(DemoStory.addressChanges) {
            rows.insert(.init(2902, "wms/inbound/endpoint", updated: changed), at: 0)
        }
        reading.config = .init(count: 3003, newestID: 4117, rows: rows)
        let connector = times(DemoStory.connectorChanges)
        reading.modules = ["Magento_Sales": "2.0.16", "Vendor_ErpConnector": "3.1.\(connector)"]
        let patches = UInt64(times(DemoStory.patchDropsTriggers))
        reading.patches = .init(count: 486 + Int(patches), newestID: 502 + patches)
        reading.poisonPill = .init(mark: 1)
        return reading
    }

    /// How often the story has come to `second` of its chapter.
    private func times(_ second: Int) -> Int {
        lived < second ? 0 : (lived - second) / DemoStory.length + 1
    }

    /// When it came there last.
    private func latest(_ second: Int) -> WallTime? {
        let times = times(second)
        guard times > 0 else { return nil }
        return start.wall.advanced(bySeconds: Double(second + (times - 1) * DemoStory.length))
    }
}

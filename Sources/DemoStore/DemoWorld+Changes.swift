import Monitoring

/// What somebody changed before the story begins.
extension DemoWorld {
    var changesReading: ChangesReading {
        func row(_ id: UInt64, _ path: String, minutes: Double) -> ChangesReading.ConfigRow {
            .init(id, path, updated: start.wall.advanced(bySeconds: -minutes * 60))
        }
        var reading = ChangesReading(readAt: now.wall)
        reading.config = .init(
            count: 3003, newestID: 4117,
            rows: [
                row(2871, "erp_connector/export/batch_size", minutes: 4),
                row(311, "tax/calculation/algorithm", minutes: 190),
            ])
        reading.modules = ["Magento_Sales": "2.0.16", "Vendor_ErpConnector": "3.1.0"]
        reading.patches = .init(count: 486, newestID: 502)
        reading.poisonPill = .init(mark: 1)
        return reading
    }
}

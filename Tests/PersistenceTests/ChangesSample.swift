import Monitoring

extension Change {
    static func sample(_ number: Int64) -> Change {
        Change(
            id: "config db 1", .config, "setting a/b/c is saved", at: WallTime(seconds: number),
            after: WallTime(seconds: number), by: "mira", source: "db",
            about: [EntityID(.cron, "nightly", in: "db")], isPast: true)
    }
}

extension ChangesMemory {
    /// With every part.
    static func sample(_ number: Int64) -> ChangesMemory {
        let now = WallTime(seconds: number)
        var reading = ChangesReading(readAt: now)
        reading.config = .init(count: 1, newestID: 1, rows: [.init(1, "a/b/c", updated: now)])
        reading.modules = ["Magento_Sales": "2.0.1"]
        reading.patches = .init(count: 1, newestID: 4)
        reading.poisonPill = .init(mark: 9)
        reading.maintenance = .init(since: now)
        reading.release = .init(target: "releases/7", made: now)
        var watch = ChangesWatch(
            ProbeSchedule(
                id: "db/changes", source: "db", kind: "mysql", subject: "changes", interval: .seconds(30),
                deadline: .seconds(4)))
        _ = watch.observe(reading)
        return watch.memory
    }
}

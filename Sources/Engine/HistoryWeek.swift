package import Monitoring

/// What a series usually is in each half hour of the week, by the store's clock.
package struct HistoryWeek: Sendable, Hashable {
    package struct Slot: Sendable, Hashable {
        /// Half hours that had values: 12 after twelve weeks.
        package var count = 0
        package var sum = 0.0
        package var highest = -Double.infinity

        package var mean: Double? { count > 0 ? sum / Double(count) : nil }
    }

    package static let slotSeconds: Int64 = 1800
    private static let weekSeconds: Int64 = 7 * 86_400
    /// 1970 began on a Thursday.
    private static let monday: Int64 = 3 * 86_400

    /// From Monday 00:00 on.
    package private(set) var slots = [Slot](repeating: Slot(), count: Int(weekSeconds / slotSeconds))

    package init() {}

    /// The average of the half hour that began at `start`; both hours of the night in which clocks are set back
    /// count to one slot.
    package mutating func add(_ average: Double, at start: WallTime, clock: StoreClock?) {
        slots[Self.slot(of: start, clock: clock)].add(average)
    }

    package static func slot(of time: WallTime, clock: StoreClock?) -> Int {
        let seconds = time.milliseconds / 1000 + Int64(clock?.offset(at: time) ?? 0)
        let ofWeek = (seconds % weekSeconds + weekSeconds + monday) % weekSeconds
        return Int(ofWeek / slotSeconds)
    }
}

extension HistoryWeek.Slot {
    fileprivate mutating func add(_ average: Double) {
        count += 1
        sum += average
        highest = max(highest, average)
    }
}

extension HistoryStore {
    /// The half hours of the week of a series, of whole ones up to `end`.
    @concurrent package func week(
        _ series: SeriesID, until end: WallTime, days: Int, clock: StoreClock?
    ) async throws(StorageFailure) -> HistoryWeek {
        let step = HistoryWeek.slotSeconds * 1000
        let last = end.milliseconds / step * step
        let start = last - Int64(min(max(days, 1), 200)) * 86_400_000
        let values = try await read(
            series, from: WallTime(milliseconds: start), to: WallTime(milliseconds: last),
            stepSeconds: Int(HistoryWeek.slotSeconds))
        var week = HistoryWeek()
        for (place, value) in values.enumerated() {
            guard let value else { continue }
            week.add(value, at: WallTime(milliseconds: start + Int64(place) * step), clock: clock)
        }
        return week
    }
}

/// Rows that were added to a table, by the id they were given: counted once each, also when they are committed
/// late or deleted soon.
struct ArrivedRows: Sendable {
    private struct Stretch: Sendable {
        /// The highest id of the stretch.
        var top: UInt64
        var second: Int64
        /// The most rows that were found in it at any look.
        var groups: [UInt64: Int] = [:]
    }

    /// So many ids are counted at one look; the next one goes on.
    static let idCap: UInt64 = 20_000
    private static let overlap: Int64 = 30

    /// Up to it everything is settled; nil before the first look.
    private(set) var floor: UInt64?
    private var stretches: [Stretch] = []
    private(set) var isBehind = false

    /// The highest id a look may count.
    var ceiling: UInt64 { (floor ?? 0).addingReportingOverflow(Self.idCap).partialValue }

    /// The first id of each stretch but the first, and of the new one: the look tells which one a row is in.
    var borders: [UInt64] { stretches.map { $0.top &+ 1 } }

    /// Takes counts by stretch and key, and the highest id of all; answers what had not been counted.
    mutating func take(
        _ found: [Int: [UInt64: Int]], newest: UInt64, now: Int64
    ) -> [UInt64: Int] {
        guard let floor, newest >= floor else {
            // The first look, or the table was emptied since.
            self.floor = newest
            stretches = []
            return [:]
        }
        var events: [UInt64: Int] = [:]
        isBehind = newest > ceiling
        let last = stretches.last?.top ?? floor
        stretches.append(Stretch(top: max(last, min(newest, ceiling)), second: now))
        for (place, groups) in found where stretches.indices.contains(place) {
            for (key, count) in groups {
                let known = stretches[place].groups[key] ?? 0
                guard count > known else { continue }
                events[key, default: 0] += count - known
                stretches[place].groups[key] = count
            }
        }
        while let first = stretches.first,
            first.second <= now - Self.overlap || isBehind || stretches.count > 60
                || first.second > now + Self.overlap
        {
            self.floor = max(floor, first.top)
            stretches.removeFirst()
        }
        return events
    }
}

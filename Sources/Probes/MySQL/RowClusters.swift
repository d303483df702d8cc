/// Rows that lie near each other in a table, by their ids: what an import ends, it ends in the order of its ids.
/// The rows between two ids are read for a tenth of what looking up each of them costs.
struct RowClusters {
    /// Some rows of one second, and the ids they lie between.
    struct Spot {
        var count: Int
        var ids: ClosedRange<UInt64>
    }

    /// So many rows are read in place of looking up one.
    private static let rowsPerLookUp: UInt64 = 5
    /// Fewer rows are looked up.
    private static let fewest = 50
    private static let most = 4

    /// The stretches of ids in which many of the rows are.
    let near: [ClosedRange<UInt64>]

    init(_ spots: some Sequence<Spot>) {
        var clusters: [Spot] = []
        for spot in spots.sorted(by: { $0.ids.lowerBound < $1.ids.lowerBound }) {
            if let last = clusters.last {
                let ids = last.ids.lowerBound...max(last.ids.upperBound, spot.ids.upperBound)
                let joined = Spot(count: last.count + spot.count, ids: ids)
                if Self.isDense(joined) || last.ids.overlaps(spot.ids) {
                    clusters[clusters.count - 1] = joined
                    continue
                }
            }
            clusters.append(spot)
        }
        near = clusters.filter { $0.count >= Self.fewest && Self.isDense($0) }.sorted { $0.count > $1.count }
            .prefix(Self.most).map(\.ids)
    }

    private static func isDense(_ spot: Spot) -> Bool {
        spot.ids.upperBound - spot.ids.lowerBound <= UInt64(clamping: spot.count) * rowsPerLookUp
    }

    /// How many of these rows are in none of the stretches.
    func strays(_ spots: some Sequence<Spot>) -> Int {
        spots.reduce(0) { sum, spot in
            near.contains { $0.contains(spot.ids.lowerBound) } ? sum : sum + spot.count
        }
    }
}

import Testing

@testable import Probes

struct RowClustersTests {
    private func spot(_ count: Int, _ first: UInt64, _ last: UInt64) -> RowClusters.Spot {
        .init(count: count, ids: first...last)
    }

    @Test func `an import is one stretch, whatever strays are of its seconds`() {
        let spots = [
            spot(200, 5000, 5400), spot(1, 12, 12), spot(220, 5401, 5800), spot(3, 900_000, 950_000),
            spot(210, 5790, 6300),
        ]
        let clusters = RowClusters(spots)
        #expect(clusters.near == [5000...6300])
        #expect(clusters.strays(spots) == 4)
    }

    @Test func `rows far from each other are looked up, and so are few`() {
        let spots = [spot(300, 1, 90_000), spot(10, 200_000, 200_009)]
        #expect(RowClusters(spots).near.isEmpty)
        #expect(RowClusters(spots).strays(spots) == 310)
        #expect(RowClusters([]).near.isEmpty)
    }

    @Test func `of many stretches the largest are read through`() {
        let spots = (1...6).map { spot(100 * $0, UInt64($0) * 1_000_000, UInt64($0) * 1_000_000 + 700) }
        let clusters = RowClusters(spots)
        #expect(clusters.near.map(\.lowerBound) == [6_000_000, 5_000_000, 4_000_000, 3_000_000])
        #expect(clusters.strays(spots) == 300)
    }
}

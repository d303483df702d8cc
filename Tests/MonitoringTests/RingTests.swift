import Testing

@testable import Monitoring

@Suite struct RingTests {
    /// Places go on, stay or leap as a probe's clock does; values stand still, move and are missing.
    @Test func `reads as a table of all values does, over any run of writes`() {
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var ring = Ring(count: 20)
            var table: [Int: Float] = [:]
            var place = Int.random(in: 0...50, using: &numbers)
            var value: Float = 0
            for _ in 0..<80 {
                if Bool.random(using: &numbers) { value = Float(Int.random(in: 0...3, using: &numbers)) }
                let written = Int.random(in: 0...5, using: &numbers) == 0 ? Float.nan : value
                ring.write(written, at: place)
                table[place] = written
                for end in [place - 7, place, place + 3] {
                    let read = ring.values(15, to: end, newest: place)
                    let wanted = (end - 14...end).map { at -> Double? in
                        guard at > place - 20, at <= place, let value = table[at], !value.isNaN else {
                            return nil
                        }
                        return Double(value)
                    }
                    #expect(read == wanted, "\(place) \(end)")
                }
                if Int.random(in: 0...3, using: &numbers) > 0 { place += 1 }
            }
        }
    }

    @Test func `a figure that stands still costs next to nothing, one that moves no more than its places`() {
        var (still, moving) = (Ring(count: 300), Ring(count: 300))
        for second in 0..<100_000 {
            still.write(7, at: second)
            moving.write(Float(second), at: second)
        }
        #expect(still.bytes <= 64 && moving.bytes <= 8 * 1024, "\(still.bytes), \(moving.bytes)")
    }
}

import Monitoring
import TestSupport
import Testing

/// How fast a level moves, as it is told.
struct PaceTests {
    private static func pace(_ values: [Double], every seconds: Double = 5) -> Pace {
        var pace = Pace()
        for (index, value) in values.enumerated() {
            let at = Timestamp(
                boot: .seconds(Double(index) * seconds), wall: WallTime(milliseconds: 0), bootID: "b")
            pace.add(value, at: at)
        }
        return pace
    }

    @Test func `what grows is told to grow, fast or slowly`() {
        let fast = Self.pace((0..<30).map { Double($0) * 6 })
        #expect(fast.text == "72 more each minute")
        // One message every thirty seconds: most readings show none.
        let slow = Self.pace((0..<30).map { (Double($0) / 6).rounded(.down) })
        #expect(slow.text == "2.0 more each minute")
        let pulsing = Self.pace((0..<30).map { Double($0) * 2 + ($0 % 2 == 0 ? 3 : -3) })
        #expect(pulsing.text?.hasSuffix("more each minute") == true)
    }

    @Test func `what has turned is not told to go on`() {
        let rising = (0..<20).map { Double($0) * 8 }
        let draining = (1...6).map { 152 - Double($0) * 20 }
        #expect(Self.pace(rising + draining).text == nil)
        let still = Self.pace([160, 140, 120, 100, 80, 60, 40, 20, 1, 1, 1, 1, 1, 1, 1, 1])
        #expect(still.text == nil)
    }
}

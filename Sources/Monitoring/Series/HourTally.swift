/// How often something happened in the last hour, by the minute, as it is measured and whatever the clock says.
package struct HourTally: Hashable, Sendable {
    private var counts = [Int](repeating: 0, count: 60)
    private var minute: Int?

    package init() {}

    package mutating func add(_ count: Int, at now: Timestamp) {
        advance(to: now)
        guard let minute else { return }
        counts[minute % 60] &+= max(0, count)
    }

    package mutating func total(at now: Timestamp) -> Int {
        advance(to: now)
        return counts.reduce(0, &+)
    }

    private mutating func advance(to now: Timestamp) {
        let target = max(0, Int(now.boot.inSeconds / 60))
        guard let minute else {
            self.minute = target
            return
        }
        guard target > minute else { return }
        for passed in (minute + 1)...min(target, minute + 60) { counts[passed % 60] = 0 }
        self.minute = target
    }
}

/// How often something happened in the last hour, by the minute, as it is measured and whatever the clock says.
package struct HourTally: Hashable, Sendable {
    /// By minute; empty until something happened: of most nothing ever does.
    private var counts: [Int] = []
    private var minute: Int?

    package init() {}

    package mutating func add(_ count: Int, at now: Timestamp) {
        advance(to: now)
        guard let minute, count > 0 else { return }
        if counts.isEmpty { counts = [Int](repeating: 0, count: 60) }
        counts[minute % 60] &+= count
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
        self.minute = target
        guard !counts.isEmpty else { return }
        for passed in (minute + 1)...min(target, minute + 60) { counts[passed % 60] = 0 }
    }
}

/// How often something happened in the last hour, by the minute.
package struct HourTally: Hashable, Sendable {
    private var counts = [Int](repeating: 0, count: 60)
    private var minute: Int?

    package init() {}

    package mutating func add(_ count: Int, at now: WallTime) {
        advance(to: now)
        guard let minute else { return }
        counts[minute % 60] &+= max(0, count)
    }

    package mutating func total(at now: WallTime) -> Int {
        advance(to: now)
        return counts.reduce(0, &+)
    }

    private mutating func advance(to now: WallTime) {
        let target = max(0, Int(clamping: now.milliseconds / 60_000))
        guard let minute else {
            self.minute = target
            return
        }
        // A clock that went back adds to the minute it had reached.
        guard target > minute else { return }
        for passed in (minute + 1)...min(target, minute + 60) { counts[passed % 60] = 0 }
        self.minute = target
    }
}

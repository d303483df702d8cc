/// How much evidence and time a finding needs, as a factor of the limits that stand beside each detector: below 1 it
/// speaks sooner and is wrong more often.
package struct Tuning: Sendable, Hashable {
    package var factor: Double

    package init(factor: Double = 1) { self.factor = factor }

    /// Evidence in natural logarithms.
    func evidence(_ limit: Double) -> Double { limit * factor }
    /// A hold or deadline in seconds.
    func seconds(_ limit: Double) -> Double { limit * factor }
    /// How far above what is usual.
    func excess(_ limit: Double) -> Double { limit * factor }
}

/// What holds for all detectors at one moment.
struct Circumstances: Sendable {
    var at: Double
    /// Seconds since 1970 by the store's clock.
    var local: Double
    /// When the newest deploy was.
    var deployed: Double?
    var tuning: Tuning
    /// Seconds that the poll covers whose attempts are judged.
    var covered = 0.0

    /// What is seen of a poll for the first time may have begun with it.
    var pollBegan: Double { at - covered }

    /// For one who is to be told of later.
    func tolerating(_ tolerance: Double) -> Circumstances {
        guard tolerance != 1 else { return self }
        var tolerant = self
        tolerant.tuning.factor *= tolerance
        return tolerant
    }

    /// Within so many seconds of a deploy: consumers are restarted, cron pauses.
    func isAfterDeploy(within seconds: Double) -> Bool {
        deployed.map { at >= $0 && at - $0 < seconds } ?? false
    }

    var secondOfDay: Double { local - (local / 86_400).rounded(.down) * 86_400 }
}

/// For how long something holds without a break.
struct Hold: Sendable, Hashable {
    private(set) var since: Double?

    /// Seconds that `condition` has held at `now`; nil when it does not.
    mutating func age(_ condition: Bool, at now: Double) -> Double? {
        guard condition else {
            since = nil
            return nil
        }
        let began = since ?? now
        since = began
        return now - began
    }

    /// Counts from `now` on, if it counts at all: nobody looked meanwhile.
    mutating func restart(at now: Double) { if since != nil { since = now } }
}

/// The lowest value of the last so many seconds, in twelve parts; constant memory.
struct SlidingLow: Sendable, Hashable {
    private let part: Double
    private var lows: [(Double)] = []
    private var current = -1.0
    private var began: Double?
    private let parts = 12

    init(seconds: Double) { part = seconds / 12 }

    mutating func add(_ value: Double, at now: Double) {
        let index = (now / part).rounded(.down)
        if began == nil || index - current > Double(parts) {
            began = now
            lows = [value]
            current = index
        } else if index > current {
            while current < index {
                current += 1
                lows.append(value)
            }
            if lows.count > parts + 1 { lows.removeFirst(lows.count - parts - 1) }
        } else if let last = lows.indices.last {
            lows[last] = min(lows[last], value)
        }
    }

    mutating func reset() { began = nil }

    /// Nil until the whole span was seen.
    func lowest(at now: Double) -> Double? {
        guard let began, now - began >= part * Double(parts) * 0.98 else { return nil }
        return lows.min()
    }
}

/// Outcomes over the last minute, five minutes and hour, summed from what each read brings.
package struct OutcomeWindows: Hashable, Sendable {
    /// Seconds one bucket holds.
    private static let width = 5
    private static let size = 3600 / width
    private struct Bucket: Hashable, Sendable {
        var successes: UInt32 = 0
        var failures: UInt32 = 0
        var retries: UInt32 = 0
    }

    private var buckets: [Bucket] = []
    private var newest = 0
    private var startedSeconds: Double?
    /// Until when a capped count makes the windows bounds.
    private var boundUntil = -Double.infinity

    package init() {}

    package mutating func add(_ counts: OutcomeCounts, at now: Timestamp) {
        let seconds = now.boot.inSeconds
        advance(to: seconds)
        let slot = newest % Self.size
        buckets[slot].successes &+= UInt32(clamping: counts.successes)
        buckets[slot].failures &+= UInt32(clamping: counts.failures)
        buckets[slot].retries &+= UInt32(clamping: counts.retries)
        if counts.isBound { boundUntil = seconds + 3600 }
    }

    /// The sum over the last `seconds`, at most 3600.
    package mutating func sum(last seconds: Int, at now: Timestamp) -> OutcomeCounts {
        advance(to: now.boot.inSeconds)
        var sum = OutcomeCounts()
        for back in 0..<min(max(seconds / Self.width, 1), Self.size) where newest >= back {
            let bucket = buckets[(newest - back) % Self.size]
            sum.successes &+= Int(bucket.successes)
            sum.failures &+= Int(bucket.failures)
            sum.retries &+= Int(bucket.retries)
        }
        sum.isBound = now.boot.inSeconds < boundUntil
        return sum
    }

    /// Seconds that a window of `seconds` really covers: less while counting has only begun.
    package func covered(last seconds: Int, at now: Timestamp) -> Double {
        guard let startedSeconds else { return 0 }
        return min(Double(seconds), max(Double(Self.width), now.boot.inSeconds - startedSeconds))
    }

    private mutating func advance(to seconds: Double) {
        let target = Int(seconds) / Self.width
        guard startedSeconds != nil else {
            startedSeconds = seconds
            newest = target
            buckets = [Bucket](repeating: Bucket(), count: Self.size)
            return
        }
        guard target > newest else { return }
        for passed in (newest + 1)...min(target, newest + Self.size) {
            buckets[passed % Self.size] = Bucket()
        }
        newest = target
    }
}

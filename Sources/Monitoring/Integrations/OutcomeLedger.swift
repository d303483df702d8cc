/// Outcomes of the last hour by the time they carry, in buckets of five seconds, on the clock of what is read.
///
/// Whoever counts keeps one and hands it over whole with each read: an answer that comes late, twice or not at
/// all changes no sum, because the next one holds what it held.
package struct OutcomeLedger: Hashable, Sendable, Codable {
    package static let bucketSeconds: Int64 = 5
    static let size = 3600 / Int(bucketSeconds) + 2
    private static let mostLatencies = 512
    /// An answer so much older than another came late; one that is older still is of a clock that was set back.
    private static let setBackMilliseconds: Int64 = 60_000

    struct Bucket: Hashable, Sendable, Codable {
        var successes: UInt32 = 0
        var failures: UInt32 = 0
        var retries: UInt32 = 0
        var isBound = false
    }

    package struct Latency: Hashable, Sendable, Codable {
        package var at: WallTime
        package var seconds: Double

        package init(at: WallTime, seconds: Double) {
            self.at = at
            self.seconds = seconds
        }
    }

    /// Everything that ended at or after this time has been counted, up to `until`.
    package internal(set) var since: WallTime
    /// By the same clock, when it was last looked.
    package internal(set) var until: WallTime
    /// Reads that were taken into it: of two copies the one with more is the newer.
    package internal(set) var reads: UInt64 = 0
    /// Everything ever counted.
    package internal(set) var total = OutcomeCounts()
    package internal(set) var latencies: [Latency] = []
    package internal(set) var lastSuccess: WallTime?
    /// Milliseconds by which its times have gone back with the clock.
    package internal(set) var movedBack: Int64 = 0
    /// Sanitised, one line.
    package internal(set) var lastError: String?
    package internal(set) var lastErrorAt: WallTime?
    // Seen by `OutcomeLedger+Step` alone.
    var buckets: [Bucket] = []
    var newest: Int64

    /// Counting begins at `since`.
    package init(since: WallTime) {
        self.since = since
        until = since
        newest = Self.bucket(since)
    }

    // MARK: Counting

    /// The clock of what is read shows `now`. Where it was set back since it was looked, what was counted is as
    /// old as before: its times go back with the clock, so that what comes now has its place after it.
    package mutating func clockShows(_ now: WallTime) {
        guard isSetBack(at: now) else { return }
        let back = until.milliseconds - now.milliseconds
        let places = Self.bucket(until) - Self.bucket(now)
        let before = buckets
        for place in (newest - Int64(before.count))..<newest {
            buckets[Self.slot(place + 1 - places)] = before[Self.slot(place + 1)]
        }
        newest -= places
        movedBack &+= back
        func moved(_ time: WallTime) -> WallTime { WallTime(milliseconds: time.milliseconds - back) }
        (since, until) = (moved(since), moved(until))
        (lastSuccess, lastErrorAt) = (lastSuccess.map(moved), lastErrorAt.map(moved))
        for index in latencies.indices { latencies[index].at = moved(latencies[index].at) }
    }

    package func isSetBack(at now: WallTime) -> Bool {
        reads > 0 && until.milliseconds - now.milliseconds > Self.setBackMilliseconds
    }

    /// A read that saw everything up to `now` has ended.
    package mutating func looked(at now: WallTime) {
        clockShows(now)
        reads &+= 1
        until = now
        advance(to: Self.bucket(now))
        let oldest = now.milliseconds - 3_600_000
        if let first = latencies.first, first.at.milliseconds < oldest {
            latencies.removeAll { $0.at.milliseconds < oldest }
        }
        // What went wrong an hour ago explains nothing that is seen now.
        if let at = lastErrorAt, at.milliseconds < oldest { (lastError, lastErrorAt) = (nil, nil) }
    }

    /// It turned out that everything since this earlier time is in it.
    package mutating func reachBack(to time: WallTime) { since = min(since, time) }

    /// Something was missed before `time`: what stands before it is not whole.
    package mutating func begin(at time: WallTime) { since = max(since, time) }

    package mutating func add(_ counts: OutcomeCounts, at time: WallTime) {
        total += counts
        put(counts, in: Self.bucket(time))
    }

    /// Counts of which only the stretch they fell into is known, spread over it evenly: to each bucket by the
    /// part of the stretch that lies in it.
    package mutating func spread(_ counts: OutcomeCounts, from start: WallTime, to end: WallTime) {
        guard counts != OutcomeCounts() else { return }
        guard start < end else { return add(counts, at: end) }
        total += counts
        let width = Self.bucketSeconds * 1000
        // What ends at the first millisecond of a bucket fell into the one before.
        let last = Self.bucket(WallTime(milliseconds: end.milliseconds - 1))
        let first = max(Self.bucket(start), last - Int64(Self.size) + 1)
        let length = Double(end.milliseconds - start.milliseconds)
        var told = (successes: 0, failures: 0, retries: 0)
        func share(_ count: Int, until place: Int64) -> Int {
            let passed = Double(min(place * width, end.milliseconds) - start.milliseconds)
            return passed >= length ? count : max(0, Int(Double(count) * (passed / length)))
        }
        func shares(until place: Int64) -> (successes: Int, failures: Int, retries: Int) {
            (
                share(counts.successes, until: place), share(counts.failures, until: place),
                share(counts.retries, until: place)
            )
        }
        // Of what is older than the ring only the total knows.
        if first > Self.bucket(start) { told = shares(until: first) }
        for place in first...last {
            let now = shares(until: place + 1)
            put(
                OutcomeCounts(
                    successes: now.successes - told.successes, failures: now.failures - told.failures,
                    retries: now.retries - told.retries, isBound: counts.isBound), in: place)
            told = now
        }
    }

    /// Something between these times was not seen: what is counted there is a lower bound.
    package mutating func lose(from start: WallTime, to end: WallTime) {
        let last = Self.bucket(max(start, end))
        for place in max(Self.bucket(start), last - Int64(Self.size) + 1)...last {
            put(OutcomeCounts(isBound: true), in: place)
        }
    }

    /// A source that knows an exact figure for a bucket of time replaces what it said before.
    package mutating func set(_ counts: OutcomeCounts, inBucketOf time: WallTime) {
        let place = Self.bucket(time)
        advance(to: place)
        guard place > newest - Int64(Self.size) else { return }
        let slot = Self.slot(place)
        buckets[slot] = Bucket(
            successes: UInt32(clamping: counts.successes), failures: UInt32(clamping: counts.failures),
            retries: UInt32(clamping: counts.retries), isBound: counts.isBound)
    }

    package mutating func take(latency seconds: Double, at time: WallTime) {
        guard seconds.isFinite, seconds >= 0 else { return }
        latencies.append(Latency(at: time, seconds: seconds))
        // Now and then and not each time: moving all for one would cost more than the line it came from.
        if latencies.count >= 2 * Self.mostLatencies {
            latencies.removeFirst(latencies.count - Self.mostLatencies)
        }
    }

    package mutating func note(success time: WallTime) { lastSuccess = max(time, lastSuccess ?? time) }

    package mutating func note(error text: String, at time: WallTime) {
        if let lastErrorAt, lastErrorAt > time { return }
        lastError = text
        lastErrorAt = time
    }

    // MARK: Sums

    /// Over the last `seconds` before `until`, at most an hour; what carries a later time than `until` counts
    /// as just now.
    package func sum(last seconds: Int) -> OutcomeCounts {
        let end = max(newest, Self.bucket(until))
        return sum(from: Self.bucket(until) - Int64(seconds) / Self.bucketSeconds + 1, through: end)
    }

    /// Per minute over the last whole buckets of `seconds`: the one under way would make it low. Nil before
    /// one whole bucket has been watched.
    package func perMinute(last seconds: Int = 60) -> (
        successes: Double, failures: Double, retries: Double, isBound: Bool
    )? {
        let end = Self.bucket(until)
        let begun = (since.milliseconds + Self.bucketSeconds * 1000 - 1) / (Self.bucketSeconds * 1000)
        let first = max(end - Int64(seconds) / Self.bucketSeconds, begun)
        guard first < end else { return nil }
        let counts = sum(from: first, through: end - 1)
        let factor = 60 / Double((end - first) * Self.bucketSeconds)
        return (
            Double(counts.successes) * factor, Double(counts.failures) * factor,
            Double(counts.retries) * factor, counts.isBound
        )
    }

    /// What ended in these whole buckets of five seconds, `start` among them and `end` not; nil while not all of them
    /// have been watched to their end.
    package func counts(from start: WallTime, to end: WallTime) -> OutcomeCounts? {
        guard since <= start, end <= until else { return nil }
        return sum(from: Self.bucket(start), through: Self.bucket(end) - 1)
    }

    /// Seconds of the last `seconds` that were watched.
    package func covered(last seconds: Int) -> Double {
        min(Double(seconds), max(0, until.seconds(since: since)))
    }

    private func sum(from first: Int64, through last: Int64) -> OutcomeCounts {
        var sum = OutcomeCounts()
        guard !buckets.isEmpty else { return sum }
        let start = max(first, newest - Int64(Self.size) + 1)
        let end = min(last, newest)
        guard start <= end else { return sum }
        for place in start...end {
            let bucket = buckets[Self.slot(place)]
            sum.successes &+= Int(bucket.successes)
            sum.failures &+= Int(bucket.failures)
            sum.retries &+= Int(bucket.retries)
            sum.isBound = sum.isBound || bucket.isBound
        }
        return sum
    }

    private mutating func put(_ counts: OutcomeCounts, in place: Int64) {
        advance(to: place)
        // Older than the hour that is kept: it is in the total.
        guard place > newest - Int64(Self.size) else { return }
        let slot = Self.slot(place)
        buckets[slot].successes &+= UInt32(clamping: counts.successes)
        buckets[slot].failures &+= UInt32(clamping: counts.failures)
        buckets[slot].retries &+= UInt32(clamping: counts.retries)
        buckets[slot].isBound = buckets[slot].isBound || counts.isBound
    }

    mutating func advance(to place: Int64) {
        if buckets.isEmpty { buckets = [Bucket](repeating: Bucket(), count: Self.size) }
        guard place > newest else { return }
        for passed in (max(newest, place - Int64(Self.size)) + 1)...place {
            buckets[Self.slot(passed)] = Bucket()
        }
        newest = place
    }

    private static func bucket(_ time: WallTime) -> Int64 {
        let width = bucketSeconds * 1000
        return (time.milliseconds - (time.milliseconds % width + width) % width) / width
    }

    static func slot(_ place: Int64) -> Int { Int((place % Int64(size) + Int64(size)) % Int64(size)) }
}

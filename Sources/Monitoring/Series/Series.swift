/// One figure over time: the last five minutes by the second and the last hour by ten seconds, some 100 bytes of one
/// that stands still, at most 8 KB of one that moves each second (`RingTests`).
///
/// A value that was not read leaves a gap, and a gap stays one. Places are reckoned by boot time, minutes
/// for the history on disk by wall time.
package struct Series: Sendable {
    package static let fineCount = 300
    package static let coarseCount = 360
    package static let coarseSeconds = 10

    private var fine = Ring(count: fineCount)
    private var coarse = Ring(count: coarseCount)
    /// Newest second since boot that was written.
    private var newest: Int?
    private var tenSeconds = Mean()
    private var minute: (start: Int64, mean: Mean)?
    private var finished: [Minute] = []

    /// One minute of wall time, for the history on disk.
    package struct Minute: Hashable, Sendable {
        package var start: WallTime
        package var average: Double
        package var maximum: Double
    }

    package init() {}

    /// Takes the value read now; it stands for the `interval` before it as well.
    package mutating func add(_ value: Double, at now: Timestamp, interval: Duration) {
        guard value.isFinite else { return }
        let second = Int(max(0, now.boot.inSeconds))
        if let newest, second < newest {
            // One that comes after a newer one is late. A clock that has gone back for longer has begun anew.
            guard newest - second > Self.coarseSeconds * 6 else { return }
            (fine, coarse) = (Ring(count: Self.fineCount), Ring(count: Self.coarseCount))
            (self.newest, tenSeconds) = (nil, Mean())
        }
        let held = max(1, Int(interval.inSeconds.rounded(.up)))
        let first = max((newest ?? second - held) + 1, second - Self.fineCount + 1)
        // Two reads within a second: the second one stands.
        if first > second {
            write(Float(value), at: second)
        } else {
            for place in first...second {
                // Half an interval of lateness is no gap.
                let isHeld = place > second - held - (held + 1) / 2
                write(isHeld ? Float(value) : .nan, at: place)
            }
        }
        newest = max(newest ?? second, second)
        addToMinute(value, at: now.wall)
    }

    /// Finished minutes since the last call.
    package mutating func takeMinutes(at now: WallTime) -> [Minute] {
        closeMinute(before: Self.minuteStart(now))
        defer { finished.removeAll(keepingCapacity: true) }
        return finished
    }

    /// The last `seconds` by the second, oldest first, at most five minutes.
    package func bySecond(last seconds: Int, at now: Timestamp) -> [Double?] {
        let count = min(max(seconds, 0), Self.fineCount)
        return fine.values(count, to: Int(max(0, now.boot.inSeconds)), newest: newest)
    }

    /// The last `count` stretches of ten seconds, oldest first, the one under way last; at most an hour.
    package func byTenSeconds(last count: Int, at now: Timestamp) -> [Double?] {
        coarse.values(
            min(max(count, 0), Self.coarseCount), to: Int(max(0, now.boot.inSeconds)) / Self.coarseSeconds,
            newest: newest.map { $0 / Self.coarseSeconds })
    }

    /// The last hour in eight averages, for the trend of a row; of a series that is younger, as long as there
    /// is one, at least four minutes: seven gaps and a value would show no trend.
    package func trend(at now: Timestamp) -> [Double?] {
        let hour = byTenSeconds(last: Self.coarseCount, at: now)
        let known = hour.count - (hour.firstIndex { $0 != nil } ?? hour.count)
        return Self.averaged(hour.suffix(min(max((known + 7) / 8 * 8, 24), hour.count)), into: 8)
    }

    /// Averages of equal stretches, gaps left out; a stretch of gaps alone is one.
    package static func averaged(_ values: some Collection<Double?>, into count: Int) -> [Double?] {
        let values = Array(values)
        guard count > 0, values.count > count else { return values }
        return (0..<count).map { part in
            let stretch = values[(part * values.count / count)..<((part + 1) * values.count / count)]
            var mean = Mean()
            for case let value? in stretch { mean.add(value) }
            return mean.value
        }
    }

    /// The highest of the same stretches: what is shorter than one of them is lost in its average.
    package static func highest(_ values: some Collection<Double?>, into count: Int) -> [Double?] {
        let values = Array(values)
        guard count > 0, values.count > count else { return values }
        return (0..<count).map { part in
            values[(part * values.count / count)..<((part + 1) * values.count / count)]
                .compactMap(\.self).max()
        }
    }

    private mutating func write(_ value: Float, at second: Int) {
        fine.write(value, at: second)
        let place = second / Self.coarseSeconds
        let before = newest.map { $0 / Self.coarseSeconds }
        if before != place {
            tenSeconds = Mean()
            for passed in max((before ?? place - 1) + 1, place - Self.coarseCount + 1)...place {
                coarse.write(.nan, at: passed)
            }
        }
        newest = max(newest ?? second, second)
        guard !value.isNaN else { return }
        tenSeconds.add(Double(value))
        coarse.write(Float(tenSeconds.value ?? .nan), at: place)
    }

    private mutating func addToMinute(_ value: Double, at now: WallTime) {
        let start = Self.minuteStart(now)
        closeMinute(before: start)
        var mean = minute?.mean ?? Mean()
        mean.add(value)
        minute = (minute?.start ?? start, mean)
    }

    private mutating func closeMinute(before start: Int64) {
        guard let open = minute, open.start < start, let average = open.mean.value else { return }
        finished.append(
            Minute(
                start: WallTime(milliseconds: open.start), average: average, maximum: open.mean.maximum))
        // Nobody takes them while storage fails: the newest hour is enough.
        if finished.count > 60 { finished.removeFirst(finished.count - 60) }
        minute = nil
    }

    private static func minuteStart(_ time: WallTime) -> Int64 {
        time.milliseconds - (time.milliseconds % 60_000 + 60_000) % 60_000
    }

    private struct Mean: Sendable {
        private var sum = 0.0
        private var count = 0
        private(set) var maximum = -Double.infinity

        var value: Double? { count > 0 ? sum / Double(count) : nil }

        mutating func add(_ value: Double) {
            sum += value
            count += 1
            maximum = max(maximum, value)
        }
    }
}

/// What one reading of a ledger has more than the one before: an hour is not told again every ten seconds.
extension OutcomeLedger {
    package struct Step: Hashable, Sendable {
        /// One bucket that is other than before.
        package struct Slice: Hashable, Sendable {
            /// Buckets before the newest one; 0 is that one.
            package var back: Int
            package var successes: UInt32
            package var failures: UInt32
            package var retries: UInt32
            package var isBound: Bool

            package init(
                back: Int, successes: UInt32, failures: UInt32, retries: UInt32, isBound: Bool = false
            ) {
                self.back = back
                self.successes = successes
                self.failures = failures
                self.retries = retries
                self.isBound = isBound
            }
        }

        /// Nothing of what was before counts.
        package var isWhole = false
        package var since: WallTime
        package var until: WallTime
        package var reads: UInt64 = 0
        package var total = OutcomeCounts()
        package var movedBack: Int64 = 0
        package var lastSuccess: WallTime?
        package var lastError: String?
        package var lastErrorAt: WallTime?
        /// The newest bucket, counted from 1970.
        package var newest: Int64 = 0
        package var slices: [Slice] = []
        /// So many of the oldest latencies are no longer kept, and these came.
        package var dropped = 0
        package var latencies: [Latency] = []

        package init(since: WallTime, until: WallTime) {
            self.since = since
            self.until = until
        }
    }

    /// What leads from `before`, which is nil at first, to this one.
    package func step(after before: OutcomeLedger?) -> Step {
        if let before, before.buckets.isEmpty == buckets.isEmpty, newest >= before.newest {
            let step = step(from: before)
            var taken = before
            taken.take(step)
            if taken == self { return step }
        }
        var whole = step(from: OutcomeLedger(since: since, newest: newest))
        whole.isWhole = true
        return whole
    }

    package init(_ step: Step) {
        self.init(since: step.since, newest: step.newest)
        take(step)
    }

    /// Becomes what the other one was when the step was made.
    package mutating func take(_ step: Step) {
        if step.isWhole { self = OutcomeLedger(since: step.since, newest: step.newest) }
        (since, until, reads, total) = (step.since, step.until, step.reads, step.total)
        (movedBack, lastSuccess) = (step.movedBack, step.lastSuccess)
        (lastError, lastErrorAt) = (step.lastError, step.lastErrorAt)
        if buckets.isEmpty { buckets = [Bucket](repeating: Bucket(), count: Self.size) }
        advance(to: step.newest)
        for slice in step.slices where 0..<Self.size ~= slice.back {
            buckets[Self.slot(newest - Int64(slice.back))] = Bucket(
                successes: slice.successes, failures: slice.failures, retries: slice.retries,
                isBound: slice.isBound)
        }
        latencies.removeFirst(min(max(step.dropped, 0), latencies.count))
        latencies += step.latencies
    }

    private init(since: WallTime, newest: Int64) {
        self.init(since: since)
        self.newest = newest
    }

    private func step(from before: OutcomeLedger) -> Step {
        var step = Step(since: since, until: until)
        (step.reads, step.total, step.movedBack) = (reads, total, movedBack)
        (step.lastSuccess, step.lastError, step.lastErrorAt) = (lastSuccess, lastError, lastErrorAt)
        step.newest = newest
        if !buckets.isEmpty {
            for back in (0..<Self.size).reversed() {
                let place = newest - Int64(back)
                let isKnown =
                    !before.buckets.isEmpty && place <= before.newest
                    && place > before.newest - Int64(Self.size)
                let known = isKnown ? before.buckets[Self.slot(place)] : Bucket()
                let bucket = buckets[Self.slot(place)]
                guard bucket != known else { continue }
                step.slices.append(
                    Step.Slice(
                        back: back, successes: bucket.successes, failures: bucket.failures,
                        retries: bucket.retries, isBound: bucket.isBound))
            }
        }
        step.dropped = dropped(of: before.latencies)
        step.latencies = Array(latencies.dropFirst(before.latencies.count - step.dropped))
        return step
    }

    /// How many of the oldest went, so that the rest begins what is kept now.
    private func dropped(of before: [Latency]) -> Int {
        guard let first = latencies.first else { return before.count }
        for place in before.indices where before[place] == first {
            let rest = before[place...]
            if rest.count <= latencies.count, rest.elementsEqual(latencies.prefix(rest.count)) {
                return place
            }
        }
        return before.count
    }
}

extension OutcomeLines {
    /// What came since `before`; nil where more than that is other.
    package func lines(after before: OutcomeLines) -> [OutcomeLine]? {
        var more: [OutcomeLine] = []
        for outcome in Outcome.allCases {
            let known = Set(before.lines(of: outcome))
            more += lines(of: outcome).filter { !known.contains($0) }
        }
        var taken = before
        for line in more { taken.take(line) }
        return taken == self ? more : nil
    }
}

extension OutcomeLedger {
    /// With another text for the last error, where there is one.
    package func withError(_ text: String?) -> OutcomeLedger {
        var ledger = self
        if lastError != nil { ledger.lastError = text }
        return ledger
    }
}

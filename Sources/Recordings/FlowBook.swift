import Monitoring
import Text

/// The ledgers of one probe's flows, as they were told last.
struct FlowBook {
    private var readings: [ExactName: OutcomeReading] = [:]

    // MARK: Writing

    mutating func write(_ now: [OutcomeReading], to line: inout LineWriter) {
        line.array { line in
            for reading in now {
                let before = readings[ExactName(reading.integration)]
                line.element()
                line.object { line in
                    line.member(.flow, reading.integration)
                    Self.write(reading.ledger.step(after: before?.ledger), to: &line)
                    Self.write(reading.lines, after: before?.lines, to: &line)
                }
            }
        }
        readings = Dictionary(
            now.map { (ExactName($0.integration), $0) }, uniquingKeysWith: { _, last in last })
    }

    private static func write(_ step: OutcomeLedger.Step, to line: inout LineWriter) {
        if step.isWhole { line.member(.whole, true) }
        line.member(.since, step.since)
        line.member(.until, step.until)
        line.member(.reads, step.reads)
        line.key(.total)
        line.array { line in
            let total = step.total
            for count in [total.successes, total.failures, total.retries, total.isBound ? 1 : 0] {
                line.element()
                line.integer(count)
            }
        }
        if step.movedBack != 0 { line.member(.moved_back, step.movedBack) }
        if let time = step.lastSuccess { line.member(.last_success, time) }
        if let text = step.lastError { line.member(.last_error, text) }
        if let time = step.lastErrorAt { line.member(.last_error_at, time) }
        line.member(.newest_bucket, step.newest)
        if !step.slices.isEmpty {
            line.key(.buckets)
            line.array { line in
                for slice in step.slices {
                    let counts = [slice.successes, slice.failures, slice.retries, slice.isBound ? 1 : 0]
                    line.element()
                    line.integer(slice.back)
                    for count in counts {
                        line.element()
                        line.integer(count)
                    }
                }
            }
        }
        if step.dropped > 0 { line.member(.dropped, step.dropped) }
        if !step.latencies.isEmpty {
            line.key(.latencies)
            line.array { line in
                for latency in step.latencies {
                    line.element()
                    // Before the end of the reading: short, and as exact.
                    line.integer(step.until.milliseconds &- latency.at.milliseconds)
                    line.element()
                    line.number(latency.seconds)
                }
            }
        }
    }

    private static func write(_ lines: OutcomeLines?, after before: OutcomeLines?, to line: inout LineWriter)
    {
        guard let lines else { return }
        let more = before.flatMap { lines.lines(after: $0) }
        line.key(.lines)
        line.object { line in
            if more == nil {
                line.key(.value)
                return line.document(lines)
            }
            guard let more, !more.isEmpty else { return }
            line.key(.more)
            line.document(more)
        }
    }

    // MARK: Reading

    mutating func read(_ line: inout LineCursor) throws(RecordingFault) -> [OutcomeReading] {
        var now: [OutcomeReading] = []
        try line.openArray()
        while try line.nextElement() {
            try line.openObject()
            now.append(try readFlow(&line))
        }
        readings = Dictionary(
            now.map { (ExactName($0.integration), $0) }, uniquingKeysWith: { _, last in last })
        return now
    }

    private func readFlow(_ line: inout LineCursor) throws(RecordingFault) -> OutcomeReading {
        var flow = ""
        var step = OutcomeLedger.Step(since: WallTime(milliseconds: 0), until: WallTime(milliseconds: 0))
        var latencies: [(Int64, Double)] = []
        var (whole, more): (OutcomeLines?, [OutcomeLine]) = (nil, [])
        var hasLines = false
        while let word = try line.nextMember() {
            switch word {
            case .flow: flow = try line.name()
            case .whole: step.isWhole = try line.bool()
            case .since: step.since = WallTime(recorded: try line.time())
            case .until: step.until = WallTime(recorded: try line.time())
            case .reads: step.reads = UInt64(clamping: try line.integer())
            case .total:
                let counts = try line.integers()
                guard counts.count == 4 else { throw line.fault("a total is four numbers") }
                step.total = OutcomeCounts(
                    successes: Int(clamping: counts[0]), failures: Int(clamping: counts[1]),
                    retries: Int(clamping: counts[2]), isBound: counts[3] != 0)
            case .moved_back: step.movedBack = Int64(clamping: try line.integer())
            case .last_success: step.lastSuccess = WallTime(recorded: try line.time())
            case .last_error: step.lastError = try line.name()
            case .last_error_at: step.lastErrorAt = WallTime(recorded: try line.time())
            case .newest_bucket:
                // Within what a clock can show.
                step.newest = min(max(Int64(clamping: try line.integer()), -1 << 40), 1 << 40)
            case .buckets: step.slices = try line.slices()
            case .dropped: step.dropped = Int(clamping: try line.integer())
            case .latencies:
                try line.openArray()
                while try line.nextElement() {
                    let before = Int64(clamping: try line.integer())
                    guard try line.nextElement() else { throw line.fault("a latency has no seconds") }
                    latencies.append((before, try line.number()))
                }
            case .lines:
                hasLines = true
                try line.openObject()
                while let word = try line.nextMember() {
                    switch word {
                    case .value: whole = try line.document(OutcomeLines.self)
                    case .more: more = try line.document([OutcomeLine].self) ?? []
                    default: try line.skip()
                    }
                }
            default: try line.skip()
            }
        }
        guard !flow.isEmpty else { throw line.fault("a flow has no name") }
        step.latencies = latencies.map { before, seconds in
            OutcomeLedger.Latency(
                at: WallTime(milliseconds: step.until.milliseconds &- before), seconds: seconds)
        }
        let before = readings[ExactName(flow)]
        var reading = OutcomeReading(integration: flow, ledger: OutcomeLedger(since: step.since))
        if let before { reading.ledger = before.ledger } else { step.isWhole = true }
        reading.ledger.take(step)
        if hasLines {
            reading.lines = whole ?? before?.lines ?? OutcomeLines()
            for line in more { reading.lines?.take(line) }
        }
        return reading
    }
}

extension LineCursor {
    mutating func integers() throws(RecordingFault) -> [Int128] {
        var numbers: [Int128] = []
        try openArray()
        while try nextElement() { numbers.append(try integer()) }
        return numbers
    }

    /// Five numbers each.
    fileprivate mutating func slices() throws(RecordingFault) -> [OutcomeLedger.Step.Slice] {
        let numbers = try integers()
        guard numbers.count.isMultiple(of: 5) else { throw fault("a bucket is five numbers") }
        var slices: [OutcomeLedger.Step.Slice] = []
        for place in stride(from: 0, to: numbers.count, by: 5) {
            func count(_ behind: Int) -> UInt32 { UInt32(clamping: numbers[place + behind]) }
            slices.append(
                OutcomeLedger.Step.Slice(
                    back: Int(clamping: numbers[place]), successes: count(1), failures: count(2),
                    retries: count(3), isBound: count(4) > 0))
        }
        return slices
    }
}

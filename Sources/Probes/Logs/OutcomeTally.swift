package import Monitoring
import Text

/// Turns the lines of one log into the outcomes of its integrations, each counted at the time it carries.
///
/// What was counted stays: how the log is cut into reads, and whether anybody waits for one, changes no sum.
package struct OutcomeTally {
    private struct Flow {
        var integration: String
        var ledger = OutcomeLedger(since: WallTime(milliseconds: 0))
        /// Of lines without a time: what came since the last look.
        var untimed = OutcomeCounts()
        /// Of its rules, the weight of the greatest.
        var weight = 0
        var lines = OutcomeLines()
        /// Counted since the last look.
        var fresh = FreshLines()

        mutating func keepLines() { fresh.move(to: &lines) }

        mutating func clockShows(_ now: WallTime) {
            keepLines()
            let before = ledger.movedBack
            ledger.clockShows(now)
            lines.setBack(byMilliseconds: ledger.movedBack &- before)
        }
    }

    /// A record whose end has not come, with what its lines have said so far.
    private struct OpenRecord {
        var part: LogRecord
        var readAt: WallTime
        var number: UInt64
        /// Its time has not come yet, so it counts as of now.
        var isAhead: Bool
        /// Lines that followed the first.
        var more = 0
        var verdicts: [RecordVerdict]
    }

    private let format: LineFormat
    private var rules: [CompiledRule] = []
    private var flows: [Flow] = []
    /// By the file it stands in.
    private var open: [Int: OpenRecord] = [:]
    private var lookedAt: WallTime?
    private var restedAt: WallTime?
    private var remarks = Remarks()
    private var lines = 0
    private var records: UInt64 = 0
    /// Lines in another format, and lines that go on with a record nobody saw begin.
    private var strangers = 0
    private var homeless = 0
    /// Of the lines since the last look: the newest time, and how far one was ahead of its reader.
    private var newest: WallTime?
    private var ahead = 0.0
    private var timedLines = 0
    private var aheadLines = 0

    /// Throws `RuleFailure` naming the first rule that cannot work.
    package init(format: LineFormat, rules: [OutcomeRule]) throws(RuleFailure) {
        self.format = format
        for (index, rule) in rules.enumerated() {
            let flow: Int
            if let known = flows.firstIndex(where: { $0.integration == rule.integration }) {
                flow = known
            } else {
                flow = flows.count
                flows.append(Flow(integration: rule.integration))
            }
            flows[flow].weight = max(flows[flow].weight, rule.outcome.weight)
            do {
                self.rules.append(try CompiledRule(rule, number: index + 1, flow: flow, format: format))
            } catch {
                throw RuleFailure("rule \(index + 1) of \(rule.integration): \(error.message)")
            }
        }
    }

    // MARK: Lines

    /// Takes the next line of a file, read at `now` by the clock of the machine that has it. The number of a
    /// file grows: a record that one begins may go on in the next.
    package mutating func take(_ line: LogLine, from file: Int = 0, at now: WallTime) {
        lines &+= 1
        if let lookedAt, now < lookedAt { clockShows(now) }
        switch format.part(line) {
        case .head(var part):
            close(file)
            let time = part.time
            part.time = time.map { kept($0, at: now) }
            records &+= 1
            var record = OpenRecord(
                part: part, readAt: now, number: records, isAhead: part.time != time,
                verdicts: [RecordVerdict](repeating: RecordVerdict(), count: flows.count))
            judge(part, &record)
            if format.isMultiline {
                open[file] = record
            } else {
                for index in flows.indices { settle(record, index, &flows[index]) }
            }
        case .continuation:
            guard let owner = open[file] != nil ? file : open[file - 1] != nil ? file - 1 : nil,
                var record = open[owner]
            else {
                homeless &+= 1
                return
            }
            open[owner] = nil
            record.more &+= 1
            judge(record.part.continued(by: line), &record)
            open[owner] = record
        case .stranger:
            close(file)
            strangers &+= 1
            for index in flows.indices { flows[index].ledger.add(OutcomeCounts(isBound: true), at: now) }
        }
    }

    /// Nothing more comes of this file.
    package mutating func end(_ file: Int) { close(file) }

    /// Everything from this time on has been taken.
    package mutating func begin(at time: WallTime) {
        for index in flows.indices { flows[index].ledger.begin(at: time) }
    }

    /// All lines until now were read back at a start, up to `now`. Where they carry times that have not come, as
    /// of another time zone, none of them has a place in the last hour: nothing of them is counted, and false is
    /// answered.
    package mutating func placesHistory(at now: WallTime) -> Bool {
        guard aheadLines > 0, aheadLines >= timedLines / 10 else { return true }
        open = [:]
        for index in flows.indices {
            flows[index].ledger = OutcomeLedger(since: now)
            flows[index].untimed = OutcomeCounts()
            (flows[index].lines, flows[index].fresh) = (OutcomeLines(), FreshLines())
        }
        return false
    }

    /// Lines of this stretch were not seen.
    package mutating func lose(from start: WallTime?, to end: WallTime) {
        for index in flows.indices { flows[index].ledger.lose(from: min(start ?? end, end), to: end) }
    }

    /// Lines of now have their place in the last hour although the clock was set back. What is still open
    /// carries a time of before.
    private mutating func clockShows(_ now: WallTime) {
        guard flows.contains(where: { $0.ledger.isSetBack(at: now) }) else { return }
        for file in open.keys.sorted() { close(file) }
        for index in flows.indices { flows[index].clockShows(now) }
    }

    /// Everything up to `whole` has been taken; `now` is when it was looked, by the same clock.
    package mutating func looked(upTo whole: WallTime, at now: WallTime) {
        note(at: now)
        clockShows(whole)
        // Whoever has not gone on for an hour has ended.
        for (file, record) in open where whole.seconds(since: record.part.time ?? record.readAt) > 3600 {
            close(file)
        }
        for index in flows.indices {
            let counts = flows[index].untimed
            flows[index].ledger.spread(counts, from: min(lookedAt ?? now, now), to: now)
            flows[index].untimed = OutcomeCounts()
            flows[index].ledger.looked(at: whole)
            flows[index].keepLines()
        }
        if now.seconds(since: restedAt ?? WallTime(milliseconds: 0)).magnitude >= 60 {
            for index in rules.indices { rules[index].rest() }
            restedAt = now
        }
        lookedAt = now
        (lines, strangers, homeless, newest, ahead) = (0, 0, 0, nil, 0)
        (timedLines, aheadLines) = (0, 0)
    }

    // MARK: Readings

    /// The newest time that a line since the last look carried.
    package var newestTime: WallTime? { newest }

    /// The last hour of each integration, with what the record under way has said so far.
    package var readings: [OutcomeReading] {
        flows.indices.map { index in
            var flow = flows[index]
            for (_, record) in open.sorted(by: { $0.key < $1.key }) { settle(record, index, &flow) }
            flow.keepLines()
            return OutcomeReading(integration: flow.integration, ledger: flow.ledger, lines: flow.lines)
        }
    }

    /// What is to be known of the figures of the last hour.
    package func notices(at now: WallTime) -> [Fact] { remarks.facts(at: now) }

    private mutating func note(at now: WallTime) {
        let odd = strangers &+ homeless
        let isGrave = odd > 0 && odd >= lines / 10
        if isGrave || strangers > 0 {
            let count = isGrave ? odd : strangers
            remarks.note(
                .strangers,
                "\(Figures.count(count)) of \(Figures.counted(lines, "line")) "
                    + (count == 1 ? "is" : "are") + " not in the format set", isMild: !isGrave, at: now)
        }
        if ahead > 0 {
            remarks.note(
                .ahead, "lines carry times \(Age.text(seconds: ahead)) ahead: is their time zone told?",
                at: now)
        }
        if let lookedAt, let newest {
            let lag = min(lookedAt, now).seconds(since: newest)
            if lag > 600 {
                remarks.note(
                    .behind, "new lines carry times \(Age.text(seconds: lag)) old: is their time zone told?",
                    at: now)
            } else {
                remarks.forget(.behind)
            }
        }
    }

    // MARK: Records

    /// A time that has not come yet is not one to count at: lines are written before they are read.
    private mutating func kept(_ time: WallTime, at now: WallTime) -> WallTime {
        let seconds = time.seconds(since: now)
        timedLines &+= 1
        guard seconds > 5 else {
            newest = max(time, newest ?? time)
            return time
        }
        ahead = max(ahead, seconds)
        aheadLines &+= 1
        return now
    }

    private mutating func judge(_ part: LogRecord, _ record: inout OpenRecord) {
        if part.cut > 0 {
            remarks.note(
                .cut, "a line is longer than \(ByteSize.text(LineSplitter.cap)), its end is not read",
                at: record.readAt)
        }
        for index in rules.indices {
            let flow = rules[index].flow
            let outcome = rules[index].outcome
            if part.cut > 0 { record.verdicts[flow].doubt = flows[flow].weight }
            guard outcome.weight > record.verdicts[flow].weight else { continue }
            switch rules[index].judge(part) {
            case .no: continue
            case .yes(let latency):
                record.verdicts[flow].outcome = outcome
                record.verdicts[flow].latency = latency
                record.verdicts[flow].error = outcome == .failure ? part.summary : nil
                record.verdicts[flow].quote = part.quote
            case .gaveUp:
                record.verdicts[flow].doubt = max(record.verdicts[flow].doubt, outcome.weight)
                remarks.note(
                    .undecided,
                    "\(rules[index].name) cannot decide some lines: its pattern needs too many steps",
                    at: record.readAt)
            }
        }
    }

    private mutating func close(_ file: Int) {
        guard let record = open.removeValue(forKey: file) else { return }
        for index in flows.indices { settle(record, index, &flows[index]) }
    }

    private func settle(_ record: OpenRecord, _ index: Int, _ flow: inout Flow) {
        let verdict = record.verdicts[index]
        let time = record.part.time ?? record.readAt
        var counts = OutcomeCounts(isBound: verdict.doubt > verdict.weight)
        if !counts.isBound {
            switch verdict.outcome {
            case nil: return
            case .success: counts.successes = 1
            case .failure: counts.failures = 1
            case .retry: counts.retries = 1
            }
            if verdict.outcome == .success { flow.ledger.note(success: time) }
            if let error = verdict.error { flow.ledger.note(error: error, at: time) }
            if let latency = verdict.latency { flow.ledger.take(latency: latency, at: time) }
            if let outcome = verdict.outcome {
                flow.fresh.take(
                    FreshLines.Line(
                        at: time, isTimeRead: record.part.time == nil || record.isAhead,
                        number: record.number, level: record.part.level, bytes: verdict.quote.bytes,
                        leftOut: verdict.quote.leftOut, more: record.more), outcome)
            }
        }
        if record.part.time == nil { flow.untimed += counts } else { flow.ledger.add(counts, at: time) }
    }
}

/// What the lines of a record have said of one integration.
private struct RecordVerdict {
    var outcome: Outcome?
    var latency: Double?
    /// Sanitised.
    var error: String?
    /// What is kept of the line that decided.
    var quote: (bytes: [UInt8], leftOut: Int) = ([], 0)
    /// The weight of the greatest outcome it may yet have: a rule gave up, or a line was cut.
    var doubt = 0

    var weight: Int { outcome?.weight ?? 0 }
}

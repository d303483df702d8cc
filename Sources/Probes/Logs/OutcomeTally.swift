package import Monitoring
import Text

/// How the lines of a log are to be read.
package enum LineFormat: Sendable, Hashable {
    /// Any text, one record a line, without a time of its own.
    case plain
    case monolog
    case nginx(NginxFormat)
}

/// Turns the lines of one log into the outcomes of its integrations.
package struct OutcomeTally {
    private struct Flow {
        var integration: String
        var counts = OutcomeCounts()
        var latencies = LatencySample()
        var lastSuccess: WallTime?
        var lastError: String?
        /// The present record has already counted.
        var isDecided = false
        /// A rule could not be evaluated on the present record.
        var isUndecided = false
    }

    private var format: LineFormat
    private var rules: [CompiledRule] = []
    private var flows: [Flow] = []
    /// Monolog: the record that continuation lines belong to.
    private var record: LogRecord?
    private var lines = 0
    private var strangers = 0

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
            do {
                self.rules.append(try CompiledRule(rule, number: index + 1, flow: flow, format: format))
            } catch {
                throw RuleFailure("rule \(index + 1) of \(rule.integration): \(error.message)")
            }
        }
    }

    /// Takes the next line of the log, read at `now`. A line that was there before the first read
    /// (`isHistory`) tells the last success and the last error, and is not counted.
    package mutating func take(_ line: LogLine, isHistory: Bool = false, at now: WallTime) {
        guard let part = part(of: line) else { return }
        for index in rules.indices {
            let flow = rules[index].flow
            if flows[flow].isDecided { continue }
            // What an earlier rule might have called a failure must not pass for a success.
            if rules[index].outcome == .success, flows[flow].isUndecided { continue }
            switch rules[index].judge(part) {
            case .no: continue
            case .gaveUp:
                flows[flow].isUndecided = true
                if !isHistory { flows[flow].counts.isBound = true }
            case .yes(let latency):
                flows[flow].isDecided = true
                count(rules[index].outcome, of: flow, part, latency, isHistory: isHistory, at: now)
            }
        }
    }

    /// Says that lines were lost: what is counted until the next reading is a lower bound.
    package mutating func lose() {
        for index in flows.indices { flows[index].counts.isBound = true }
    }

    /// What came since the reading before, and what is wrong with the rules or the lines.
    package mutating func reading() -> [Fact] {
        var facts: [Fact] = [
            .outcomes(
                flows.map { flow in
                    var reading = OutcomeReading(
                        integration: flow.integration, span: .sinceLastRead(flow.counts),
                        latencies: flow.latencies.values)
                    reading.lastSuccess = flow.lastSuccess
                    reading.lastError = flow.lastError
                    return reading
                })
        ]
        facts += rules.filter(\.isOff).map { .notice(SourceNotice(.warning, $0.offNotice)) }
        if strangers > 0, strangers >= lines / 10 {
            let text =
                "\(Figures.count(strangers)) of \(Figures.counted(lines, "line")) "
                + (strangers == 1 ? "is" : "are") + " not in the format set"
            facts.append(.notice(SourceNotice(.warning, text)))
        }
        lines = 0
        strangers = 0
        for index in flows.indices {
            flows[index].counts = OutcomeCounts()
            flows[index].latencies = LatencySample()
        }
        return facts
    }

    /// The line as part of its record; nil when it belongs to none.
    private mutating func part(of line: LogLine) -> LogRecord? {
        lines &+= 1
        switch format {
        case .plain:
            begin()
            return LogRecord(text: line.bytes, cut: line.cut)
        case .monolog:
            if let first = MonologLine(line.bytes) {
                begin()
                var part = LogRecord(text: first.record, cut: line.cut)
                part.time = first.time
                part.level = first.level
                part.essence = first.message
                record = part
                return part
            }
            guard var part = record else {
                strangers &+= 1
                return nil
            }
            part.text = line.bytes
            part.essence = line.bytes
            part.cut = line.cut
            return part
        case .nginx(let format):
            guard let request = format.parse(line.bytes) else {
                strangers &+= 1
                return nil
            }
            begin()
            var part = LogRecord(text: line.bytes, cut: line.cut)
            part.time = request.time
            part.request = request
            return part
        }
    }

    private mutating func begin() {
        for index in flows.indices {
            flows[index].isDecided = false
            flows[index].isUndecided = false
        }
    }

    private mutating func count(
        _ outcome: OutcomeRule.Outcome, of flow: Int, _ part: LogRecord, _ latency: Double?, isHistory: Bool,
        at now: WallTime
    ) {
        switch outcome {
        case .success:
            let time = part.time.map { min($0, now) } ?? (isHistory ? nil : now)
            if let time { flows[flow].lastSuccess = max(time, flows[flow].lastSuccess ?? time) }
            if !isHistory { flows[flow].counts.successes &+= 1 }
        case .failure:
            flows[flow].lastError = part.summary
            if !isHistory { flows[flow].counts.failures &+= 1 }
        case .retry:
            if !isHistory { flows[flow].counts.retries &+= 1 }
        }
        if !isHistory, let latency { flows[flow].latencies.take(latency) }
    }
}

/// One line with what is known of the record it belongs to.
struct LogRecord {
    /// What the rules look at.
    var text: ArraySlice<UInt8>
    /// What a person wants to read of it.
    var essence: ArraySlice<UInt8>
    var cut: Int
    var time: WallTime?
    var level: MonologLine.Level?
    var request: NginxLine?

    init(text: ArraySlice<UInt8>, cut: Int) {
        self.text = text
        self.cut = cut
        essence = text
    }

    /// One harmless line for the screen: of an access line the status and the request, without the address
    /// of the caller and the query.
    var summary: String {
        if let request, let what = request.request {
            return "\(request.status) " + Sanitizer.line(bytes: what, maxBytes: 512)
        }
        let empty = " [] []"
        let bytes =
            essence.suffix(empty.utf8.count).elementsEqual(empty.utf8)
            ? essence.dropLast(empty.utf8.count) : essence
        guard cut > 0 else { return Sanitizer.line(bytes: bytes, maxBytes: 512) }
        let shown = bytes.prefix(400)
        return Sanitizer.line(bytes: shown, maxBytes: 2048) + "…+"
            + ByteSize.text(bytes.count - shown.count + cut)
    }
}

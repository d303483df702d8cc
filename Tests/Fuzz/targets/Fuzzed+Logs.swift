import Monitoring
@testable import Probes

extension Fuzzed {
    /// Lines of logs, and the patterns and formats that a config reads them by.
    static let logs = [
        Fuzzed(
            "monolog",
            ["[2026-11-29T02:14:37.123456+00:00] main.ERROR: order 7 failed {\"a\":1} []\n  at x\n"]
        ) {
            tally($0, .monolog)
        },
        Fuzzed(
            "monolog-json",
            [#"{"message":"order 7","level_name":"INFO","datetime":"2026-11-29T02:14:37Z"}"# + "\n"]
        ) {
            tally($0, .monolog)
        },
        Fuzzed(
            "nginx", ["10.0.0.1 - - [29/Nov/2026:02:14:37 +0000] \"POST /psp HTTP/1.1\" 200 12 \"-\" \"x\"\n"]
        ) {
            if let format = try? NginxFormat() { tally($0, .nginx(format)) }
        },
        Fuzzed(
            "nginx-format",
            ["$remote_addr [$time_local] \"$request\" $status $request_time\n1 [x] \"GET /\" 200 0.1\n"]
        ) {
            let (format, line) = halves($0)
            guard let made = try? NginxFormat(String(decoding: format, as: UTF8.self)) else { return }
            _ = made.parse(line)
        },
        Fuzzed("plain", ["order 7 exported\nretry of 8\n"]) { tally($0, .plain) },
        Fuzzed("pattern", ["(a+)+$\naaaaaaaaaaaaaaaaaa!", "^order (?<n>[0-9]+) (.*)$\norder 7 x"]) {
            let (pattern, line) = halves($0)
            guard pattern.count < 200, let made = try? LinePattern(String(decoding: pattern, as: UTF8.self))
            else {
                return
            }
            if made.match(line, .little) == .match {
                for group in 0..<4 { _ = made.text(ofGroup: group, in: line) }
            }
        },
        Fuzzed("template", ["order * failed*\norder 7 failed: x"]) {
            let (text, line) = halves($0)
            _ = (try? LineTemplate(String(decoding: text, as: UTF8.self)))?.matches(line)
        },
        Fuzzed("time", ["2026-11-29T02:14:37.5+01:00", "29/Nov/2026:02:14:37 +0000", "1764036877.123"]) {
            _ = (LogTime.iso($0[...]), LogTime.common($0[...]), LogTime.epoch($0[...]))
            _ = HTTPDate.time(String(decoding: $0, as: UTF8.self))
        },
        Fuzzed("stream", ["hello\nmark one two\nlog line\nmark three\n"]) { bytes in
            // However it is cut, the same comes out.
            func parts(_ chunks: [[UInt8]]) -> ([UInt8], Int) {
                var stream = MarkedStream("mark")
                var (data, words) = ([UInt8](), 0)
                for chunk in chunks {
                    stream.feed(chunk) { part in
                        switch part {
                        case .bytes(let more): data += more
                        case .words: words += 1
                        }
                    }
                }
                return (data + stream.rest, words)
            }
            let (whole, cut) = (parts([bytes]), parts(bytes.map { [$0] }))
            hold(bytes.count > 4096 || whole == cut, "a stream is told by how it is cut")
        },
    ]

    private static let now = WallTime(seconds: 1_796_000_000)

    private static func tally(_ bytes: [UInt8], _ format: LineFormat) {
        var rules = [
            OutcomeRule("a", .failure, .pattern("order ([0-9]+) .*failed")),
            OutcomeRule("a", .success, .template("order * exported")),
            OutcomeRule("b", .retry, .template("retry")),
        ]
        if case .nginx = format { rules.append(OutcomeRule("b", .success, status: 200...299)) }
        guard var tally = try? OutcomeTally(format: format, rules: rules) else { return }
        var splitter = LineSplitter()
        tally.begin(at: now.advanced(bySeconds: -3600))
        splitter.feed(bytes[...]) { tally.take($0, at: now) }
        splitter.finish { tally.take($0, at: now) }
        tally.looked(upTo: now, at: now)
        let attempts = tally.readings.reduce(0) { $0 + $1.ledger.sum(last: 3600).finished }
        hold(attempts <= bytes.count, "more attempts than bytes")
        _ = tally.notices(at: now)
    }

    /// What stands before the first line feed, and behind it.
    private static func halves(_ bytes: [UInt8]) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        let place = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        return (bytes[..<place], bytes[min(place + 1, bytes.endIndex)...])
    }
}

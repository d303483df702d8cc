import Monitoring
import Probes
import TestSupport
import Testing

@Suite struct LogLineParsingTests {
    @Test(
        arguments: [
            ("2026-11-21T10:02:13.482910+00:00", 1_795_255_333_482),
            ("2026-11-21T12:02:13+02:00", 1_795_255_333_000),
            ("2026-11-21 10:02:13", 1_795_255_333_000),
            ("2026-11-21T10:02:13Z", 1_795_255_333_000),
            ("2026-11-21T05:02:13.5-0500", 1_795_255_333_500),
        ] as [(String, Int64)])
    func `reads both of Magento's timestamps`(text: String, milliseconds: Int64) {
        #expect(LogTime.iso(bytes(text)) == WallTime(milliseconds: milliseconds))
    }

    @Test(arguments: [
        "", "2026", "2026-13-01 00:00:00", "2026-01-01 25:00:00", "2026-01-01 00:00:00 x", "x2026-01-01",
        "2026-01-01T00:00:00.", "2026-01-01T00:00:00+99:00", "0000-01-01 00:00:00",
        "2026-02-29 00:00:00", "2026-04-31T00:00:00Z",
    ])
    func `refuses what is no timestamp`(text: String) {
        #expect(LogTime.iso(bytes(text)) == nil)
        #expect(LogTime.common(bytes(text)) == nil)
    }

    @Test func `takes a Monolog record apart`() throws {
        let line = bytes(
            "[2026-11-21T10:02:13.482910+00:00] main.CRITICAL: Message has been rejected: X [] []")
        let record = try #require(MonologLine(line))
        #expect(record.level == .critical)
        #expect(record.time == WallTime(milliseconds: 1_795_255_333_482))
        #expect(String(decoding: record.message, as: UTF8.self) == "Message has been rejected: X [] []")
        #expect(record.record.starts(with: "main.CRITICAL: ".utf8))
        #expect(MonologLine(bytes("[2019-12-14 21:23:21] my.own.channel.INFO: "))?.level == .info)
    }

    @Test(arguments: [
        "#0 /var/www/html/vendor/x.php(12): y()", "", "[", "[]", "[2026-11-21 10:02:13]",
        "[2026-11-21 10:02:13] main.LOUD: x", "[2026-11-21 10:02:13] .INFO: x",
        "[2026-11-21 10:02:13] no colon", " [2026-11-21 10:02:13] main.INFO: x",
    ])
    func `takes for a continuation what does not begin a record`(text: String) {
        #expect(MonologLine(bytes(text)) == nil)
    }

    @Test func `reads nginx's combined format`() throws {
        let line =
            #"10.0.0.1 - ed smith [21/Nov/2026:11:02:13 +0100] "POST /rest/V1/orders?k=s HTTP/1.1" 500 12 "-" "ERP \x22q\x22""#
        let request = try #require(try NginxFormat().parse(bytes(line)))
        #expect(request.status == 500)
        #expect(request.time == WallTime(milliseconds: 1_795_255_333_000))
        #expect(request.request.map { String(decoding: $0, as: UTF8.self) } == "POST /rest/V1/orders")
        #expect(request.requestTime == nil)
    }

    @Test func `reads request and upstream time where the format has them`() throws {
        let format = try NginxFormat(
            #"$msec ${status} rt=$request_time ut="$upstream_response_time" $request"#)
        let request = try #require(
            format.parse(bytes(#"1795255333.250 200 rt=0.345 ut="0.100, 0.200 : 0.005" GET / HTTP/2.0"#)))
        #expect(request.time == WallTime(milliseconds: 1_795_255_333_250))
        #expect(request.requestTime.map { ($0 * 1000).rounded() } == 345)
        #expect(request.upstreamTime.map { ($0 * 1000).rounded() } == 305)
        #expect(format.parse(bytes(#"1795255333.250 200 rt=0.345 ut="-" GET"#))?.upstreamTime == nil)
        // To the last digit, and not 0.47000000000000003.
        #expect(format.parse(bytes(#"1795255333.250 200 rt=0.470 ut="-" GET"#))?.requestTime == 0.47)
    }

    @Test(arguments: [
        "$remote_addr$status", "$remote_addr [$time_local]", "no variable", "${status", "",
    ])
    func `refuses a log_format that cannot be read back`(format: String) {
        #expect(throws: RuleFailure.self) { try NginxFormat(format) }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `no bytes make a parser trap`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let format = try NginxFormat()
        let seeds = [
            bytes("[2026-11-21T10:02:13.482910+00:00] main.CRITICAL: Message [] []"),
            bytes(#"10.0.0.1 - - [21/Nov/2026:11:02:13 +0100] "POST /rest HTTP/1.1" 500 12 "-" "ERP""#),
            bytes("999999999999999999999.999999999999999999999999999"), [],
        ]
        for _ in 0..<500 {
            var line = Array(seeds[Int(random.next() % 4)])
            for _ in 0...(random.next() % 8) {
                let byte = UInt8(truncatingIfNeeded: random.next())
                let at = Int(random.next() % UInt64(line.count + 1))
                if at < line.count, random.next() % 2 == 0 {
                    line[at] = byte
                } else {
                    line.insert(byte, at: at)
                }
                if random.next() % 4 == 0 { line.removeSubrange(at...) }
            }
            _ = MonologLine(line[...])
            _ = format.parse(line[...])
            _ = LogTime.epoch(line[...])
            if let record = MonologLine(line[...]) { #expect(record.message.count < line.count) }
        }
    }

    private func bytes(_ text: String) -> ArraySlice<UInt8> { ArraySlice(text.utf8) }
}

import Probes
import TestSupport
import Testing

@Suite struct NagiosOutputTests {
    @Test func `reads state, first line and figures of all lines`() throws {
        let text = """
            ORDERS OK - 12 waiting | time=120ms;1;2;0; 'a ''b'' c'=5;~:10;@10:20 size=2KB
            long text
            more | late=3c
            share=50%;80;90 broken =x  unknown=U many=1,234 odd=x
            """
        let output = try #require(NagiosOutput(exitCode: 0, output: Array(text.utf8)))
        #expect(output.state == .ok)
        #expect(output.text == "ORDERS OK - 12 waiting")
        #expect(
            output.figures.map(\.label) == [
                "time", "a 'b' c", "size", "late", "share", "unknown", "many", "odd",
            ])
        #expect(output.figures.map(\.value) == [0.12, 5, 2048, 3, 50, nil, nil, nil])
        #expect(
            output.figures.map(\.unit) == [.seconds, .none, .bytes, .counter, .percent, .none, .none, .none])
        #expect(output.figures.suffix(3).map(\.text) == ["U", "1,234", "x"])
        #expect(output.figures[1].warning?.alerts(11) == true)
        #expect(output.figures[1].critical?.alerts(15) == true)
    }

    @Test(
        arguments: [
            ("10", [-1: true, 0: false, 10: false, 11: true]), ("10:", [9: true, 10: false]),
            ("~:10", [-99: false, 11: true]), ("10:20", [9: true, 15: false, 21: true]),
            ("@10:20", [9: false, 10: true, 20: true, 21: false]),
        ] as [(String, [Double: Bool])])
    func `a range alerts as the guidelines say`(text: String, cases: [Double: Bool]) throws {
        let range = try #require(NagiosRange(text[...]))
        for (value, alerts) in cases { #expect(range.alerts(value) == alerts, "\(value) in \(text)") }
    }

    @Test(arguments: ["", "x", "20:10", "@", "1:x", "nan:2", "nan"])
    func `an odd range is none`(text: String) { #expect(NagiosRange(text[...]) == nil) }

    @Test func `an exit code beyond 3 is no plugin's answer`() {
        #expect(NagiosOutput(exitCode: 127, output: []) == nil)
        #expect(NagiosOutput(exitCode: 3, output: [])?.state == .unknown)
        #expect(NagiosOutput(exitCode: 2, output: [])?.text == "")
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `no bytes make it trap`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let seeds = Array("OK|'a''b'=1.5e3ms;@1:2;~:;U| |||=;;; '=\n|x=1e999;1:2:3 é='".utf8)
        for _ in 0..<500 {
            var bytes = seeds
            for _ in 0..<6 {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            let output = NagiosOutput(exitCode: 0, output: bytes)
            #expect(output?.figures.allSatisfy { $0.value?.isFinite != false } == true)
        }
    }
}

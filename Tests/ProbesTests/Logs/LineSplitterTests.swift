import Probes
import TestSupport
import Testing

@Suite struct LineSplitterTests {
    @Test func `the lines are the same at whatever byte the stream is cut`() {
        let stream =
            Array("one\r\n\ntwo \u{1F4A5} wide\n\r\nthr\ree\n\u{FF}last".utf8) + [0xFF, 0xC3, 10, 0xE2, 0x82]
        let whole = lines(of: [stream[...]])
        #expect(whole.count == 7)
        #expect(whole.first == LogLine("one"))
        #expect(whole.last?.bytes == [0xE2, 0x82])
        for cut in 0...stream.count {
            #expect(lines(of: [stream[..<cut], stream[cut...]]) == whole)
            for second in cut...stream.count {
                #expect(lines(of: [stream[..<cut], stream[cut..<second], stream[second...]]) == whole)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `long lines are the same whatever the chunks`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var stream: [UInt8] = []
        for length in [
            0, LineSplitter.cap + 34_464, LineSplitter.cap - 1, LineSplitter.cap, LineSplitter.cap + 1, 7,
        ] {
            stream += [UInt8](repeating: UInt8(ascii: "x"), count: length)
            stream += [10]
        }
        let whole = lines(of: [stream[...]])
        var chunks: [ArraySlice<UInt8>] = []
        var start = 0
        while start < stream.count {
            let end = min(stream.count, start + Int(random.next() % 9000))
            chunks.append(stream[start..<end])
            start = end
        }
        #expect(lines(of: chunks) == whole)
        #expect(whole.map(\.bytes.count).max() == LineSplitter.cap)
        let long = whole[1]
        #expect(long.bytes.count == LineSplitter.cap)
        #expect(long.cut == 34_464)
    }

    @Test func `a line without its end waits for it`() {
        var splitter = LineSplitter()
        var seen: [LogLine] = []
        splitter.feed(Array("half".utf8)[...]) { seen.append($0) }
        #expect(seen.isEmpty)
        #expect(splitter.isInsideLine)
        splitter.feed(Array(" and half\n".utf8)[...]) { seen.append($0) }
        #expect(seen == [LogLine("half and half")])
        #expect(!splitter.isInsideLine)
    }

    private func lines(of chunks: [ArraySlice<UInt8>]) -> [LogLine] {
        var splitter = LineSplitter()
        var seen: [LogLine] = []
        for chunk in chunks { splitter.feed(chunk) { seen.append($0) } }
        if splitter.isInsideLine { splitter.finish { seen.append($0) } }
        return seen
    }
}

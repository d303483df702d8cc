import TestSupport
import Testing

@testable import Probes

@Suite struct MarkedStreamTests {
    @Test func `bytes and words are the same at whatever byte the stream is cut`() {
        let stream = Array(
            "Welcome\nmark look 1 2\nmarmar\nmark beat 7\nhalf a mark beat 8\nline\nmark: no\nmark on\nm".utf8
        )
        let whole = parts(of: [stream[...]])
        #expect(whole.words == [["look", "1", "2"], ["beat", "7"], ["beat", "8"], ["on"]])
        #expect(String(decoding: whole.bytes, as: UTF8.self) == "marmar\nhalf a line\nmark: no\nm")
        for first in 0...stream.count {
            for second in first...stream.count {
                let cut = parts(of: [stream[..<first], stream[first..<second], stream[second...]])
                #expect(cut.bytes == whole.bytes && cut.words == whole.words)
            }
        }
    }

    @Test func `a mark without its line is data`() {
        let long = "mark " + String(repeating: "x", count: 600)
        let seen = parts(of: [Array("mark go\n\(long)\n".utf8)[...]])
        #expect(seen.words == [["go"]])
        #expect(String(decoding: seen.bytes, as: UTF8.self) == long + "\n")
    }

    private func parts(of chunks: [ArraySlice<UInt8>]) -> (bytes: [UInt8], words: [[String]]) {
        var stream = MarkedStream("mark")
        var bytes: [UInt8] = []
        var words: [[String]] = []
        for chunk in chunks {
            stream.feed(Array(chunk)) { part in
                switch part {
                case .bytes(let more): bytes += more
                case .words(let said): words.append(said)
                }
            }
        }
        return (bytes + stream.rest, words)
    }
}

import Platform
import Recordings
import TestSupport
import Testing

@Suite struct RecordingFileTests {
    /// `{"recording":1}` and a newline, packed by `zstd`.
    let packed: [UInt8] = [
        0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58, 0x81, 0x00, 0x00, 0x7B, 0x22, 0x72, 0x65, 0x63, 0x6F, 0x72, 0x64,
        0x69, 0x6E, 0x67, 0x22, 0x3A, 0x31, 0x7D, 0x0A,
    ]

    func text(_ bytes: [UInt8]) throws -> String {
        let folder = try TemporaryFolder()
        try Files.create(folder.path("recording"), bytes)
        var file = try RecordingFile(folder.path("recording"))
        var text: [UInt8] = []
        while true {
            let piece = try file.next()
            if piece.isEmpty { return String(decoding: text, as: UTF8.self) }
            text += piece
        }
    }

    @Test func `a packed file and a plain one give the same text, whatever their names`() throws {
        #expect(try text(packed) == "{\"recording\":1}\n")
        #expect(try text(Array("{\"recording\":1}\n".utf8)) == "{\"recording\":1}\n")
        #expect(try text([]) == "")
    }

    @Test func `frames behind each other are one text`() throws {
        #expect(try text(packed + packed) == "{\"recording\":1}\n{\"recording\":1}\n")
    }

    @Test func `a packed file that was cut or changed is told in one sentence`() throws {
        do {
            _ = try text(packed.dropLast(4))
            Issue.record("it was read")
        } catch { #expect("\(error)" == "it ends within its packed text: was it cut?") }
        var broken = packed
        broken[6] = 0xFF
        do {
            _ = try text(broken)
            Issue.record("it was read")
        } catch { #expect("\(error)".hasPrefix("it cannot be unpacked: ")) }
    }
}

import EngineAPI
import Monitoring
import Persistence
import Platform
import Testing
import TestSupport

@Suite struct JournalFileTests {
    private func event(_ number: Int, _ text: String = "erp: nobody takes messages") -> EngineAPI.Event {
        EngineAPI.Event(
            at: WallTime(seconds: Int64(number)), status: .critical, entity: EntityID(.queue, "erp"),
            subject: "queue", text: "\(text) \(number)")
    }

    @Test func `events come back newest last, without reading all`() throws {
        let folder = try TemporaryFolder("journal")
        let journal = JournalStorage(in: try PrivateDirectory.open(folder.path("j")))
        #expect(try journal.recent(10).isEmpty)
        let padding = String(repeating: "x", count: 300)
        for number in 0..<1000 { try journal.append([event(number, padding)]) }
        let recent = try journal.recent(50)
        #expect(recent == (950..<1000).map { event($0, padding) })
        #expect(try journal.recent(2000).count == 1000)
    }

    @Test func `a torn tail of any length loses its own line only, and is never cut off`() throws {
        let folder = try TemporaryFolder("journal")
        let directory = try PrivateDirectory.open(folder.path("j"))
        let journal = JournalStorage(in: directory)
        try journal.append([event(1), event(2)])
        let whole = try #require(try directory.read("journal.jsonl", limit: 1 << 20))
        let first = try #require(whole.firstIndex(of: UInt8(ascii: "\n"))) + 1
        for length in first..<whole.count {
            let torn = try PrivateDirectory.open(folder.path("j\(length)"))
            let file = try LogFile("journal.jsonl", in: torn)
            try file.append(Array(whole[..<length]))
            let next = JournalStorage(in: torn)
            // All that is missing at the end is the line feed: the line is whole.
            let isWhole = length == whole.count - 1
            #expect(try next.recent(9) == (isWhole ? [event(1), event(2)] : [event(1)]), "\(length) bytes")
            try next.append([event(3)])
            let texts = try next.recent(9).map(\.text)
            #expect(texts.first == event(1).text && texts.last == event(3).text, "\(length) bytes")
            let isMarked = texts.contains { $0.contains("broke off") }
            #expect(isMarked == (length != first), "\(length) bytes")
            let left = try torn.read("journal.jsonl", limit: 1 << 20)
            #expect(left?.starts(with: whole[..<length]) == true)
        }
    }

    @Test func `a damaged line in the middle is passed over`() throws {
        let folder = try TemporaryFolder("journal")
        let directory = try PrivateDirectory.open(folder.path("j"))
        try JournalStorage(in: directory).append([event(1), event(2), event(3)])
        var bytes = try #require(try directory.read("journal.jsonl", limit: 1 << 20))
        bytes[bytes.count / 2] ^= 1
        let other = try PrivateDirectory.open(folder.path("k"))
        try LogFile("journal.jsonl", in: other).append(bytes)
        #expect(try JournalStorage(in: other).recent(9) == [event(1), event(3)])
    }

    @Test func `a long journal gives way to a new one`() throws {
        let folder = try TemporaryFolder("journal")
        let directory = try PrivateDirectory.open(folder.path("j"))
        let journal = JournalStorage(in: directory, largest: 4096)
        for number in 0..<100 { try journal.append([event(number)]) }
        let now = try #require(try directory.read("journal.jsonl", limit: 1 << 20))
        let before = try #require(try directory.read("journal.1.jsonl", limit: 1 << 20))
        #expect(now.count <= 4500 && before.count <= 4500)
        #expect(try journal.recent(1) == [event(99)])
    }

    @Test func `hostile text stands in the file harmless`() throws {
        let folder = try TemporaryFolder("journal")
        let directory = try PrivateDirectory.open(folder.path("j"))
        let journal = JournalStorage(in: directory)
        try journal.append([event(1, "\u{1b}[2J\u{202e}\n")])
        let bytes = try #require(try directory.read("journal.jsonl", limit: 1 << 20))
        #expect(!bytes.contains(0x1b) && bytes.count { $0 == UInt8(ascii: "\n") } == 1)
        #expect(try journal.recent(1) == [event(1, "\u{1b}[2J\u{202e}\n")])
    }
}

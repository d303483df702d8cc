import Engine
import Glibc
import Monitoring
import Platform
import TestSupport
import Testing

@testable import Persistence

/// What deploy scripts leave for a console.
@Suite(.timeLimit(.minutes(1))) struct MarkFolderTests {
    private let folder: TemporaryFolder
    private let now = WallTime(seconds: 1_795_834_800)

    init() throws { folder = try TemporaryFolder("marks") }

    private func mark(_ text: String, seconds: Double = 0) throws -> Mark {
        try #require(Mark(.deploy, text, by: "ci", at: now.advanced(bySeconds: seconds)))
    }

    private var box: MarkFolder { get throws { try MarkFolder(in: folder.path("eu")) } }

    private func text(_ waiting: WaitingMarks) -> [String] { waiting.marks.map(\.mark.text) }

    @Test func `many writers at once leave each their mark, and it is taken once`() async throws {
        let folder = folder
        let now = now
        #expect(try await box.waiting().marks.isEmpty)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let box = try MarkFolder(in: folder.path("eu"))
                    let mark = Mark(.note, "\(number)", by: "ci", at: now.advanced(bySeconds: Double(number)))
                    if let mark { try await box.leave(mark) }
                }
            }
            try await group.waitForAll()
        }
        let waiting = try await box.waiting()
        #expect(text(waiting) == (0..<40).map { "\($0)" })
        #expect(Set(waiting.marks.map(\.id)).count == 40)
        try await box.taken(Array(waiting.marks.prefix(39).map(\.id)))
        #expect(try await text(box.waiting()) == ["39"])
        let mode = try #require(try Files.facts(folder.path("eu/marks"))).mode
        #expect(mode & 0o077 == 0)
    }

    @Test func `what is no mark is put aside and counted, and half a file is none`() async throws {
        try await box.leave(try mark("good"))
        try folder.write("{\"kind\":\"deploy\"", to: "eu/marks/m-1-a.json")
        try folder.write("{\"kind\":\"x\",\"text\":\"t\",\"by\":\"b\",\"at\":1}", to: "eu/marks/m-2-a.json")
        try folder.write(String(repeating: " ", count: 9000), to: "eu/marks/m-3-a.json")
        try folder.write("{", to: "eu/marks/m-4-a.json.tmp")
        let waiting = try await box.waiting()
        #expect(text(waiting) == ["good"] && waiting.unread == 3)
        #expect(try await box.waiting().unread == 0)
        #expect(try Files.facts(folder.path("eu/marks/bad-m-1-a.json")) != nil)
    }

    @Test func `a text is harmless and short, also one that another hand wrote`() async throws {
        #expect(Mark(.note, " \u{1B}[2J ", by: "m", at: now)?.text.contains("\u{1B}") == false)
        #expect(Mark(.note, "  ", by: "m", at: now) == nil)
        #expect(try mark(String(repeating: "é", count: 300)).text.utf8.count <= Mark.mostBytes)
        try await box.leave(try mark("first"))
        let wild = "{\"kind\":\"note\",\"text\":\"a\\u001b]0;x\\u0007\\nb\",\"by\":\"\\u202em\",\"at\":1}"
        try folder.write(wild, to: "eu/marks/m-0-a.json")
        let found = try #require(try await box.waiting().marks.first?.mark)
        let scalars = (found.text + found.by).unicodeScalars
        #expect(!scalars.contains { $0.value < 32 || $0.value == 0x202E })
    }

    @Test func `a script that runs wild does not fill the disk`() async throws {
        try await box.leave(try mark("first"))
        for number in 1..<MarkFolder.most { try folder.write("{}", to: "eu/marks/m-\(number)-x.json") }
        let box = try box
        let refused = await storageFailure { () throws(StorageFailure) in
            guard let mark = Mark(.note, "more", by: "m", at: now) else { return }
            try await box.leave(mark)
        }
        #expect(refused?.message.contains("1000 marks wait") == true)
    }

    @Test func `a folder that others may enter takes and gives nothing`() async throws {
        try await box.leave(try mark("first"))
        _ = unsafe chmod(folder.path("eu/marks"), 0o755)
        let box = try box
        let why = await storageFailure { () throws(StorageFailure) in _ = try await box.waiting() }
        #expect(why?.message.contains("chmod 700") == true)
    }
}

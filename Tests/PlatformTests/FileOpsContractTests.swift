import Platform
import TestSupport
import Testing

/// What every directory owes those who write durably in it, in memory and on the disk alike.
@Suite struct FileOpsContractTests {
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case memory, breakable, disk
        var testDescription: String { rawValue }
    }

    struct Subject {
        let ops: any FileOps
        let folder: TemporaryFolder

        init(_ kind: Kind) throws {
            folder = try TemporaryFolder("ops")
            ops =
                switch kind {
                case .memory: RecordingOps()
                case .breakable: BreakableOps(RecordingOps())
                case .disk: try PrivateDirectory.open(folder.path("d"))
                }
        }

        func make(_ name: String, _ text: String) throws {
            let file = try ops.create(name, mode: 0o600)
            #expect(try ops.write(Array(text.utf8)[...], to: file) == text.utf8.count)
            try ops.sync(file)
            try ops.close(file)
        }

        func text(_ name: String) throws -> String? {
            try ops.read(name, limit: 1 << 10).map { String(decoding: $0, as: UTF8.self) }
        }

        /// The code of the error that `body` throws; nil when it throws none.
        func code(_ body: () throws -> Void) throws -> Int32? {
            do {
                try body()
                return nil
            } catch let error as SystemError {
                return error.code
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `what was written is read, whole and in part, and nothing is there before`(kind: Kind) throws {
        let subject = try Subject(kind)
        let ops = subject.ops
        #expect(try ops.read("a", limit: 10) == nil && ops.size("a") == nil)
        #expect(try ops.read("a", at: 0, limit: 10).isEmpty)
        try subject.make("a", "0123456789")
        #expect(try subject.text("a") == "0123456789" && ops.size("a") == 10)
        for (offset, limit, text) in [(0, 3, "012"), (7, 9, "789"), (10, 5, ""), (99, 5, ""), (4, 0, "")] {
            let part = try ops.read("a", at: Int64(offset), limit: limit)
            #expect(String(decoding: part, as: UTF8.self) == text)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a file longer than the limit is refused`(kind: Kind) throws {
        let subject = try Subject(kind)
        try subject.make("a", "0123456789")
        #expect(try subject.ops.read("a", limit: 10)?.count == 10)
        let error = #expect(throws: SystemError.self) { try subject.ops.read("a", limit: 9) }
        #expect(error?.detail == "it is longer than 9 bytes")
    }

    @Test(arguments: Kind.allCases)
    func `what is appended stands behind what is there, by whichever opening`(kind: Kind) throws {
        let subject = try Subject(kind)
        let first = try subject.ops.openForAppending("log", mode: 0o600)
        let second = try subject.ops.openForAppending("log", mode: 0o600)
        for (file, text) in [(first, "a"), (second, "b"), (first, "c")] {
            #expect(try subject.ops.write(Array(text.utf8)[...], to: file) == 1)
        }
        try subject.ops.close(first)
        try subject.ops.close(second)
        #expect(try subject.text("log") == "abc")
    }

    @Test(arguments: Kind.allCases)
    func `a name that is taken is not made again, linked over or taken away`(kind: Kind) throws {
        let subject = try Subject(kind)
        try subject.make("a", "one")
        try subject.make("b", "two")
        #expect(
            try subject.code { _ = try subject.ops.create("a", mode: 0o600) }
                == SystemError.exists)
        #expect(try subject.code { try subject.ops.link("a", as: "b") } == SystemError.exists)
        #expect(try subject.text("a") == "one" && subject.text("b") == "two")
    }

    @Test(arguments: Kind.allCases)
    func `a name that is not there is told, and removing it is no error`(kind: Kind) throws {
        let subject = try Subject(kind)
        #expect(try subject.code { try subject.ops.link("a", as: "b") } == SystemError.notFound)
        #expect(try subject.code { try subject.ops.rename("a", to: "b") } == SystemError.notFound)
        try subject.ops.remove("a")
        try subject.ops.syncDirectory()
    }

    @Test(arguments: Kind.allCases)
    func `a rename takes the place of what was there, and a link is a second name of one file`(
        kind: Kind
    ) throws {
        let subject = try Subject(kind)
        let ops = subject.ops
        try subject.make("a", "old")
        try ops.link("a", as: "prev")
        try subject.make("tmp", "new")
        try ops.rename("tmp", to: "a")
        #expect(try subject.text("a") == "new" && subject.text("prev") == "old" && subject.text("tmp") == nil)
        let file = try ops.openForAppending("prev", mode: 0o600)
        try ops.link("prev", as: "other")
        _ = try ops.write(Array("er".utf8)[...], to: file)
        try ops.close(file)
        #expect(try subject.text("other") == "older")
        // As POSIX has it: two names of one file, nothing is done.
        try ops.rename("other", to: "prev")
        #expect(try subject.text("other") == "older" && subject.text("prev") == "older")
        try ops.remove("prev")
        #expect(try subject.text("other") == "older" && subject.text("prev") == nil)
    }

    @Test(arguments: Kind.allCases)
    func `what is open goes on under another name`(kind: Kind) throws {
        let subject = try Subject(kind)
        let file = try subject.ops.openForAppending("log", mode: 0o600)
        _ = try subject.ops.write(Array("a".utf8)[...], to: file)
        try subject.ops.rename("log", to: "log.1")
        _ = try subject.ops.write(Array("b".utf8)[...], to: file)
        try subject.ops.sync(file)
        try subject.ops.close(file)
        #expect(try subject.text("log.1") == "ab" && subject.text("log") == nil)
    }

    /// A regular file by what it says of itself, and no byte of it can be read.
    @Test func `what cannot be read is named by its path`() throws {
        let directory = try Directory("/proc/self/.")
        #expect(try directory.size("mem") == 0)
        let error = SystemError("read", "/proc/self/./mem", code: 5)
        #expect(throws: error) { try directory.read("mem", at: 0, limit: 10) }
        #expect(throws: error) { try directory.read("mem", limit: 10) }
    }

    @Test(arguments: Kind.allCases)
    func `a file that was closed takes nothing and is not synced`(kind: Kind) throws {
        let subject = try Subject(kind)
        // A number that the system gives to nobody, as it may give away again one that was closed.
        let never: Int32 = 1_000_000
        #expect(try subject.code { _ = try subject.ops.write([1], to: never) } == 9)
        #expect(try subject.code { try subject.ops.sync(never) } == 9)
        #expect(try subject.code { try subject.ops.close(never) } == 9)
    }
}

import Glibc
import Platform
import TestSupport
import Testing

@Suite struct FilesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("files") }

    @Test func `reads a whole file up to the limit and refuses a longer one`() throws {
        let path = try folder.write(String(repeating: "x", count: 100_000), to: "a")
        #expect(try Files.read(path, limit: 100_000).count == 100_000)
        let error = #expect(throws: SystemError.self) { try Files.read(path, limit: 99_999) }
        #expect(error?.description == "cannot read \(path): it is longer than 99999 bytes")
    }

    @Test(.timeLimit(.minutes(1)))
    func `a FIFO, a folder, a device and a link are refused without waiting`() throws {
        let fifo = folder.path("fifo")
        #expect(unsafe mkfifo(fifo, 0o600) == 0)
        for path in [fifo, folder.path, "/dev/zero"] {
            let error = #expect(throws: SystemError.self) { try Files.read(path, limit: 10) }
            #expect(error?.detail == "it is not a regular file")
        }
        let target = try folder.write("hello", to: "target")
        #expect(unsafe symlink(target, folder.path("link")) == 0)
        let error = #expect(throws: SystemError.self) { try Files.read(folder.path("link"), limit: 10) }
        #expect(error?.detail == "it is a symbolic link")
        #expect(try Files.read(folder.path("link"), limit: 10, links: .followed) == Array("hello".utf8))
    }

    @Test func `a missing file says what was tried`() throws {
        let path = folder.path("none")
        let error = #expect(throws: SystemError.self) { try Files.read(path, limit: 1) }
        #expect(error?.description == "cannot open \(path): No such file or directory")
        #expect(error?.name == "ENOENT")
        #expect(try Files.facts(path) == nil)
    }

    @Test func `facts tell a rotated file from the one before`() throws {
        let path = try folder.write("old", to: "log", mode: 0o640)
        let old = try #require(try Files.facts(path))
        #expect(old.kind == .regular && old.size == 3 && old.mode == 0o640)
        #expect(unsafe rename(path, path + ".1") == 0)
        try folder.write("newer", to: "log")
        let new = try #require(try Files.facts(path))
        #expect(new.identity != old.identity && new.size == 5)
        #expect(try Files.facts(path + ".1")?.identity == old.identity)
    }

    @Test func `reads parts of an open file at any place`() throws {
        let file = try Files.open(try folder.write("0123456789", to: "a"))
        #expect(try file.read(at: 4, limit: 3) == Array("456".utf8))
        #expect(try file.read(at: 10, limit: 3) == [])
        #expect(try file.facts().size == 10)
        try file.close()
    }
}

import Glibc
import Platform
import TestSupport
import Testing

/// What Platform tells of other programs at a file, and keeps of the file.
@Suite struct NeighboursTests {
    @Test func `a folder is held by one at a time, until it is let go or forgotten`() throws {
        let folder = try TemporaryFolder("hold")
        var first: Directory? = try Directory(folder.path)
        let second = try Directory(folder.path)
        #expect(try first?.hold() == true && !second.hold())
        first?.letGo()
        #expect(try second.hold())
        #expect(try first?.hold() == false)
        second.letGo()
        #expect(try first?.hold() == true)
        first = nil
        #expect(try second.hold())
    }

    @Test func `a watch tells what is written, made and moved, with both ends of a rename`() throws {
        let folder = try TemporaryFolder("watch")
        try folder.write("old", to: "a")
        let watch = try FolderWatch(Directory(folder.path))
        #expect(try watch.events().isEmpty)
        try folder.write("new", to: "a")
        #expect(try watch.events().contains { $0.name == "a" && $0.what == .written })
        try folder.write("next", to: "b")
        _ = try watch.events()
        #expect(unsafe rename(folder.path("b"), folder.path("a")) == 0)
        let ends = try watch.events()
        #expect(ends.map(\.name) == ["b", "a"] && ends.map(\.what) == [.movedAway, .movedHere])
        #expect(Set(ends.map(\.cookie)).count == 1)
        let long = String(repeating: "ü", count: 127)
        for _ in 0..<300 { try folder.write("", to: long) }
        let many = try watch.events()
        #expect(
            many.contains { $0.name == long && $0.what == .other } && !many.contains { $0.what == .overflow })
    }

    @Test func `who has a file open for writing is seen, also when it has lost its name`() throws {
        let folder = try TemporaryFolder("open")
        let path = try folder.write("text", to: "a")
        let file = try Files.open(path)
        #expect(file.isOpenForWriting == false)
        let reader = try Files.open(path)
        #expect(file.isOpenForWriting == false)
        let writer = FileDescriptor(taking: unsafe open(path, O_WRONLY | O_CLOEXEC))
        #expect(unsafe unlink(path) == 0)
        #expect(file.isOpenForWriting == true)
        try writer.close()
        #expect(file.isOpenForWriting == false)
        try reader.close()
    }

    @Test func `a real path has no link in it, and one that leads nowhere is an error`() throws {
        let folder = try TemporaryFolder("real")
        let path = try folder.write("text", to: "a")
        try folder.link("a", as: "b")
        try folder.link("nowhere", as: "c")
        #expect(try Files.realPath(folder.path("b")) == path)
        let error = #expect(throws: SystemError.self) { try Files.realPath(folder.path("c")) }
        #expect(error?.code == SystemError.notFound)
    }
}

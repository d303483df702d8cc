import Glibc
import Platform
import TestSupport
import Testing

@Suite struct PrivateDirectoryTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("private") }

    @Test func `makes all missing parts for the owner alone`() throws {
        _ = try PrivateDirectory.open(folder.path("state/hypercare/production"))
        for part in ["state", "state/hypercare", "state/hypercare/production"] {
            #expect(try Files.facts(folder.path(part))?.mode == 0o700)
        }
        _ = try PrivateDirectory.open(folder.path("state/hypercare/production"))
    }

    @Test func `gives up where nothing can be made`() {
        let error = #expect(throws: SystemError.self) { _ = try PrivateDirectory.open("/proc/none/deep") }
        #expect(error?.code == SystemError.notFound)
    }

    @Test func `refuses a folder others may enter, and a link`() throws {
        let open = folder.path("open")
        #expect(unsafe mkdir(open, 0o700) == 0 && chmod(open, 0o750) == 0)
        let error = #expect(throws: SystemError.self) { _ = try PrivateDirectory.open(open) }
        #expect(
            error?.description == "cannot use \(open): others may enter it (mode 750). Do: chmod 700 \(open)")

        let link = folder.path("link")
        #expect(unsafe chmod(open, 0o700) == 0 && symlink(open, link) == 0)
        #expect(throws: SystemError.self) { _ = try PrivateDirectory.open(link) }
    }

    @Test func `refuses a folder of another user`() throws {
        // Only root can give one away.
        guard getuid() == 0 else { return }
        let other = folder.path("other")
        #expect(unsafe mkdir(other, 0o700) == 0 && chown(other, 65534, 65534) == 0)
        let error = #expect(throws: SystemError.self) { _ = try PrivateDirectory.open(other) }
        #expect(error?.detail == "it belongs to another user (65534)")
    }

    @Test func `the lock is held by one and freed when let go`() throws {
        let directory = try PrivateDirectory.open(folder.path("state"))
        let other = try PrivateDirectory.open(folder.path("state"))
        let lock = try directory.lock("lock")
        let isHeld = lock != nil
        #expect(isHeld)
        let second = try other.lock("lock") == nil
        #expect(second)
        try lock?.close()
        let third = try other.lock("lock") != nil
        #expect(third)
    }

    @Test func `an open directory stays the same one when its path is given to another`() throws {
        let directory = try PrivateDirectory.open(folder.path("state"))
        try folder.write("ours", to: "state/a")
        #expect(unsafe rename(folder.path("state"), folder.path("moved")) == 0)
        _ = try PrivateDirectory.open(folder.path("state"))
        try folder.write("theirs", to: "state/a")
        #expect(try directory.read("a", limit: 100) == Array("ours".utf8))
        try AtomicFile("a", in: directory).replace(with: Array("new".utf8))
        #expect(try Files.read(folder.path("moved/a"), limit: 100) == Array("new".utf8))
        #expect(try directory.read("none", limit: 1) == nil)
    }
}

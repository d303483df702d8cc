import Platform
import TestSupport
import Testing

@Suite struct ScratchFolderTests {
    private func isThere(_ path: String) throws -> Bool { try Files.facts(path) != nil }

    @Test func `removes what a dead one left, and nothing else`() throws {
        let base = try TemporaryFolder("scratch")
        let living = try ScratchFolder.make(for: "demo", in: base.path)
        for name in ["hypercare-demo.killed", "hypercare-other.killed", "elsewhere", "hypercare-demo.mine"] {
            _ = try PrivateDirectory.open(base.path(name) + "/history")
            try base.write("kept", to: "\(name)/history/depth")
            if name != "hypercare-demo.mine" { try base.write("", to: "\(name)/in-use") }
        }
        try base.link("elsewhere", as: "hypercare-demo.linked")
        let next = try ScratchFolder.make(for: "demo", in: base.path)
        #expect(try !isThere(base.path("hypercare-demo.killed")))
        #expect(try isThere(living.path) && isThere(next.path) && living.path != next.path)
        for name in ["hypercare-other.killed", "elsewhere", "hypercare-demo.mine"] {
            #expect(try isThere(base.path("\(name)/history/depth")), "\(name)")
        }
        next.remove()
        living.remove()
        #expect(try !isThere(living.path) && !isThere(next.path))
    }
}

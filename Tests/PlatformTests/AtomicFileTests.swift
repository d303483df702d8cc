import Glibc
import Platform
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    private let old = Array("old content".utf8)
    private let new = Array("new content, and longer".utf8)

    private func file(_ ops: any FileOps) -> AtomicFile { AtomicFile("state", in: ops, keepsPrevious: true) }

    @Test func `takes the steps of the recipe in their order`() throws {
        let ops = RecordingOps(["state": old, "state.tmp": [1], "state.prev": [2]])
        try file(ops).replace(with: new)
        #expect(
            ops.steps == [
                "remove state.tmp", "create state.tmp 600", "write 23", "sync", "close",
                "remove state.prev.tmp", "link state state.prev.tmp", "rename state.prev.tmp state.prev",
                "rename state.tmp state", "syncDirectory",
            ])
        #expect(ops.contents == ["state": new, "state.prev": old])
    }

    /// Every power cut before every step, in every state the file system may then be left in.
    private func losses(ignoring ignored: Set<String> = []) -> (states: Int, losses: Int) {
        var states = 0
        var losses = 0
        for cut in 0...10 {
            let ops = RecordingOps(["state": old, "state.prev": [2]])
            ops.configure { state in
                state.powerCut = cut
                state.ignored = ignored
            }
            let isDone = (try? file(ops).replace(with: new)) != nil
            for contents in ops.statesAfterPowerCut() {
                states += 1
                let state = contents["state"]
                if isDone ? state != new : state != old && state != new { losses += 1 }
            }
        }
        return (states, losses)
    }

    @Test func `no power cut loses or tears the file, and none undoes an acknowledged replacement`() {
        let (states, losses) = losses()
        #expect(states > 30)
        #expect(losses == 0)
    }

    @Test(arguments: ["sync", "syncDirectory"])
    func `the power cut test notices a step that is left out`(step: String) {
        #expect(losses(ignoring: [step]).losses > 0)
    }

    @Test(arguments: ["create", "write", "sync", "link", "rename", "syncDirectory"])
    func `a failing step is an error, and the old or the new file is whole`(verb: String) throws {
        let ops = RecordingOps(["state": old])
        ops.configure { $0.failing = verb }
        #expect(throws: SystemError.self) { try file(ops).replace(with: new) }
        let content = ops.contents["state"]
        #expect(content == old || content == new)
        #expect(ops.steps.filter { $0 == "sync" }.count <= 1)

        ops.configure { $0.failing = nil }
        try file(ops).replace(with: new)
        #expect(ops.contents["state"] == new)
    }

    @Test func `short writes are continued`() throws {
        let ops = RecordingOps()
        ops.configure { $0.largestWrite = 10 }
        try file(ops).replace(with: new)
        #expect(ops.contents == ["state": new])
    }

    @Test func `on a real directory the mode is the one given, whatever the umask and the old file say`()
        throws
    {
        let folder = try TemporaryFolder("atomic")
        let directory = try PrivateDirectory.open(folder.path("state"))
        try folder.write("old", to: "state/a", mode: 0o644)
        try AtomicFile("a", in: directory, keepsPrevious: true).replace(with: new)
        #expect(try Files.facts(folder.path("state/a"))?.mode == 0o600)
        #expect(try Files.read(folder.path("state/a"), limit: 100) == new)
        #expect(try AtomicFile("a", in: directory).readPrevious(limit: 100) == Array("old".utf8))

        try AtomicFile("b", in: directory, mode: 0o664).replace(with: new)
        #expect(try Files.facts(folder.path("state/b"))?.mode == 0o664)
        #expect(try Files.facts(folder.path("state/b.tmp")) == nil)
    }

    @Test func `a link at the temporary name is not written through`() throws {
        let folder = try TemporaryFolder("atomic")
        let directory = try PrivateDirectory.open(folder.path("state"))
        let victim = try folder.write("victim", to: "victim")
        #expect(unsafe symlink(victim, folder.path("state/a.tmp")) == 0)
        try AtomicFile("a", in: directory).replace(with: new)
        #expect(try Files.read(victim, limit: 100) == Array("victim".utf8))
        #expect(try Files.read(folder.path("state/a"), limit: 100) == new)
    }
}

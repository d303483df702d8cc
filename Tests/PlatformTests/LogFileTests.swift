import Platform
import TestSupport
import Testing

@Suite struct LogFileTests {
    @Test func `two writers append whole records, private to the owner`() async throws {
        let folder = try TemporaryFolder("log")
        let directory = try PrivateDirectory.open(folder.path("state"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in ["a", "b"] {
                group.addTask {
                    try await onThread {
                        let log = try LogFile("audit.jsonl", in: directory)
                        for number in 0..<50 {
                            try log.append(
                                Array("\(String(repeating: writer, count: 3000)) \(number)\n".utf8))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let path = folder.path("state/audit.jsonl")
        let text = String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 100)
        #expect(lines.allSatisfy { Set($0.prefix(3000)).count == 1 && $0.utf8.count <= 3003 })
        #expect(try Files.facts(path)?.mode == 0o600)
    }

    @Test func `a record taken piece by piece is whole, and one that is not taken to its end says why`()
        throws
    {
        let recording = RecordingOps()
        let ops = BreakableOps(recording)
        let log = try LogFile("audit.jsonl", in: ops)
        recording.configure { $0.largestWrite = 3 }
        try log.append(Array("record\n".utf8))
        #expect(recording.contents == ["audit.jsonl": Array("record\n".utf8)])
        for fault in [BreakableOps.Fault.nearlyFull, .full, .unsynced] {
            ops.fail(fault)
            let error = #expect(throws: SystemError.self) { try log.append(Array("a long record\n".utf8)) }
            #expect(error?.code == fault.code)
        }
    }
}

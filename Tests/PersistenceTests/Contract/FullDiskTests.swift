import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Persistence
import Platform
import TestSupport
import Testing

/// A disk of 256 KB. To have one takes root.
private enum SmallDisk {
    static func isToBeHad() async -> Bool {
        guard let folder = try? TemporaryFolder("disk") else { return false }
        return (try? await at(folder.path("d")) {}) != nil
    }

    static func at(_ path: String, _ body: () async throws -> Void) async throws {
        _ = try await shell("mkdir \(path) && mount -t tmpfs -o size=256k,mode=0700 none \(path)")
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        _ = try await shell("umount -l \(path)")
        try result.get()
    }
}

/// The real stores on a disk that really is full, or may only be read.
@Suite(.timeLimit(.minutes(1)), .enabled("there is a disk to fill") { await SmallDisk.isToBeHad() })
struct FullDiskTests {
    private func event(_ number: Int) -> EngineAPI.Event {
        EngineAPI.Event(
            at: WallTime(seconds: Int64(number)), status: nil, entity: nil, subject: "queue",
            text: "\(number)")
    }

    private func entry(_ phase: AuditEntry.Phase) -> AuditEntry {
        AuditEntry(
            phase: phase, at: ManualTime().now, environment: "eu-shop",
            change: FlagChange(
                opID: "op", flag: "erp.v2", backend: "features", from: .on, to: .off, expectedRevision: "r"))
    }

    @Test(arguments: ["full", "read-only"])
    func `what cannot be written is said in one sentence with the path, and what stood is read`(
        kind: String
    ) async throws {
        let folder = try TemporaryFolder("disk")
        let path = folder.path("d")
        try await SmallDisk.at(path) {
            let series = SeriesID(EntityID(.queue, "erp", in: "rabbit"), .depth)
            let start = WallTime(seconds: 1_795_824_000)
            let minutes = (0..<2).map {
                HistoryMinute(
                    series: series, minute: start.advanced(bySeconds: 60 * Double($0)), average: 5, maximum: 5
                )
            }
            var kept = EngineState()
            kept.savedAt = start
            let first = kept
            kept.savedAt = start.advanced(bySeconds: 1)
            let second = kept
            func write(_ isFirst: Bool, in subject: StorageSubject) async throws -> [StorageFailure?] {
                let (state, journal, audit) = (subject.state(), subject.journal(), try subject.audit())
                return [
                    await storageFailure { () throws(StorageFailure) in
                        try await state.save(isFirst ? first : second)
                    },
                    await storageFailure { () throws(StorageFailure) in
                        // More than what is left of the file's last page.
                        try await journal.append(isFirst ? [event(1)] : (2..<100).map { event($0) })
                    },
                    await storageFailure { () throws(StorageFailure) in
                        try await audit.append(entry(isFirst ? .intent : .confirmed))
                    },
                ]
            }
            do {
                let subject = try StorageSubject(.disk, in: folder)
                #expect(try await write(true, in: subject) == [nil, nil, nil])
                try await subject.history().append([minutes[0]])
            }
            // Not before the last file is closed.
            _ = try await soon("it is \(kind)") {
                try? await shell(
                    kind == "full"
                        ? "dd if=/dev/zero of=\(path)/filler bs=1k 2>/dev/null || true"
                        : "mount -o remount,ro \(path)")
            }
            let subject = try StorageSubject(.disk, in: folder)
            for failure in try await write(false, in: subject) {
                let reason = kind == "full" ? "No space left on device" : "Read-only file system"
                #expect(
                    failure.isSentence(naming: path) && failure.isSentence(naming: reason),
                    "\(failure?.message ?? "it worked")")
            }
            let obstacle = AuditLook(path).obstacle
            #expect(
                obstacle?.contains(kind == "full" ? "No space left on device" : "Read-only file system")
                    == true,
                "\(obstacle ?? "none")")
            let history = try subject.history()
            for _ in 0..<2 {
                let failure = await storageFailure { () throws(StorageFailure) in
                    try await history.append([minutes[1]])
                }
                #expect(failure.isSentence(naming: "history.sqlite"), "\(failure?.message ?? "it worked")")
            }
            // What stood is read while nothing can be written.
            #expect(try await subject.state().load()?.state == first)
            #expect(try await subject.journal().recent(200).first == event(1))
            #expect(try await subject.audit().unfinished().map(\.change.opID) == ["op"])
            let end = start.advanced(bySeconds: 120)
            let told = try await subject.history().read(series, from: start, to: end, stepSeconds: 60)
            #expect(told == [5, nil])

            _ = try await shell(kind == "full" ? "rm \(path)/filler" : "mount -o remount,rw \(path)")
            #expect(try await write(false, in: subject) == [nil, nil, nil])
            try await subject.history().append([minutes[1]])
            let next = try StorageSubject(.disk, in: folder)
            #expect(try await next.state().load()?.state == second)
            #expect(try await next.journal().recent(1) == [event(99)])
            #expect(try await next.audit().unfinished().isEmpty)
            let both = try await next.history().read(series, from: start, to: end, stepSeconds: 60)
            #expect(both == [5, 5])
        }
    }
}

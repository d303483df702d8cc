import Documents
package import Engine
package import EngineAPI
import Monitoring
package import Platform
import Synchronization
import Text

/// `journal.jsonl`: what happened, one event a line.
package struct JournalFile: Journal {
    private let storage: JournalStorage
    private let disk: Disk

    package init(_ storage: JournalStorage, on disk: Disk) {
        self.storage = storage
        self.disk = disk
    }

    @concurrent package func append(_ events: [EngineAPI.Event]) async throws(StorageFailure) {
        try await disk.write { [storage] in try storage.append(events) }
    }

    @concurrent package func recent(_ limit: Int) async throws(StorageFailure) -> [EngineAPI.Event] {
        try await disk.read { [storage] in try storage.recent(limit) }
    }
}

/// The steps of `JournalFile`, on whichever thread calls.
///
/// A line torn by a crash is closed with a line feed and left where it is; a line whose checksum is wrong is
/// passed over. At 8 MB the file becomes `journal.1.jsonl`, which replaces the one before; both are read.
package final class JournalStorage: Sendable {
    package static let name = "journal.jsonl"
    package static let previousName = "journal.1.jsonl"
    private static let chunk = 64 << 10
    /// The most that is read to find the newest events.
    private static let readLimit = 4 << 20

    private struct State {
        var log: LogFile?
        var size: Int64 = 0
        /// The last line may not have come to its end.
        var isTorn = false
    }

    private let ops: any FileOps
    private let largest: Int64
    private let state = Mutex(State())

    package init(in ops: any FileOps, largest: Int64 = 8 << 20) {
        self.ops = ops
        self.largest = largest
    }

    package func append(_ events: [EngineAPI.Event]) throws {
        guard !events.isEmpty else { return }
        try state.withLock { state in
            if state.size >= largest { state.log = nil }
            let log = try state.log ?? open(&state)
            var bytes: [UInt8] = []
            if state.isTorn {
                bytes.append(UInt8(ascii: "\n"))
                let text = "the journal broke off in the middle of a line at byte \(state.size)"
                bytes += try Self.line(
                    EngineAPI.Event(
                        at: events[0].at, status: .warning, entity: nil, subject: "console", text: text))
            }
            for event in events { bytes += try Self.line(event) }
            // What is on disk after a failure is not known: the next append looks.
            state.log = nil
            try log.append(bytes)
            state.log = log
            state.isTorn = false
            state.size += Int64(bytes.count)
        }
    }

    /// The newest whole events, oldest first.
    package func recent(_ limit: Int) throws -> [EngineAPI.Event] {
        var events: [EngineAPI.Event] = []
        for name in [Self.name, Self.previousName] where events.count < limit {
            try addNewest(limit, in: name, to: &events)
        }
        return events.reversed()
    }

    /// Newest first, up to `limit` in all; reads from the end.
    private func addNewest(_ limit: Int, in name: String, to events: inout [EngineAPI.Event]) throws {
        var end = try ops.size(name) ?? 0
        var rest: [UInt8] = []
        var read = 0
        while end > 0, events.count < limit, read < Self.readLimit {
            let start = max(0, end - Int64(Self.chunk))
            var bytes = try ops.read(name, at: start, limit: Int(end - start))
            read += bytes.count
            bytes += rest
            end = start
            var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            // The first may have begun before this chunk.
            rest = start > 0 && !lines.isEmpty ? Array(lines.removeFirst()) : []
            for line in lines.reversed() where events.count < limit {
                if let event = Self.event(line) { events.append(event) }
            }
        }
    }

    private func open(_ state: inout State) throws -> LogFile {
        state.size = try ops.size(Self.name) ?? 0
        state.isTorn = try LineFile(name: Self.name, ops: ops).isTorn
        if state.size >= largest {
            try ops.rename(Self.name, to: Self.previousName)
            try ops.syncDirectory()
            state.size = 0
            state.isTorn = false
        }
        let log = try LogFile(Self.name, in: ops)
        state.log = log
        return log
    }

    /// One event as it stands in the file.
    private struct Record: Codable {
        var v = 1
        var at: WallTime
        /// The same for people, RFC 3339.
        var time: String
        var status: Status?
        var entity: String?
        var subject: String
        var text: String
    }

    private static func line(_ event: EngineAPI.Event) throws -> [UInt8] {
        let record = Record(
            at: event.at, time: event.at.civil.rfc3339, status: event.status,
            entity: event.entity?.key, subject: event.subject, text: event.text)
        return CheckedLine.seal(try JSONWriter.write(record))
    }

    private static func event(_ line: ArraySlice<UInt8>) -> EngineAPI.Event? {
        guard CheckedLine.isWhole(line),
            let record = try? JSON.decode(Record.self, from: Array(line), name: Self.name), record.v == 1
        else { return nil }
        return EngineAPI.Event(
            at: record.at, status: record.status, entity: record.entity.flatMap { EntityID($0) },
            subject: record.subject, text: record.text)
    }
}

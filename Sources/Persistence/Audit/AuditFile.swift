package import Engine
import Monitoring
package import Platform

/// The audit log in a file: append-only, hash-chained, durable before `append` returns.
///
/// One process writes it, the one that holds the environment's lock. A record torn by a crash is left as it
/// is and named by the next one. Rotation: move `audit.jsonl` and `audit.head` away together.
package actor AuditFile: AuditLog {
    package static let fileName = "audit.jsonl"
    package static let anchorName = "audit.head"
    private static let checkName = "audit.check"
    /// A record takes about half a kilobyte.
    package static let sizeLimit = 64 << 20
    /// Bytes of one record at most, so that it is one write.
    static let recordLimit = 16 << 10

    private let ops: any FileOps
    private let author: AuditAuthor
    private let environment: String
    private let executor: ThreadExecutor
    private var open: Open?

    private struct Open {
        var log: LogFile
        var seq: Int
        var hash: String

        /// The line of the record that follows, and how the log stands with it.
        func after(_ record: AuditRecord) throws(SystemError) -> (line: [UInt8], next: Open) {
            let line = record.line
            guard line.count <= recordLimit else {
                throw SystemError(
                    "append to", fileName, detail: "the record is longer than \(recordLimit) bytes")
            }
            return (line, Open(log: log, seq: record.seq, hash: try Hash.sha256(Array(line.dropLast()))))
        }
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.unownedExecutor
    }

    /// Nothing is opened before the first record.
    package init(in ops: any FileOps, environment: String, author: AuditAuthor) throws(SystemError) {
        self.ops = ops
        self.environment = environment
        self.author = author
        executor = try ThreadExecutor("audit")
    }

    package func append(_ entry: AuditEntry) async throws(StorageFailure) {
        do throws(SystemError) {
            try write(entry)
        } catch {
            // What is on disk now is not known: the next record reads it again.
            open = nil
            throw StorageFailure("the audit log cannot be written: \(error)")
        }
    }

    package func check() async throws(StorageFailure) {
        do throws(SystemError) {
            if try ops.size(Self.fileName) != nil { _ = try LogFile(Self.fileName, in: ops) }
            // A record and its anchor need room.
            try AtomicFile(Self.checkName, in: ops).replace(with: Array("room\n".utf8))
            try ops.remove(Self.checkName)
        } catch {
            throw StorageFailure("the audit log cannot be written: \(error)")
        }
    }

    package func unfinished() async throws(StorageFailure) -> [UnfinishedChange] {
        do throws(SystemError) {
            return try AuditChain(ops.read(Self.fileName, limit: Self.sizeLimit) ?? []).unfinished
        } catch {
            throw StorageFailure("the audit log cannot be read: \(error)")
        }
    }

    private func write(_ entry: AuditEntry) throws(SystemError) {
        let state = if let open { open } else { try opened(at: entry.at) }
        let (line, next) = try state.after(
            AuditRecord(entry, seq: state.seq + 1, prev: state.hash, author: author))
        // First, as a full disk fails here: a change that is refused for it is not on record as under way.
        let anchor = AtomicFile(Self.anchorName, in: ops)
        try anchor.prepare(AuditAnchor(seq: next.seq, sha256: next.hash).bytes)
        try next.log.append(line)
        try anchor.takePlace()
        open = next
    }

    private func opened(at now: Timestamp) throws(SystemError) -> Open {
        let bytes = try ops.read(Self.fileName, limit: Self.sizeLimit) ?? []
        let chain = try AuditChain(bytes)
        let state = Open(
            log: try LogFile(Self.fileName, in: ops), seq: chain.lastSeq, hash: chain.lastHash)
        guard let offset = chain.tornAt else { return state }
        if !chain.endsWithNewline { try state.log.append([UInt8(ascii: "\n")]) }
        let (line, next) = try state.after(
            AuditRecord.recovery(
                offset: offset, at: now, environment: environment, seq: state.seq + 1, prev: state.hash,
                author: author))
        try next.log.append(line)
        return next
    }
}

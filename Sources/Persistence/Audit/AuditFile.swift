package import Engine
import Monitoring
package import Platform
import Text

/// The audit log in a file: append-only, hash-chained, durable before `append` returns.
///
/// One process writes it, the one that holds the environment's lock. A record torn by a crash is left as it
/// is and named by the next one. Rotation: move `audit.jsonl` and `audit.head` away together.
package actor AuditFile: AuditLog {
    package static let fileName = "audit.jsonl"
    package static let anchorName = "audit.head"
    private static let checkName = "audit.check"
    static let anchorLimit = 4096
    /// A record takes about half a kilobyte.
    package static let sizeLimit = 64 << 20
    /// Bytes of one record at most, so that it is one write.
    static let recordLimit = 16 << 10

    private let ops: any FileOps
    private let author: AuditAuthor
    private let environment: String
    private let witnesses: [AuditWitness]
    private let executor: ThreadExecutor
    private let hold: FolderHold?
    private var open: Open?
    /// The newest record that this process wrote or read: an older log is none of its own, whole as it may be.
    private var latest: AuditAnchor?
    /// Size and anchor of the log when it was last read or written.
    private var seen: Glance?
    /// The newest record that each witness has taken.
    private var witnessed: [AuditWitness: Int] = [:]
    private struct Newest {
        var seq: Int
        var sha256: String
        /// RFC 3339.
        var time: String
    }

    /// The newest record of this run; witnesses are told of none before it.
    private var newest: Newest?
    private var refused: (seq: Int, at: ContinuousClock.Instant, failure: StorageFailure)?
    private static let patience: Duration = .seconds(30)
    /// No two calls tell a witness at once, nor overtake each other.
    private var isTelling = false

    private struct Glance: Equatable {
        var size: Int64
        var anchor: [UInt8]?
    }

    private func glance() throws(SystemError) -> Glance {
        Glance(
            size: try ops.size(Self.fileName) ?? 0,
            anchor: try ops.read(Self.anchorName, limit: Self.anchorLimit))
    }

    /// How the log stands as far as this process knows.
    private struct Open {
        var seq: Int
        var hash: String
        /// Bytes of the file, and of its last line.
        var size: Int64
        var lastLine: Int
        /// The anchor's bytes; nil while there is none.
        var anchor: [UInt8]?

        func after(_ record: AuditRecord, _ line: [UInt8]) throws(SystemError) -> Open {
            let hash = try Hash.sha256(Array(line.dropLast()))
            return Open(
                seq: record.seq, hash: hash, size: size + Int64(line.count), lastLine: line.count,
                anchor: AuditAnchor(seq: record.seq, sha256: hash).bytes)
        }
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.unownedExecutor
    }

    /// Nothing is opened before the first record.
    package init(
        in ops: any FileOps, environment: String, author: AuditAuthor, witnesses: [AuditWitness] = [],
        hold: FolderHold? = nil
    ) throws(SystemError) {
        self.ops = ops
        self.hold = hold
        self.witnesses = witnesses
        self.environment = environment
        self.author = author
        executor = try ThreadExecutor("audit")
    }

    /// The one of a folder that this process keeps, or watches.
    package static func opened(
        in directory: StateDirectory, environment: String, author: AuditAuthor, witnesses: [AuditWitness]
    ) throws(StorageFailure) -> AuditFile {
        do throws(SystemError) {
            return try AuditFile(
                in: directory.directory, environment: environment, author: author, witnesses: witnesses,
                hold: directory.hold)
        } catch {
            throw StorageFailure(error)
        }
    }

    package func append(_ entry: AuditEntry) async throws(StorageFailure) {
        do {
            try write(entry)
        } catch {
            // What is on disk now is not known: the next record reads it again.
            open = nil
            throw Self.failure("written", error)
        }
    }

    package func look() async throws(StorageFailure) {
        do {
            guard let seen else { return }
            if try open == nil ? seen != glance() : !stands() { _ = try chainThatHolds() }
        } catch {
            open = nil
            throw Self.failure("read", error)
        }
    }

    package func check() async throws(StorageFailure) {
        do {
            try hold?.check()
            if try !stands() { _ = try chainThatHolds() }
            if try ops.size(Self.fileName) != nil { _ = try LogFile(Self.fileName, in: ops) }
            // A record and its anchor need room.
            try AtomicFile(Self.checkName, in: ops).replace(with: Array("room\n".utf8))
            try ops.remove(Self.checkName)
        } catch {
            throw Self.failure("written", error)
        }
    }

    package func anchor() async throws(StorageFailure) {
        guard !isTelling, let newest else { return }
        // One that fails is not asked again with every save, as it may take its time.
        if let refused, refused.seq == newest.seq, refused.at.duration(to: .now) < Self.patience {
            throw refused.failure
        }
        isTelling = true
        defer { isTelling = false }
        let mark = AuditMark(
            environment: environment, author: author, seq: newest.seq, sha256: newest.sha256)
        var failure: StorageFailure?
        for witness in witnesses where witnessed[witness] != newest.seq {
            do {
                try await witness.take(mark.line, at: newest.time)
                witnessed[witness] = newest.seq
            } catch {
                let why = Sanitizer.line("the audit log is not anchored: \(error)", maxBytes: 300)
                failure = failure ?? StorageFailure(why)
            }
        }
        refused = failure.map { (newest.seq, .now, $0) }
        if let failure { throw failure }
    }

    package func recorded() async throws(StorageFailure) -> RecordedChanges {
        do {
            return try chainThatHolds().recorded
        } catch {
            throw Self.failure("read", error)
        }
    }

    static func failure(_ verb: String, _ error: any Error) -> StorageFailure {
        if let failure = error as? StorageFailure { return failure }
        return StorageFailure(Sanitizer.line("the audit log cannot be \(verb): \(error)", maxBytes: 300))
    }

    private func write(_ entry: AuditEntry) throws {
        try hold?.check()
        // A log that was cut, emptied or replaced meanwhile is not written on: its chain would hold again.
        var state = if let open, try stands() { open } else { try opened(at: entry.at) }
        try add(
            AuditRecord(entry, seq: try next(state.seq), prev: state.hash, author: author), to: &state)
        open = state
        latest = AuditAnchor(seq: state.seq, sha256: state.hash)
        seen = Glance(size: state.size, anchor: state.anchor)
        newest = Newest(seq: state.seq, sha256: state.hash, time: entry.at.wall.civil.rfc3339)
    }

    /// One record and its anchor, durable.
    private func add(_ record: AuditRecord, to state: inout Open) throws(SystemError) {
        let line = record.line
        guard line.count <= Self.recordLimit else {
            throw SystemError(
                "append to", Self.fileName, detail: "the record is longer than \(Self.recordLimit) bytes")
        }
        let next = try state.after(record, line)
        // First, as a full disk fails here: a change that is refused for it is not on record as under way.
        let anchor = AtomicFile(Self.anchorName, in: ops)
        try anchor.prepare(next.anchor ?? [])
        // Opened by its name each time: behind a descriptor that is held it might have been replaced.
        try LogFile(Self.fileName, in: ops).append(line)
        try anchor.takePlace()
        state = next
    }

    private func next(_ seq: Int) throws(SystemError) -> Int {
        guard seq < .max else {
            throw SystemError("append to", Self.fileName, detail: "its last record has the greatest number")
        }
        return seq + 1
    }

    /// Whether log and anchor are as this process left them. False, too, before it wrote any.
    private func stands() throws(SystemError) -> Bool {
        guard let open, try ops.size(Self.fileName) ?? 0 == open.size,
            try ops.read(Self.anchorName, limit: Self.anchorLimit) == open.anchor
        else { return false }
        guard open.lastLine > 0 else { return true }
        let last = try ops.read(
            Self.fileName, at: open.size - Int64(open.lastLine), limit: open.lastLine)
        return try Hash.sha256(Array(last.dropLast())) == open.hash
    }

    /// The log read again, where it is the one that was anchored.
    private func chainThatHolds() throws -> AuditChain {
        let read = try AuditLook.together(
            log: { try ops.read(Self.fileName, limit: Self.sizeLimit) },
            anchor: { try ops.read(Self.anchorName, limit: Self.anchorLimit) })
        let log = read.log ?? []
        let before = Glance(size: Int64(log.count), anchor: read.anchor)
        let chain = try Self.chainThatHolds(log, before.anchor)
        // Both moved away together are a new beginning, and it is one with its first record.
        if let latest, chain.lastLine > 0 || before.anchor != nil, !chain.holds(latest) {
            throw StorageFailure(
                "an older copy of \(Self.fileName) and \(Self.anchorName) was put in place of record \(latest.seq): "
                    + "nothing is recorded. Put back the newest, or move both away together, and a new log is begun."
            )
        }
        if let newest = chain.anchorOfLast { latest = newest }
        seen = before
        return chain
    }

    /// Throws what keeps records from being added.
    static func chainThatHolds(_ log: [UInt8], _ anchor: [UInt8]?) throws -> AuditChain {
        let chain = try AuditChain(log)
        if let format = chain.newer {
            throw StorageFailure(
                "\(Self.fileName) holds records of a newer hypercare (format \(format)); it is left as it is and "
                    + "nothing is recorded. Update this one.", isOfNewer: true)
        }
        let found = AuditAnchor.Found(anchor)
        if case .newer(let version) = found {
            throw StorageFailure(
                "\(Self.anchorName) was written by a newer hypercare (format \(version)); it is left as it is and "
                    + "nothing is recorded. Update this one.", isOfNewer: true)
        }
        if let breach = chain.breach(of: found) {
            throw StorageFailure(
                "\(Self.fileName) is not the log that was written, line \(breach.line): \(breach.what). Nothing is "
                    + "recorded in it. Keep it as evidence: move \(Self.fileName) and \(Self.anchorName) away together, "
                    + "and a new one is begun.")
        }
        return chain
    }

    private func opened(at now: Timestamp) throws -> Open {
        let chain = try chainThatHolds()
        var state = Open(
            seq: chain.lastSeq, hash: chain.lastHash, size: try ops.size(Self.fileName) ?? 0,
            lastLine: chain.lastLine, anchor: try ops.read(Self.anchorName, limit: Self.anchorLimit))
        if let anchor = chain.anchorOfLast, anchor.bytes != state.anchor {
            // A crash came between the newest record and its anchor.
            try AtomicFile(Self.anchorName, in: ops).replace(with: anchor.bytes)
            state.anchor = anchor.bytes
        }
        guard let offset = chain.tornAt else { return state }
        if !chain.endsWithNewline {
            try LogFile(Self.fileName, in: ops).append([UInt8(ascii: "\n")])
            state.size += 1
        }
        try add(
            AuditRecord.recovery(
                offset: offset, at: now, environment: environment, seq: try next(state.seq),
                prev: state.hash, author: author), to: &state)
        return state
    }
}

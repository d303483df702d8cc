package import Engine
package import Monitoring
import Platform

/// What a console's audit log says is under way, for somebody who only looks: nothing is made, locked or written.
package struct AuditLook: AuditLog, Keepers {
    private let folder: String?
    private static let failure = StorageFailure("this command only looks")

    /// Nil where there can be none.
    package init(_ folder: String?) { self.folder = folder }

    @concurrent package func append(_ entry: AuditEntry) async throws(StorageFailure) { throw Self.failure }

    @concurrent package func check() async throws(StorageFailure) { throw Self.failure }

    @concurrent package func look() async throws(StorageFailure) {}

    @concurrent package func anchor() async throws(StorageFailure) {}

    @concurrent package func recorded() async throws(StorageFailure) -> RecordedChanges {
        guard let path = path(AuditFile.fileName) else { return RecordedChanges() }
        do throws(SystemError) {
            guard try Files.facts(path) != nil else { return RecordedChanges() }
            return try AuditChain(Files.read(path, limit: AuditFile.sizeLimit)).recorded
        } catch {
            throw StorageFailure("the audit log cannot be read: \(error)")
        }
    }

    /// The log in `folder`, compared with its anchor; nil when neither is there. An anchor without its log is no fresh
    /// start: the log was taken away.
    package static func chain(in folder: String) throws -> AuditChain? {
        let read = try together(in: folder)
        guard read.log != nil || read.anchor != nil else { return nil }
        var chain = try AuditChain(read.log ?? [])
        chain.compare(with: AuditAnchor.Found(read.anchor))
        return chain
    }

    private static func together(in folder: String) throws -> (log: [UInt8]?, anchor: [UInt8]?) {
        func bytes(_ name: String, _ limit: Int) throws -> [UInt8]? {
            let path = "\(folder)/\(name)"
            return try Files.facts(path) == nil ? nil : Files.read(path, limit: limit)
        }
        return try together(
            log: { try bytes(AuditFile.fileName, AuditFile.sizeLimit) },
            anchor: { try bytes(AuditFile.anchorName, AuditFile.anchorLimit) })
    }

    /// Log and anchor of one moment: between two looks at an anchor that stands still, while another process may add
    /// records to the one and then to the other.
    package static func together(
        log: () throws -> [UInt8]?, anchor: () throws -> [UInt8]?
    ) throws -> (log: [UInt8]?, anchor: [UInt8]?) {
        var before = try anchor()
        for _ in 0..<100 {
            let bytes = try log()
            let after = try anchor()
            if after == before { return (bytes, after) }
            before = after
        }
        return (try log(), before)
    }

    /// Why no record could be added, and so no flag be switched; nil where one can, and before the first.
    package var obstacle: String? {
        guard let folder else { return nil }
        do {
            guard try Files.facts(folder, links: .followed) != nil else { return nil }
            try PrivateDirectory.check(Directory(folder))
            try Files.mayWrite(in: folder)
            let read = try Self.together(in: folder)
            _ = try AuditFile.chainThatHolds(read.log ?? [], read.anchor)
            return nil
        } catch {
            return AuditFile.failure("written", error).message
        }
    }

    /// What a look remembers is its own.
    package var keepOurs: Bool { false }

    @concurrent package func keeper() async -> Keeper {
        guard let path = path(LockHolder.fileName),
            let holder = (try? Files.read(path, limit: 4096)).flatMap({ LockHolder($0) }),
            holder.process.isRunning
        else { return .nobody }
        let since = ((try? Files.facts(path)) ?? nil)?.modified
        return .another("another console keeps this environment (\(holder.words(since: since)))")
    }

    @concurrent package func mark() async -> KeptMark {
        // A console's state has been read once, and that is enough for one look.
        KeptMark(
            audit: path(AuditFile.fileName).flatMap { StateDirectory.mark(of: $0) },
            beat: path(StateStorage.name).flatMap { StateDirectory.beat(of: $0) })
    }

    @concurrent package func yield() async {}

    @concurrent package func isRunning(_ program: ProcessMark) async -> Bool { program.isRunning }

    private func path(_ name: String) -> String? { folder.map { "\($0)/\(name)" } }
}

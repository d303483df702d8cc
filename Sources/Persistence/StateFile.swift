import Documents
package import Engine
import Monitoring
package import Platform
import Synchronization
import Text

/// `state.json`, written whole and durably, with the copy before it beside it.
package struct StateFile: StateStore {
    private let storage: StateStorage
    private let disk: Disk

    package init(_ storage: StateStorage, on disk: Disk) {
        self.storage = storage
        self.disk = disk
    }

    /// What is kept at `path`, for somebody who only looks: nothing is made, locked, mended or written. Nil when
    /// there is nothing.
    package static func looking(in path: String) throws(SystemError) -> StateFile? {
        guard try Files.facts(path) != nil else { return nil }
        return StateFile(
            StateStorage(in: try Directory(path)),
            on: Disk(try ThreadExecutor("disk"), lock: nil))
    }

    @concurrent package func load() async throws(StorageFailure) -> (state: EngineState, note: String?)? {
        try await disk.read { [storage, disk] in try storage.load(mends: disk.isOurs) }
    }

    @concurrent package func save(_ state: EngineState) async throws(StorageFailure) {
        try await disk.write { [storage] in try storage.save(state) }
    }
}

/// The steps of `StateFile`, on whichever thread calls.
///
/// Format: a header line `{"crc32c":…,"generation":…,"length":…,"schema":…}`, then the document. Order of
/// loading, `safety.md` 3.2: the file, else the copy before it, else nothing, said aloud; what is damaged is
/// kept under another name, and what a newer program wrote is never overwritten.
package final class StateStorage: Sendable {
    package static let name = "state.json"

    private struct Progress {
        var generation = 0
        /// Whether what is there was looked at.
        var isKnown = false
        /// Why nothing may be written.
        var refusal: StorageFailure?
        /// Why what is there could not be read when it was asked for: who asked goes on without it, and must not
        /// write over it.
        var unread: StorageFailure?
    }

    private let ops: any FileOps
    private let file: AtomicFile
    private let format: StateFormat
    /// Bytes that are read; more are not written.
    private let limit: Int
    private let progress = Mutex(Progress())

    package init(in ops: any FileOps, format: StateFormat = .current, limit: Int = 16 << 20) {
        self.ops = ops
        self.format = format
        self.limit = limit
        file = AtomicFile(Self.name, in: ops, keepsPrevious: true)
    }

    /// `mends`: whether a damaged file may be set aside and the copy before it put in its place.
    package func load(mends: Bool = true) throws -> (state: EngineState, note: String?)? {
        do {
            let newest = try newest(mends)
            progress.withLock {
                $0.isKnown = true
                $0.unread = nil
            }
            return newest
        } catch {
            let why = (error as? StorageFailure)?.message ?? Sanitizer.line("\(error)", maxBytes: 300)
            progress.withLock {
                $0.unread = StorageFailure("\(why): what was kept is left as it is, nothing is kept over it")
            }
            throw error
        }
    }

    private func newest(_ mends: Bool) throws -> (state: EngineState, note: String?)? {
        let present = try file.read(limit: limit)
        do {
            if let present { return try (take(format.read(present)), nil) }
        } catch let failure as StateFormat.Newer {
            throw refuse(failure)
        } catch {
            // Damaged: the copy before it is next.
        }
        let previous = try file.readPrevious(limit: limit)
        do {
            if let previous {
                let state = try take(format.read(previous))
                guard mends else { return (state, "state read from the copy before the last save") }
                let kept = try setAside(present, mends)
                // So that the next save keeps this copy until the new file is durable.
                try ops.link(file.previousName, as: Self.name)
                try ops.syncDirectory()
                return (state, "state recovered from the copy before the last save\(kept)")
            }
        } catch let failure as StateFormat.Newer {
            throw refuse(failure)
        } catch let error as SystemError {
            throw error
        } catch {
            // Damaged too.
        }
        guard present != nil || previous != nil else { return nil }
        let kept = try setAside(present, mends)
        _ = try setAside(previous, from: file.previousName, mends)
        return (EngineState(), "state.json and the copy before it are damaged: starting without them\(kept)")
    }

    package func save(_ state: EngineState) throws {
        if let refusal = progress.withLock({ $0.refusal ?? $0.unread }) { throw refusal }
        if !progress.withLock({ $0.isKnown }) { _ = try load() }
        // It only tells two files apart; whatever a file says, the next one has another.
        let generation = progress.withLock { $0.generation }.nextOrOne
        let bytes = try format.write(state, generation: generation)
        guard bytes.count <= limit else {
            throw StorageFailure(
                "\(Self.name) would be \(bytes.count) bytes long, more than the \(limit) that are read again"
            )
        }
        try file.replace(with: bytes)
        progress.withLock { $0.generation = generation }
    }

    private func take(_ read: (state: EngineState, generation: Int)) -> EngineState {
        progress.withLock { $0.generation = read.generation }
        return read.state
    }

    private func refuse(_ newer: StateFormat.Newer) -> StorageFailure {
        let failure = StorageFailure(
            "state.json was written by a newer hypercare (format \(newer.schema)); it is left as it is and "
                + "nothing is kept. Update this one.", isOfNewer: true)
        progress.withLock { $0.refusal = failure }
        return failure
    }

    /// Keeps a damaged file under the next free name.
    private func setAside(
        _ damaged: [UInt8]?, from name: String = StateStorage.name, _ mends: Bool
    ) throws -> String {
        guard mends, damaged != nil else { return "" }
        for number in 1...99 {
            let aside = "\(Self.name).bad-\(number)"
            guard try ops.size(aside) == nil else { continue }
            try ops.rename(name, to: aside)
            try ops.syncDirectory()
            return "; the damaged file is kept as \(aside)"
        }
        throw StorageFailure("\(name) is damaged, and there are 99 damaged ones kept before it: remove some")
    }
}

extension Int {
    /// Starts again where there is no next one.
    fileprivate var nextOrOne: Int { self == .max ? 1 : self + 1 }
}

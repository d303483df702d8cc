package import Platform
import Synchronization

/// A directory before which a disk can fail.
package final class BreakableOps: FileOps {
    package enum Fault: String, CaseIterable, Sendable {
        /// Nothing more is taken.
        case full
        /// A few bytes more are taken, then nothing once, and so on.
        case nearlyFull
        /// What is written does not become durable.
        case unsynced
        /// Nothing can be made, written, renamed or removed.
        case readOnly

        package var code: Int32 {
            switch self {
            case .full, .nearlyFull: 28
            case .unsynced: 5
            case .readOnly: 30
            }
        }
    }

    /// What the system does not let this user do with files that are there.
    package enum Denied: Sendable {
        /// With an I/O error.
        case reading
        /// As of another user's file: `protected_hardlinks`.
        case linking
    }

    private struct State {
        var denied: Denied?
        var fault: Fault?
        var room = 0
    }

    private static let rest = 9

    private let ops: any FileOps
    private let state = Mutex(State())

    package init(_ ops: any FileOps) { self.ops = ops }

    /// Nil works again.
    package func fail(_ fault: Fault?) {
        state.withLock { state in
            state.fault = fault
            state.room = fault == .nearlyFull ? Self.rest : 0
        }
    }

    /// Nil allows all again.
    package func deny(_ denied: Denied?) { state.withLock { $0.denied = denied } }

    package func create(_ name: String, mode: UInt32) throws(SystemError) -> Int32 {
        try change("create", name)
        return try ops.create(name, mode: mode)
    }

    package func openForAppending(_ name: String, mode: UInt32) throws(SystemError) -> Int32 {
        try change("open", name)
        return try ops.openForAppending(name, mode: mode)
    }

    package func write(_ bytes: ArraySlice<UInt8>, to file: Int32) throws(SystemError) -> Int {
        let (fault, room) = state.withLock { ($0.fault, $0.room) }
        switch fault {
        case .full, .readOnly: throw SystemError("write in", "it", code: fault?.code ?? 0)
        case .nearlyFull:
            guard room > 0 else {
                state.withLock { $0.room = Self.rest }
                throw SystemError("write in", "it", code: Fault.nearlyFull.code)
            }
            let taken = try ops.write(bytes.prefix(room), to: file)
            state.withLock { $0.room -= taken }
            return taken
        case .unsynced, nil: return try ops.write(bytes, to: file)
        }
    }

    package func sync(_ file: Int32) throws(SystemError) {
        if let fault = state.withLock({ $0.fault }), fault == .unsynced {
            throw SystemError("sync a file in", "it", code: fault.code)
        }
        try ops.sync(file)
    }

    package func close(_ file: Int32) throws(SystemError) { try ops.close(file) }

    package func remove(_ name: String) throws(SystemError) {
        try change("remove", name)
        try ops.remove(name)
    }

    package func link(_ name: String, as other: String) throws(SystemError) {
        try change("link", name)
        if state.withLock({ $0.denied }) == .linking { throw SystemError("link", name, code: 1) }
        try ops.link(name, as: other)
    }

    package func rename(_ name: String, to other: String) throws(SystemError) {
        try change("rename", name)
        try ops.rename(name, to: other)
    }

    package func syncDirectory() throws(SystemError) { try ops.syncDirectory() }

    package func read(_ name: String, limit: Int) throws(SystemError) -> [UInt8]? {
        if state.withLock({ $0.denied }) == .reading { throw SystemError("read", name, code: 5) }
        return try ops.read(name, limit: limit)
    }

    package func read(_ name: String, at offset: Int64, limit: Int) throws(SystemError) -> [UInt8] {
        try ops.read(name, at: offset, limit: limit)
    }

    package func size(_ name: String) throws(SystemError) -> Int64? { try ops.size(name) }

    private func change(_ verb: String, _ name: String) throws(SystemError) {
        guard state.withLock({ $0.fault }) == .readOnly else { return }
        throw SystemError(verb, name, code: Fault.readOnly.code)
    }
}

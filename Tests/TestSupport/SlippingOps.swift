package import Platform
import Synchronization

/// A directory where something happens right before a step, or instead of it: somebody else saves, the disk fails.
package final class SlippingOps: FileOps {
    package enum Step: String, CaseIterable, Sendable {
        case create, write, sync, close, remove, link, rename, syncDirectory
    }

    /// Throws what the step is to fail with.
    package typealias Slip = @Sendable (Step, _ name: String) throws(SystemError) -> Void

    private let ops: any FileOps
    private let slip: Slip

    package init(_ ops: any FileOps, _ slip: @escaping Slip) {
        self.ops = ops
        self.slip = slip
    }

    package func create(_ name: String, mode: UInt32) throws(SystemError) -> Int32 {
        try slip(.create, name)
        return try ops.create(name, mode: mode)
    }

    package func openForAppending(_ name: String, mode: UInt32) throws(SystemError) -> Int32 {
        try ops.openForAppending(name, mode: mode)
    }

    package func write(_ bytes: ArraySlice<UInt8>, to file: Int32) throws(SystemError) -> Int {
        try slip(.write, "")
        return try ops.write(bytes, to: file)
    }

    package func sync(_ file: Int32) throws(SystemError) {
        try slip(.sync, "")
        try ops.sync(file)
    }

    /// What cannot be closed is closed.
    package func close(_ file: Int32) throws(SystemError) {
        try ops.close(file)
        try slip(.close, "")
    }

    package func remove(_ name: String) throws(SystemError) {
        try slip(.remove, name)
        try ops.remove(name)
    }

    package func link(_ name: String, as other: String) throws(SystemError) {
        try slip(.link, name)
        try ops.link(name, as: other)
    }

    package func rename(_ name: String, to other: String) throws(SystemError) {
        try slip(.rename, name)
        try ops.rename(name, to: other)
    }

    package func syncDirectory() throws(SystemError) {
        try slip(.syncDirectory, "")
        try ops.syncDirectory()
    }

    package func read(_ name: String, limit: Int) throws(SystemError) -> [UInt8]? {
        try ops.read(name, limit: limit)
    }

    package func read(_ name: String, at offset: Int64, limit: Int) throws(SystemError) -> [UInt8] {
        try ops.read(name, at: offset, limit: limit)
    }

    package func size(_ name: String) throws(SystemError) -> Int64? { try ops.size(name) }
}

/// Does something the first time it is asked to, and never again.
package final class Once: Sendable {
    private let isDone = Mutex(false)

    package init() {}

    package func run(_ body: () -> Void) {
        let isFirst = isDone.withLock { done in
            defer { done = true }
            return !done
        }
        if isFirst { body() }
    }
}

package import Platform
import Synchronization

/// A directory in memory that remembers what is durable and what is not, and tells every state in which a
/// power cut could leave it. Pessimistic: changes of names that were not synced are kept or lost in any
/// combination, and so is data, also in part.
package final class RecordingOps: FileOps {
    package typealias Contents = [String: [UInt8]]

    package struct State: Sendable {
        /// What was asked, one line a step: `rename state.tmp state`.
        package var steps: [String] = []
        /// The verb of the step that fails with an I/O error.
        package var failing: String?
        /// Verbs of steps that do nothing and claim to have worked: proves that the tests notice.
        package var ignored: Set<String> = []
        /// The power goes before this step; everything fails from here.
        package var powerCut = Int.max
        /// The most that one write takes.
        package var largestWrite = Int.max

        fileprivate var inodes: [Int: Inode] = [:]
        fileprivate var open: [Int32: Int] = [:]
        fileprivate var names: [String: Int] = [:]
        fileprivate var durableNames: [String: Int] = [:]
        fileprivate var pending: [[String: Int?]] = []
        fileprivate var next = 1
    }

    fileprivate struct Inode: Sendable {
        var data: [UInt8] = []
        var durable: [UInt8] = []
    }

    private let state = Mutex(State())

    package init(_ contents: Contents = [:]) {
        state.withLock { state in
            for (name, data) in contents {
                state.inodes[state.next] = Inode(data: data, durable: data)
                state.names[name] = state.next
                state.next += 1
            }
            state.durableNames = state.names
        }
    }

    /// Sets how it fails from here on.
    package func configure(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    package var steps: [String] { state.withLock { $0.steps } }

    /// What is there now, as a running process sees it.
    package var contents: Contents {
        state.withLock { state in state.names.compactMapValues { state.inodes[$0]?.data } }
    }

    /// What may be there after a power cut at this moment.
    package func statesAfterPowerCut() -> Set<Contents> {
        state.withLock { state in
            var result: Set<Contents> = []
            for choice in 0..<(1 << state.pending.count) {
                var names = state.durableNames
                for (index, change) in state.pending.enumerated() where choice & (1 << index) != 0 {
                    for (name, inode) in change { names[name] = inode }
                }
                var partial: [Contents] = [[:]]
                for (name, inode) in names {
                    guard let inode = state.inodes[inode] else { continue }
                    // What is appended takes nothing from what was durable before.
                    let safe = inode.data.starts(with: inode.durable) ? inode.durable.count : 0
                    let half = inode.data.prefix(safe + (inode.data.count - safe) / 2)
                    let data: Set = [
                        inode.durable, inode.data, inode.data == inode.durable ? inode.data : Array(half),
                    ]
                    partial = partial.flatMap { contents in
                        data.map { contents.merging([name: $0]) { _, new in new } }
                    }
                }
                result.formUnion(partial)
            }
            return result
        }
    }

    package func create(_ name: String, mode: UInt32) throws(SystemError) -> Int32 {
        try step("create", "\(name) \(String(mode, radix: 8))") { state throws(SystemError) in
            guard state.names[name] == nil else {
                throw SystemError("create", name, code: SystemError.exists)
            }
            return Self.make(name, &state)
        } ?? -1
    }

    package func openForAppending(_ name: String, mode: UInt32) throws(SystemError) -> Int32 {
        try step("open", "\(name) \(String(mode, radix: 8))") { state throws(SystemError) in
            guard let inode = state.names[name] else { return Self.make(name, &state) }
            state.next += 1
            state.open[Int32(state.next)] = inode
            return Int32(state.next)
        } ?? -1
    }

    package func write(_ bytes: ArraySlice<UInt8>, to file: Int32) throws(SystemError) -> Int {
        try step("write", "\(bytes.count)") { state throws(SystemError) in
            let inode = try Self.inode(of: file, state)
            let taken = bytes.prefix(state.largestWrite)
            state.inodes[inode]?.data += taken
            return taken.count
        } ?? bytes.count
    }

    package func sync(_ file: Int32) throws(SystemError) {
        try step("sync") { state throws(SystemError) in
            let inode = try Self.inode(of: file, state)
            let data = state.inodes[inode]?.data ?? []
            state.inodes[inode]?.durable = data
        }
    }

    package func close(_ file: Int32) throws(SystemError) {
        try step("close") { state throws(SystemError) in
            _ = try Self.inode(of: file, state)
            state.open[file] = nil
        }
    }

    package func remove(_ name: String) throws(SystemError) {
        try step("remove", name) { state throws(SystemError) in
            guard state.names.removeValue(forKey: name) != nil else { return }
            state.pending.append([name: nil])
        }
    }

    package func link(_ name: String, as other: String) throws(SystemError) {
        try step("link", "\(name) \(other)") { state throws(SystemError) in
            guard let inode = state.names[name] else {
                throw SystemError("link", name, code: SystemError.notFound)
            }
            guard state.names[other] == nil else {
                throw SystemError("link", other, code: SystemError.exists)
            }
            state.names[other] = inode
            state.pending.append([other: inode])
        }
    }

    package func rename(_ name: String, to other: String) throws(SystemError) {
        try step("rename", "\(name) \(other)") { state throws(SystemError) in
            guard let inode = state.names[name] else {
                throw SystemError("rename", name, code: SystemError.notFound)
            }
            // Two names of one file: as POSIX has it, nothing is done.
            guard state.names[other] != inode else { return }
            state.names[name] = nil
            state.names[other] = inode
            state.pending.append([name: nil, other: inode])
        }
    }

    package func syncDirectory() throws(SystemError) {
        try step("syncDirectory") { state throws(SystemError) in
            state.durableNames = state.names
            state.pending = []
        }
    }

    package func read(_ name: String, limit: Int) throws(SystemError) -> [UInt8]? {
        guard let data = contents[name] else { return nil }
        guard data.count <= limit else {
            throw SystemError("read", name, detail: "it is longer than \(limit) bytes")
        }
        return data
    }

    package func read(_ name: String, at offset: Int64, limit: Int) throws(SystemError) -> [UInt8] {
        Array((contents[name] ?? []).dropFirst(Int(clamping: offset)).prefix(limit))
    }

    package func size(_ name: String) throws(SystemError) -> Int64? { contents[name].map { Int64($0.count) } }

    private static func inode(of file: Int32, _ state: State) throws(SystemError) -> Int {
        guard let inode = state.open[file] else { throw SystemError("use", "file \(file)", code: 9) }
        return inode
    }

    private static func make(_ name: String, _ state: inout State) -> Int32 {
        state.next += 1
        state.inodes[state.next] = Inode()
        state.names[name] = state.next
        state.pending.append([name: state.next])
        state.open[Int32(state.next)] = state.next
        return Int32(state.next)
    }

    /// Nil when the step is one of the ignored.
    @discardableResult
    private func step<Answer: Sendable>(
        _ verb: String, _ subject: String = "",
        _ body: (inout State) throws(SystemError) -> Answer
    ) throws(SystemError) -> Answer? {
        try state.withLock { (state) throws(SystemError) -> Answer? in
            guard state.steps.count < state.powerCut else { throw SystemError(verb, subject, code: 5) }
            state.steps.append(subject.isEmpty ? verb : verb + " " + subject)
            guard state.failing != verb else { throw SystemError(verb, subject, code: 5) }
            if state.ignored.contains(verb) { return nil }
            return try body(&state)
        }
    }
}

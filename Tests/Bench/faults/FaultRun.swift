import Platform
import TestSupport

/// One store under strace, call by call.
struct FaultRun {
    struct Result {
        var points = 0
        var calls = 0
        var acknowledged = 0
        /// What went wrong, and where.
        var bad: [String] = []
    }

    private static let calls = [
        "openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "renameat", "renameat2",
        "linkat",
        "unlink", "unlinkat", "fchmod", "mkdir", "mkdirat", "close",
    ]
    private static let faults =
        ["signal=SIGKILL"] + ["ENOSPC", "EIO", "EROFS", "EDQUOT"].map { "error=\($0)" }

    private let store: String
    private let program: String
    private let every: Int

    init(_ store: String, program: String, every: Int) {
        self.store = store
        self.program = program
        self.every = every
    }

    func all() async throws -> Result {
        var result = Result()
        var turn = 0
        for call in Self.calls {
            let count = try await count(of: call)
            result.calls += count
            for number in 0..<count {
                for fault in Self.faults {
                    turn += 1
                    guard turn % every == 0 else { continue }
                    // Once, and from there on; dead is dead.
                    let once = "\(number + 1)"
                    for when in fault.hasPrefix("signal") ? [once] : [once, once + "+"] {
                        result.points += 1
                        let point = "\(call) \(when) \(fault)"
                        do {
                            if try await isKept(
                                after: "\(call):\(fault):when=\(when)", trace: call, point, &result)
                            {
                                result.acknowledged += 1
                            }
                        } catch {
                            result.bad.append("\(point): \(error)")
                        }
                    }
                }
            }
        }
        return result
    }

    /// Whether it was acknowledged; notes what is not as it should be.
    private func isKept(
        after injection: String, trace: String, _ point: String, _ result: inout Result
    ) async throws -> Bool {
        let folder = try TemporaryFolder("faults")
        let path = folder.path("eu-shop")
        let thing = interrupted(store, in: path)
        try await thing.prepare()
        var isAcknowledged = false
        do {
            let ended = try await run(folder, trace, ["-e", "inject=\(injection)"])
            isAcknowledged = String(decoding: ended.output, as: UTF8.self) == "kept\n"
        } catch is ChildTimedOut {
            // One that waits for ever is killed.
        }
        let found = try await thing.found(isAcknowledged: isAcknowledged)
        switch found {
        case .new: break
        case .old where !isAcknowledged: break
        default: result.bad.append("\(point): \(found), acknowledged: \(isAcknowledged)")
        }
        return isAcknowledged
    }

    /// How often a write that nothing disturbs makes this call in the folder.
    private func count(of call: String) async throws -> Int {
        let folder = try TemporaryFolder("faults")
        try await interrupted(store, in: folder.path("eu-shop")).prepare()
        let ended = try await run(folder, call, [])
        guard String(decoding: ended.output, as: UTF8.self) == "kept\n" else {
            throw SystemError("run", "the writer", detail: String(decoding: ended.error, as: UTF8.self))
        }
        let trace = try Files.read(folder.path("trace"), limit: 1 << 20)
        return trace.split(separator: UInt8(ascii: "\n")).count { line in
            String(decoding: line, as: UTF8.self).contains("\(call)(")
        }
    }

    private func run(_ folder: TemporaryFolder, _ call: String, _ more: [String]) async throws -> ChildResult
    {
        let path = folder.path("eu-shop")
        let places = interrupted(store, in: path).places(of: call)
        return try await ChildProcess.run(
            ChildCommand(
                ["/usr/bin/strace", "-f", "-qq", "-o", folder.path("trace")] + places.flatMap { ["-P", $0] }
                    + ["-e", "trace=\(call)"] + more + [program, "write", store, path],
                environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "SWIFT_BACKTRACE": "enable=no"]),
            deadline: .seconds(20), outputCap: 64 << 10)
    }
}

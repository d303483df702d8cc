import CSystem
import Glibc
import Platform
import Synchronization

/// A server of a test: started in the foreground, killed with the process that runs the tests however that
/// ends, stopped by its pid.
package final class ServerProcess: Sendable {
    package let pid: Int32
    // The kernel ties the child to the thread that started it, so the thread lives as long as this.
    private let thread: ThreadExecutor
    private let isGone = Mutex(false)

    /// Both outputs go to the file `log`.
    package init(
        _ arguments: [String], environment: [String: String] = [:], log: String
    ) async throws {
        let thread = try ThreadExecutor("server")
        self.thread = thread
        let pairs = (["PATH": ChildCommand.standardPath].merging(environment) { $1 }).map { "\($0)=\($1)" }
        pid = try await thread.run {
            let output = unsafe open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            defer { close(output) }
            let argv = unsafe arguments.map { unsafe UnsafePointer(strdup($0)) } + [nil]
            let envp = unsafe pairs.map { unsafe UnsafePointer(strdup($0)) } + [nil]
            let pid = unsafe system_spawn(argv, envp, nil, -1, output, output, SIGKILL)
            unsafe (argv + envp).forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
            guard pid > 0 else { throw SystemError("start", arguments.first ?? "", code: -pid) }
            return pid
        }
    }

    deinit { stop(SIGKILL) }

    /// Sends a signal, such as SIGSTOP or SIGCONT.
    package func signal(_ number: Int32) {
        isGone.withLock { isGone in if !isGone { _ = system_signal(pid, number) } }
    }

    /// Stops every thread and returns once the kernel shows them all stopped: SIGSTOP takes its time, and an
    /// answer could still come. At most 5 s.
    package func freeze() {
        signal(SIGSTOP)
        let deadline = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < deadline, !areAllThreadsStopped {
            var pause = timespec(tv_sec: 0, tv_nsec: 2_000_000)
            unsafe nanosleep(&pause, nil)
        }
    }

    package func thaw() { signal(SIGCONT) }

    private var areAllThreadsStopped: Bool {
        guard let folder = unsafe opendir("/proc/\(pid)/task") else { return true }
        defer { unsafe closedir(folder) }
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard !name.hasPrefix("."),
                let stat = try? Files.read("/proc/\(pid)/task/\(name)/stat", limit: 4096)
            else { continue }
            // The state stands behind the name in brackets, which may hold anything.
            let text = String(decoding: stat, as: UTF8.self)
            guard let bracket = text.lastIndex(of: ")") else { continue }
            if text[bracket...].dropFirst(2).first != "T" { return false }
        }
        return true
    }

    /// Sends a signal and waits until the process is gone. It must not be frozen unless killed.
    package func stop(_ number: Int32 = SIGTERM) {
        isGone.withLock { isGone in
            guard !isGone else { return }
            _ = system_signal(pid, number)
            _ = system_reap(pid)
            isGone = true
        }
    }
}

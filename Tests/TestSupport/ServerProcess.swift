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

/// A TCP port on 127.0.0.1 that nobody listens on at this moment.
package func freePort() throws -> Int {
    let socket = FileDescriptor(taking: system_listen_loopback(0))
    let port = system_local_port(socket.number)
    guard port > 0 else { throw SystemError("find a free port", code: -port) }
    return Int(port)
}

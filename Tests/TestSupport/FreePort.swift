import CSystem
import Glibc
import Platform
import Synchronization

/// A TCP port on 127.0.0.1 that nobody listens on, and that nobody else is given until this process ends: neither by
/// the kernel, which takes those of connections and of port 0 from a range of its own, nor by another test run, as
/// each of ours is locked.
package func freePort() throws -> Int {
    let folder = "/tmp/hypercare-ports-\(getuid())"
    _ = unsafe system_make_directory(Int32(system_here), folder, 0o700)
    // Each process begins elsewhere, so that one which was let go is not given again at once.
    for _ in 0..<ports.count {
        let port = next.withLock { next in
            defer { next = next + 1 < ports.upperBound ? next + 1 : ports.lowerBound }
            return next
        }
        // Never closed: the kernel lets it go with the process.
        let lock = unsafe system_open_lock(Int32(system_here), "\(folder)/\(port)")
        guard lock >= 0 else { continue }
        let socket = system_try_lock(lock) == 0 ? system_listen_loopback(Int32(port)) : -1
        if socket >= 0 {
            _ = system_close(socket)
            return port
        }
        _ = system_close(lock)
    }
    throw SystemError("find a free port", folder, code: SystemError.exists)
}

/// Below the kernel's range, which begins at 32768.
private let ports = 20_000..<32_000
private let next = Mutex(ports.lowerBound + Int(getpid()) * 37 % ports.count)

internal import Glibc

/// Where the running program lies.
package enum ProgramPath {
    /// Its folder, without links; nil when the system does not tell.
    package static var folder: String? {
        guard let real = unsafe realpath("/proc/self/exe", nil) else { return nil }
        defer { unsafe free(real) }
        let path = unsafe String(cString: real)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
}

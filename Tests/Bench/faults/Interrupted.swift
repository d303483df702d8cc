import Engine
import Persistence

/// Something old that is to become new, in a process that faults come over.
protocol Interrupted {
    /// Of this system call only those on these places count, or all where it names none.
    func places(of call: String) -> [String]
    func prepare() async throws
    /// Whether it is acknowledged as new.
    func write() async throws -> Bool
    /// As the next run finds it.
    func found(isAcknowledged: Bool) async throws -> Found
}

/// Which of the two it is.
enum Found: Equatable {
    case old, new
    case neither(String)
}

/// By its name, in an environment's folder.
func interrupted(_ name: String, in path: String) -> any Interrupted {
    WholeChange.Kind(rawValue: name).map { WholeChange($0, in: path) } ?? KeptThing(name, in: path)
}

extension StateDirectory {
    /// The lock is free once the process that was killed is gone.
    static func opened(_ path: String) async throws -> StateDirectory {
        for _ in 0..<200 {
            let folder = try StateDirectory.open(path)
            if folder.isOurs { return folder }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw StorageFailure("the lock of \(path) is not free")
    }
}

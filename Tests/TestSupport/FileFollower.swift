import Glibc
import Platform
import Synchronization

/// Follows a file as flagd does, by its inode: reads it when it was written, watches anew what has its name when it
/// was deleted, and gives up when it was moved away.
package final class FileFollower: Sendable {
    package struct Seen: Sendable {
        package var last: [UInt8] = []
        package var readings = 0
        /// Of these the ones that found nothing.
        package var empty = 0
        package var hasGivenUp = false
    }

    private struct State: Sendable {
        var seen = Seen()
        var isEnded = false
    }

    private let path: String
    private let inotify: Int32
    private let state = Mutex(State())

    package init(_ path: String) throws {
        self.path = path
        inotify = inotify_init1(Int32(O_NONBLOCK | O_CLOEXEC))
        guard inotify >= 0, watch() else { throw NotInTime(description: "cannot watch \(path)") }
        read()
        try SystemThread.start("follower") { [self] in
            follow()
            close(inotify)
        }
    }

    package var seen: Seen { state.withLock { $0.seen } }

    package func end() { state.withLock { $0.isEnded = true } }

    private func watch() -> Bool { watched() >= 0 }

    /// The number of the watch on what the path names now: the same for the same file.
    private func watched() -> Int32 {
        unsafe inotify_add_watch(inotify, path, UInt32(IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF))
    }

    private func read() {
        let bytes = (try? Files.read(path, limit: 1 << 20)) ?? []
        state.withLock { state in
            state.seen.last = bytes
            state.seen.readings += 1
            if bytes.isEmpty { state.seen.empty += 1 }
        }
    }

    private func follow() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !state.withLock({ $0.isEnded }) {
            let size = buffer.count
            let count = unsafe Glibc.read(inotify, &buffer, size)
            var events: [(watch: Int32, mask: UInt32)] = []
            var place = 0
            while place + 16 <= max(count, 0) {
                func number(_ at: Int) -> UInt32 {
                    buffer[(place + at)..<(place + at + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
                }
                events.append((Int32(bitPattern: number(0)), number(4)))
                place += 16 + Int(number(12))
            }
            for (watch, mask) in events {
                // The kernel tells of a rename after it is done: one that is watched in between by its new name is told
                // to have moved, and stands where it is looked for.
                if mask & UInt32(IN_MOVE_SELF) != 0, watched() != watch {
                    state.withLock { $0.seen.hasGivenUp = true }
                    return
                }
                if mask & UInt32(IN_DELETE_SELF) != 0 { _ = self.watch() }
                if mask & UInt32(IN_DELETE_SELF | IN_MODIFY) != 0 { read() }
            }
            if events.isEmpty { usleep(2_000) }
        }
    }
}

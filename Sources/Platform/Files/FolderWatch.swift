internal import CSystem

/// What happens to the names in a folder and to what is in them, whoever does it, from its making on.
package final class FolderWatch: Sendable {
    package struct Event: Hashable, Sendable {
        package enum What: Hashable, Sendable {
            case written, movedAway, movedHere
            /// Made under this name, or removed.
            case other
            /// More happened than the kernel kept for us.
            case overflow
        }

        package var what: What
        package var name: String
        /// The same for the two ends of one rename.
        package var cookie: UInt32
    }

    private let descriptor: FileDescriptor

    package init(_ folder: Directory) throws(SystemError) {
        descriptor = FileDescriptor(
            taking: try SystemError.check(system_watch_folder(folder.number), "watch", folder.path))
    }

    /// What has happened since the last call; never blocks.
    package func events() throws(SystemError) -> [Event] {
        var events: [Event] = []
        while true {
            do throws(SystemError) {
                events += Self.events(in: try descriptor.read(limit: 65536))
            } catch {
                guard error.code == SystemError.wouldBlock else { throw error }
                return events
            }
        }
    }

    private static func events(in bytes: [UInt8]) -> [Event] {
        var events: [Event] = []
        var rest = bytes[...]
        func number(_ place: Int) -> UInt32 {
            rest.dropFirst(place * 4).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        while rest.count >= 16 {
            let (mask, cookie, length) = (number(1), number(2), Int(number(3)))
            let name = rest.dropFirst(16).prefix(length).prefix { $0 != 0 }
            rest = rest.dropFirst(16 + length)
            let what: Event.What =
                switch mask {
                case _ where mask & UInt32(system_watch_overflow) != 0: .overflow
                case _ where mask & UInt32(system_watch_written) != 0: .written
                case _ where mask & UInt32(system_watch_moved_away) != 0: .movedAway
                case _ where mask & UInt32(system_watch_moved_here) != 0: .movedHere
                default: .other
                }
            events.append(Event(what: what, name: String(decoding: name, as: UTF8.self), cookie: cookie))
        }
        return events
    }
}

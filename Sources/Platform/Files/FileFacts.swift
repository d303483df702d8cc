internal import CSystem

/// What the file system says about a file.
package struct FileFacts: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case regular, directory, link, other }

    /// Which file it is, whatever it is called: a rotated log has a new identity.
    package struct Identity: Hashable, Sendable {
        package var device: Int64
        package var inode: Int64
    }

    package var identity: Identity
    package var kind: Kind
    /// Bytes.
    package var size: Int64
    /// Nanoseconds since 1970, the file system's own clock.
    package var modified: Int64
    /// Permission bits, `0o600`.
    package var mode: UInt32
    package var owner: FileOwner
    package var links: Int64

    init(_ numbers: [Int64]) {
        func number(_ index: Int) -> Int64 { numbers[index] }
        identity = Identity(device: number(system_facts_device), inode: number(system_facts_inode))
        size = number(system_facts_size)
        modified = number(system_facts_modified)
        mode = UInt32(truncatingIfNeeded: number(system_facts_mode))
        owner = FileOwner(
            user: UInt32(truncatingIfNeeded: number(system_facts_user)),
            group: UInt32(truncatingIfNeeded: number(system_facts_group)))
        links = number(system_facts_links)
        kind =
            switch number(system_facts_kind) {
            case Int64(system_kind_regular): .regular
            case Int64(system_kind_directory): .directory
            case Int64(system_kind_link): .link
            default: .other
            }
    }
}

/// User and group of a file, by number.
package struct FileOwner: Hashable, Sendable {
    package var user: UInt32
    package var group: UInt32

    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}

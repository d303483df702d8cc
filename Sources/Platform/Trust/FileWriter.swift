internal import CSystem

/// One who may write a file besides its owner.
struct FileWriter: Hashable {
    enum Person: Hashable {
        case everybody
        case group(UInt32)
        case user(UInt32)
    }
    var person: Person
    /// The entry of an access list without the right to write, as `setfacl -m` takes it; nil where the mode says it.
    var entry: String?

    /// As the mode has it, or the POSIX access list (`acl(5)`), where the group's bits are the most that any named in
    /// the list may do, and no right of the group.
    static func all(_ facts: FileFacts, _ item: borrowing FileDescriptor) -> [FileWriter] {
        var writers: [FileWriter] = []
        if facts.mode & 0o020 != 0 {
            let group = facts.owner.group
            writers = list(of: item, group) ?? [FileWriter(person: .group(group))]
        }
        if facts.mode & 0o002 != 0 { writers.append(FileWriter(person: .everybody)) }
        return writers
    }

    /// Those of the list that may write, where its mask, the group's bits, lets them; nil without a list.
    private static func list(of item: borrowing FileDescriptor, _ group: UInt32) -> [FileWriter]? {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let length = unsafe system_access_list(item.number, &bytes, bytes.count)
        // A version, then a tag, rights and a number each (linux/posix_acl_xattr.h).
        guard length >= 4 else { return nil }
        func number(_ place: Int, _ count: Int) -> UInt32 {
            (0..<count).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
        }
        return stride(from: 4, to: Int(length) - 7, by: 8).compactMap { place in
            let rights = number(place + 2, 2)
            guard rights & 2 != 0 else { return nil }
            let kept = (rights & 4 != 0 ? "r" : "-") + "-" + (rights & 1 != 0 ? "x" : "-")
            let id = number(place + 4, 4)
            switch number(place, 2) {
            case 0x02: return FileWriter(person: .user(id), entry: "u:\(id):\(kept)")
            case 0x04: return FileWriter(person: .group(group), entry: "g::\(kept)")
            case 0x08: return FileWriter(person: .group(id), entry: "g:\(id):\(kept)")
            default: return nil
            }
        }
    }
}

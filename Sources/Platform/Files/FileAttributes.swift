internal import CSystem

/// What a file has besides its content and must not lose when it is replaced: owner, mode, POSIX ACL and the other
/// extended attributes.
package struct FileAttributes: Hashable, Sendable {
    package let owner: FileOwner
    package let mode: UInt32
    /// Values by name; the ACL is one of them.
    package let extended: [String: [UInt8]]

    private static let acl = "system.posix_acl_access"
    /// Made of the content by the kernel or by who signed it.
    private static let ofContent: Set = ["security.ima", "security.evm"]

    package init(of file: borrowing FileDescriptor) throws(SystemError) {
        let facts = try file.facts()
        owner = facts.owner
        mode = facts.mode
        extended = try Self.extended(of: file.number)
    }

    /// Gives them to another file, which may have got others from its folder. Throws what could not be given.
    package func give(to file: Int32) throws(SystemError) {
        // First: a new owner takes rights away.
        try SystemError.check(system_set_owner(file, owner.user, owner.group), "keep the owner of it")
        let given = try Self.extended(of: file)
        for name in given.keys where extended[name] == nil {
            try unsafe SystemError.check(system_remove_attribute(file, name), "take away \(name)")
        }
        for (name, value) in extended where given[name] != value && !Self.ofContent.contains(name) {
            try unsafe SystemError.check(
                value.withUnsafeBytes { unsafe system_set_attribute(file, name, $0.baseAddress, $0.count) },
                name == Self.acl ? "keep the ACL of it" : "keep its attribute \(name)")
        }
        try SystemError.check(system_set_mode(file, mode), "keep the mode of it")
    }

    private static func extended(of file: Int32) throws(SystemError) -> [String: [UInt8]] {
        var names = [CChar](repeating: 0, count: 65536)
        let room = names.count
        let used = try unsafe SystemError.check(
            system_attribute_names(file, &names, room), "list the attributes of it")
        var extended: [String: [UInt8]] = [:]
        for bytes in names.prefix(Int(used)).split(separator: 0) {
            let name = String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            var value = [UInt8](repeating: 0, count: 65536)
            let size = value.count
            let length = try unsafe SystemError.check(
                system_attribute(file, name, &value, size), "read the attribute \(name) of it")
            extended[name] = Array(value.prefix(Int(length)))
        }
        return extended
    }
}

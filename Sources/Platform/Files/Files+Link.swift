internal import CSystem

extension Files {
    /// What the link at the path says and what the file system says of the link itself; nil where no link is. It is not
    /// followed, and both are of the same link.
    package static func link(_ path: String) throws(SystemError) -> (target: String, facts: FileFacts)? {
        let number = unsafe system_open_step(Int32(system_here), path)
        if number == -SystemError.notFound { return nil }
        let file = FileDescriptor(taking: try SystemError.check(number, "look at", path))
        let facts = try file.facts()
        guard facts.kind == .link else { return nil }
        var bytes = [CChar](repeating: 0, count: 4097)
        let room = bytes.count
        let length = unsafe system_link_target(file.number, &bytes, room)
        try SystemError.check(length, "read the link", path)
        let target = bytes.prefix(Int(clamping: length)).map { UInt8(bitPattern: $0) }
        return (String(decoding: target, as: UTF8.self), facts)
    }
}

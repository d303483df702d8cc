internal import CSystem

/// An open file of the kernel: one owner, closed once.
package struct FileDescriptor: ~Copyable, Sendable {
    /// For calls that borrow it; never close it yourself.
    package let number: Int32

    /// Takes over an open descriptor.
    package init(taking number: Int32) { self.number = number }

    deinit { _ = system_close(number) }

    /// Closes now and tells what the deinitialiser cannot: a write that failed late.
    package consuming func close() throws(SystemError) {
        let number = number
        discard self
        try SystemError.check(system_close(number), "close")
    }

    /// Gives the descriptor away unclosed.
    package consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// At most `limit` bytes from `offset`; empty at the end of the file.
    package func read(at offset: Int64, limit: Int) throws(SystemError) -> [UInt8] {
        try unsafe Self.fill(limit) { (buffer, size) in unsafe system_read_at(number, buffer, size, offset) }
    }

    /// At most `limit` bytes from where the descriptor stands; empty at the end.
    package func read(limit: Int) throws(SystemError) -> [UInt8] {
        try unsafe Self.fill(limit) { (buffer, size) in unsafe system_read(number, buffer, size) }
    }

    /// All of `bytes`, however many writes it takes.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let taken = try unsafe SystemError.check(
                rest.withUnsafeBytes { unsafe system_write(number, $0.baseAddress, $0.count) }, "write")
            rest = rest.dropFirst(Int(taken))
        }
    }

    package func sync() throws(SystemError) { try SystemError.check(system_sync(number), "sync") }

    package func facts() throws(SystemError) -> FileFacts {
        var numbers = [Int64](repeating: 0, count: system_facts_count)
        try unsafe SystemError.check(system_facts(number, &numbers), "look at")
        return FileFacts(numbers)
    }

    /// Whether anybody has this file open for writing, nil where the system does not tell: to another than its owner,
    /// and on a network file system. For a descriptor that is open for reading.
    package var isOpenForWriting: Bool? {
        let answer = system_is_open_for_writing(number)
        return answer < 0 ? nil : answer != 0
    }

    private static func fill(
        _ limit: Int, _ read: (UnsafeMutableRawPointer?, Int) -> Int64
    ) throws(SystemError) -> [UInt8] {
        var answer: Int64 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(limit, 0)) { buffer, count in
            answer = unsafe read(buffer.baseAddress, buffer.count)
            count = max(Int(answer), 0)
        }
        try SystemError.check(answer, "read")
        return bytes
    }
}

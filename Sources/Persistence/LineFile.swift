import Platform

/// A file of lines, read piece by piece: a day of history is megabytes, a line of it kilobytes.
struct LineFile {
    private static let chunk = 64 << 10
    /// A longer line is none of ours.
    private static let longest = 4 << 20

    let name: String
    let ops: any FileOps

    var isThere: Bool { get throws(SystemError) { try ops.size(name) != nil } }

    /// Whether its last line has no end.
    var isTorn: Bool {
        get throws(SystemError) {
            guard let size = try ops.size(name), size > 0 else { return false }
            return try ops.read(name, at: size - 1, limit: 1) != [UInt8(ascii: "\n")]
        }
    }

    /// Hands over each whole line, checksum proved; torn and damaged ones are passed over.
    func forEach(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var rest: [UInt8] = []
        var offset: Int64 = 0
        while true {
            let bytes = try ops.read(name, at: offset, limit: Self.chunk)
            if bytes.isEmpty { break }
            offset += Int64(bytes.count)
            rest += bytes
            var start = 0
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest[start..<end]
                if CheckedLine.isWhole(line) { try body(line) }
                start = end + 1
            }
            rest.removeFirst(start)
            if rest.count > Self.longest { rest.removeAll() }
        }
        if CheckedLine.isWhole(rest[...]) { try body(rest[...]) }
    }
}

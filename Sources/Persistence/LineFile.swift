import Platform

/// A file of lines, read piece by piece: a day of history is megabytes, a line of it kilobytes.
struct LineFile {
    private static let chunk = 64 << 10
    /// A longer line is none of ours.
    private static let longest = 4 << 20

    let path: String

    var isThere: Bool { get throws { try Files.facts(path) != nil } }

    /// Whether its last line has no end.
    var isTorn: Bool {
        get throws {
            guard let facts = try Files.facts(path), facts.size > 0 else { return false }
            return try Files.open(path).read(at: facts.size - 1, limit: 1) != [UInt8(ascii: "\n")]
        }
    }

    /// Hands over each whole line, checksum proved; torn and damaged ones are passed over.
    func forEach(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        guard try isThere else { return }
        let file = try Files.open(path)
        var rest: [UInt8] = []
        while true {
            let bytes = try file.read(limit: Self.chunk)
            if bytes.isEmpty { break }
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

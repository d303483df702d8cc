import Platform

/// A JSON line whose last member is the CRC-32C of all bytes before it.
enum CheckedLine {
    private static let opening = Array(",\"crc32c\":\"".utf8)
    private static let closing = Array("\"}".utf8)
    private static let length = opening.count + 8 + closing.count

    /// `object` is one JSON object with at least one member; answers the line with its line feed.
    static func seal(_ object: [UInt8]) -> [UInt8] {
        let body = object.dropLast()
        return Array(body) + opening + Array(CRC32C.text(of: body).utf8) + closing + [UInt8(ascii: "\n")]
    }

    /// Whether a line, without its line feed, is whole.
    static func isWhole(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.count > length else { return false }
        let body = line.dropLast(length)
        let end = line.suffix(length)
        return end.starts(with: opening) && end.suffix(closing.count).elementsEqual(closing)
            && end.dropFirst(opening.count).prefix(8).elementsEqual(CRC32C.text(of: body).utf8)
    }
}

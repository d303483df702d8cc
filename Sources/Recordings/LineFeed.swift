/// Cuts the pieces of a recording's text into lines, in memory bounded by the longest one.
struct LineFeed {
    /// A longer line is refused.
    static let longestLine = 16 << 20

    var cursor = LineCursor()
    /// How far the buffer was searched for the end of a line.
    private var searched = 0
    private(set) var isEnded = false

    /// More of the text; empty says that there is none.
    mutating func add(_ piece: [UInt8]) {
        if piece.isEmpty { isEnded = true }
        if cursor.place > 0 {
            cursor.bytes.removeSubrange(..<cursor.place)
            searched -= cursor.place
            cursor.place = 0
        }
        cursor.bytes += piece
    }

    /// What `read` makes of the next line that is not empty; nil when more is to be added, or behind the last line.
    mutating func next<Line>(
        _ read: (inout LineCursor) throws(RecordingFault) -> Line
    ) throws(RecordingFault) -> Line? {
        while let end = lineEnd() {
            cursor.line += 1
            cursor.end = end
            let behind = min(end + 1, cursor.bytes.count)
            if cursor.peek() == 0 {
                leave(behind)
                continue
            }
            let line = try read(&cursor)
            cursor.skipSpace()
            guard cursor.place == end else { throw cursor.fault("nothing may follow the value") }
            leave(behind)
            return line
        }
        if let tooLong { throw tooLong }
        return nil
    }

    /// Nothing was read yet.
    var isAtStart: Bool { cursor.line == 0 }

    /// The line that is being read has no end of its own.
    var isInLastLine: Bool { cursor.end == cursor.bytes.count }

    /// Nil while the line that is being read is not too long.
    var tooLong: RecordingFault? {
        cursor.bytes.count - cursor.place > Self.longestLine
            ? RecordingFault(line: cursor.line + 1, "it is longer than \(Self.longestLine >> 20) MB") : nil
    }

    private mutating func leave(_ place: Int) {
        cursor.place = place
        searched = place
    }

    private mutating func lineEnd() -> Int? {
        while searched < cursor.bytes.count {
            if cursor.bytes[searched] == 0x0A { return searched }
            searched += 1
        }
        if isEnded, cursor.place < cursor.bytes.count { return cursor.bytes.count }
        return nil
    }
}

import Monitoring

/// Reads version 1 of a recording from pieces of its text, in memory bounded by its longest line.
///
/// Members that it does not know are skipped, so that what later versions add is no obstacle.
package struct RecordingReader {
    /// A longer line is refused.
    package static let longestLine = 16 << 20

    private var cursor = LineCursor()
    /// How far the buffer was searched for the end of a line.
    private var searched = 0
    private var hasHeader = false
    private var isEnded = false
    private var latest = -Double.infinity

    package init() {}

    /// More of the text; empty says that there is none.
    package mutating func add(_ piece: [UInt8]) {
        if piece.isEmpty { isEnded = true }
        if cursor.place > 0 {
            cursor.bytes.removeSubrange(..<cursor.place)
            searched -= cursor.place
            cursor.place = 0
        }
        cursor.bytes += piece
    }

    /// What the next line says; nil when more is to be added, or behind the last line.
    package mutating func next() throws(RecordingFault) -> RecordingLine? {
        while let end = lineEnd() {
            cursor.line += 1
            cursor.end = end
            let behind = min(end + 1, cursor.bytes.count)
            if cursor.peek() == 0 {
                leave(behind)
                continue
            }
            let line = try cursor.recordingLine(isFirst: !hasHeader)
            cursor.skipSpace()
            guard cursor.place == end else { throw cursor.fault("nothing may follow the value") }
            leave(behind)
            try check(line)
            return line
        }
        if isEnded, !hasHeader { throw RecordingFault(line: 0, "it is empty") }
        return nil
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

    /// Nil while the line that is being read is not too long.
    package var tooLong: RecordingFault? {
        cursor.bytes.count - cursor.place > Self.longestLine
            ? RecordingFault(line: cursor.line + 1, "it is longer than \(Self.longestLine >> 20) MB") : nil
    }

    private mutating func check(_ line: RecordingLine) throws(RecordingFault) {
        let at: Double
        switch line {
        case .header:
            hasHeader = true
            return
        case .past: return
        case .observed(let observation): at = observation.at
        case .event(let event): at = event.at
        }
        guard at >= latest else { throw cursor.fault("its time is before that of the line before it") }
        latest = at
    }
}

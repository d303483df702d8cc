import Monitoring

/// Reads version 1 of a recording from pieces of its text, in memory bounded by its longest line.
///
/// Members that it does not know are skipped, so that what later versions add is no obstacle.
package struct RecordingReader {
    /// A longer line is refused.
    package static let longestLine = LineFeed.longestLine

    private var feed = LineFeed()
    private var hasHeader = false
    private var latest = -Double.infinity

    package init() {}

    /// More of the text; empty says that there is none.
    package mutating func add(_ piece: [UInt8]) { feed.add(piece) }

    /// What the next line says; nil when more is to be added, or behind the last line.
    package mutating func next() throws(RecordingFault) -> RecordingLine? {
        let (isFirst, before) = (!hasHeader, latest)
        var newest = latest
        let line = try feed.next { (cursor) throws(RecordingFault) in
            let line = try cursor.recordingLine(isFirst: isFirst)
            guard let at = line.at else { return line }
            guard at >= before else { throw cursor.fault("its time is before that of the line before it") }
            newest = at
            return line
        }
        latest = newest
        if line != nil { hasHeader = true }
        if line == nil, feed.isEnded, !hasHeader { throw RecordingFault(line: 0, "it is empty") }
        return line
    }

    /// Nil while the line that is being read is not too long.
    package var tooLong: RecordingFault? { feed.tooLong }
}

extension RecordingLine {
    fileprivate var at: Double? {
        switch self {
        case .header, .past: nil
        case .observed(let observation): observation.at
        case .event(let event): event.at
        }
    }
}

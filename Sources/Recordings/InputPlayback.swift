package import Engine
import Platform

/// What was told to an engine, from a recording of version 2 on disk, front to back.
package struct InputPlayback: ~Copyable {
    private var file: RecordingFile
    private var reader = InputReader()
    /// What is to be said of it once it was read to its end: that it was cut.
    package private(set) var note: String?

    package init(_ path: String) throws { file = try RecordingFile(path) }

    /// Nil at its end. A recording that was cut ends with its last whole line.
    package mutating func next() throws -> TimedInput? {
        while true {
            if let input = try reader.next() { return input }
            if reader.isEnded {
                if reader.endsInALine, note == nil { note = Self.cut }
                return nil
            }
            do {
                reader.add(try file.next())
            } catch let fault as RecordingFault where fault.message == RecordingFile.cut {
                note = Self.cut
                reader.add([])
            }
        }
    }

    private static let cut = "it was cut: what comes after its last whole line is missing"
}

/// Which version a recording has, by its first line.
package enum RecordingVersion {
    /// Throws where it is no recording.
    package static func of(_ path: String) throws -> Int {
        var file = try RecordingFile(path)
        var feed = LineFeed()
        while true {
            let piece = try file.next()
            feed.add(piece)
            let version = try feed.next { (cursor) throws(RecordingFault) in try cursor.version() }
            if let version { return version }
            if piece.isEmpty { throw RecordingFault(line: 0, "it is empty") }
        }
    }
}

extension LineCursor {
    fileprivate mutating func version() throws(RecordingFault) -> Int {
        var version: Double?
        try openObject()
        while let word = try nextMember() {
            if word == .recording { version = try number() } else { try skip() }
        }
        guard let version else {
            throw fault("it is no recording: the first line has to say {\"recording\": 2, …}")
        }
        guard let known = Int(exactly: version), 1...InputWriter.version ~= known else {
            throw fault(
                "it is a recording of version \(Self.text(version)), and this program reads versions 1 to \(InputWriter.version)"
            )
        }
        return known
    }

    private static func text(_ number: Double) -> String {
        Int(exactly: number).map { "\($0)" } ?? "\(number)"
    }
}

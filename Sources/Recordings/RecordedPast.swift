package import Monitoring
import Platform

/// What a recording tells of the time before it: lines that stand before its first poll.
package struct RecordedPast: Sendable {
    /// What the recorded store is called.
    package var store: String
    package var series: [PastSeries]

    /// Reads `path` up to its first poll; version 1 is known here.
    package init(_ path: String) throws {
        var file = try RecordingFile(path)
        var reader = RecordingReader()
        (store, series) = ("", [])
        while true {
            let piece = try file.next()
            reader.add(piece)
            while let line = try reader.next() {
                switch line {
                case .header(let shape, _, _): store = shape.name
                case .past(let past): series.append(past)
                case .observed, .event: return
                }
            }
            if let fault = reader.tooLong { throw fault }
            if piece.isEmpty { return }
        }
    }
}

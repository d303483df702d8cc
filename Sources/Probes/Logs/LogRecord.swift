import Monitoring
import Text

/// One line with what is known of the record it belongs to.
struct LogRecord {
    /// What the rules look at.
    var text: ArraySlice<UInt8>
    /// What a person wants to read of it.
    var essence: ArraySlice<UInt8>
    var cut: Int
    var time: WallTime?
    var level: MonologLine.Level?
    var request: NginxLine?

    init(text: ArraySlice<UInt8>, cut: Int) {
        self.text = text
        self.cut = cut
        essence = text
    }

    /// A line that goes on with this record.
    func continued(by line: LogLine) -> LogRecord {
        var part = self
        part.text = line.bytes
        part.essence = line.bytes
        part.cut = line.cut
        return part
    }

    /// One harmless line for the screen: of an access line the status and the request, without the address
    /// of the caller and the query.
    var summary: String {
        if let request, let what = request.request {
            return "\(request.status) " + Sanitizer.line(bytes: what, maxBytes: 512)
        }
        guard cut > 0 else { return Sanitizer.line(bytes: told, maxBytes: 512) }
        let shown = told.prefix(400)
        return Sanitizer.line(bytes: shown, maxBytes: 2048) + "…+"
            + ByteSize.text(told.count - shown.count + cut)
    }

    /// The same as raw bytes, and how many of it are left out beyond the longest that is kept.
    var quote: (bytes: [UInt8], leftOut: Int) {
        var bytes: [UInt8]
        var count: Int
        if let request, let what = request.request {
            bytes = Array("\(request.status) ".utf8) + what.prefix(OutcomeLines.longest)
            count = bytes.count - min(what.count, OutcomeLines.longest) + what.count
        } else {
            bytes = Array(told.prefix(OutcomeLines.longest))
            count = told.count + cut
        }
        guard count > bytes.count else { return (bytes, 0) }
        // No character is cut in two.
        while bytes.last.map({ $0 & 0xC0 == 0x80 }) ?? false { bytes.removeLast() }
        if bytes.last.map({ $0 >= 0xC0 }) ?? false { bytes.removeLast() }
        return (bytes, count - bytes.count)
    }

    /// Without the empty context and extra of Monolog.
    private var told: ArraySlice<UInt8> {
        let empty = " [] []"
        return essence.suffix(empty.utf8.count).elementsEqual(empty.utf8)
            ? essence.dropLast(empty.utf8.count) : essence
    }
}

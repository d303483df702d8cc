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
        let empty = " [] []"
        let bytes =
            essence.suffix(empty.utf8.count).elementsEqual(empty.utf8)
            ? essence.dropLast(empty.utf8.count) : essence
        guard cut > 0 else { return Sanitizer.line(bytes: bytes, maxBytes: 512) }
        let shown = bytes.prefix(400)
        return Sanitizer.line(bytes: shown, maxBytes: 2048) + "…+"
            + ByteSize.text(bytes.count - shown.count + cut)
    }
}

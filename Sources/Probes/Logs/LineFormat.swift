import Monitoring

/// How the lines of a log are to be read.
package enum LineFormat: Sendable, Hashable {
    /// Any text, one record a line, without a time of its own.
    case plain
    case monolog
    case nginx(NginxFormat)
}

extension LineFormat {
    /// What one line is in this format.
    enum Part {
        /// It begins a record, or is one.
        case head(LogRecord)
        /// It goes on with the record before it.
        case continuation
        /// It is in another format.
        case stranger
    }

    /// Its lines carry a time of their own.
    var isTimed: Bool { self != .plain }

    /// A record may have many lines.
    var isMultiline: Bool { self == .monolog }

    func part(_ line: LogLine) -> Part {
        switch self {
        case .plain: return .head(LogRecord(text: line.bytes, cut: line.cut))
        case .monolog:
            if let first = MonologLine(line.bytes) ?? MonologLine(json: line.bytes) {
                var part = LogRecord(text: first.record, cut: line.cut)
                part.time = first.time
                part.level = first.level
                part.essence = first.message
                return .head(part)
            }
            return Self.looksLikeRecord(line.bytes) ? .stranger : .continuation
        case .nginx(let format):
            guard let request = format.parse(line.bytes) else { return .stranger }
            var part = LogRecord(text: line.bytes, cut: line.cut)
            part.time = request.time
            part.request = request
            return .head(part)
        }
    }

    /// The time a line carries.
    func time(of line: ArraySlice<UInt8>) -> WallTime? {
        switch self {
        case .plain: nil
        case .monolog: MonologLine(line)?.time ?? MonologLine(json: line)?.time
        case .nginx(let format): format.parse(line)?.time
        }
    }

    /// A whole JSON object, or a line that begins with a date: no stack trace has such lines, so the writer
    /// has another formatter.
    private static func looksLikeRecord(_ line: ArraySlice<UInt8>) -> Bool {
        if line.starts(with: "{\"".utf8), line.last == UInt8(ascii: "}") { return true }
        var reader = ByteReader(line)
        _ = reader.take("[")
        guard let year = reader.digits(4), (1970...2999).contains(year), reader.take("-"),
            reader.digits(2) != nil, reader.take("-"), reader.digits(2) != nil,
            reader.take("T") || reader.take(" "), reader.digits(2) != nil, reader.take(":")
        else { return false }
        return true
    }
}

package import Monitoring

/// The first line of a Monolog record, `[time] channel.LEVEL: message` (Magento's `LineFormatter`).
///
/// Key on level and message, not on the channel: `main` and `report` both occur for the same lines.
package struct MonologLine {
    package enum Level: Int, Sendable, Hashable, Codable, CaseIterable, Comparable {
        case debug, info, notice, warning, error, critical, alert, emergency

        /// As Monolog prints it: `WARNING`.
        package var word: String {
            switch self {
            case .debug: "DEBUG"
            case .info: "INFO"
            case .notice: "NOTICE"
            case .warning: "WARNING"
            case .error: "ERROR"
            case .critical: "CRITICAL"
            case .alert: "ALERT"
            case .emergency: "EMERGENCY"
            }
        }

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    package var time: WallTime
    package var level: Level
    /// `channel.LEVEL: message` and what follows, for the rules.
    package var record: ArraySlice<UInt8>
    package var message: ArraySlice<UInt8>

    /// Nil for a line that continues the record before it (a stack trace, a message with line breaks).
    package init?(_ line: ArraySlice<UInt8>) {
        var reader = ByteReader(line)
        guard reader.take("["), let stamp = reader.upTo("]", within: 48), let time = LogTime.iso(stamp),
            reader.take(" ")
        else { return nil }
        record = reader.rest
        guard let head = reader.upTo(":", within: 128), let dot = head.lastIndex(of: UInt8(ascii: ".")),
            dot > head.startIndex,
            let level = Level.allCases.first(where: { $0.word.utf8.elementsEqual(head[(dot + 1)...]) })
        else { return nil }
        _ = reader.take(" ")
        self.time = time
        self.level = level
        message = reader.rest
    }
}

package import Monitoring
import Text

/// The small languages of single values.
package enum Literals {
    /// `500ms`, `5s`, `2m`, `1h`, `3d`; at most 10 000 days.
    package static func duration(_ text: String) -> Duration? {
        let units: [(String, Int64)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
        ]
        guard let (count, unit) = split(text), let scale = units.first(where: { $0.0 == unit })?.1 else {
            return nil
        }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: scale)
        guard !overflow, milliseconds <= 864_000_000_000 else { return nil }
        return .milliseconds(milliseconds)
    }

    /// In the largest unit that leaves no rest.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        if attoseconds != 0 { return "\(seconds &* 1000 &+ attoseconds / 1_000_000_000_000_000)ms" }
        for (unit, scale) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)]
        where seconds != 0 && seconds % scale == 0 {
            return "\(seconds / scale)\(unit)"
        }
        return "\(seconds)s"
    }

    /// Bytes of `512B`, `64KB`, `1MB`, `2GB` (1024 to the next unit).
    package static func size(_ text: String) -> Int? {
        let units: [(String, Int64)] = [("B", 1), ("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30)]
        guard let (count, unit) = split(text), let scale = units.first(where: { $0.0 == unit })?.1 else {
            return nil
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: scale)
        return overflow ? nil : Int(exactly: bytes)
    }

    package static func text(size: Int) -> String {
        for (unit, scale) in [("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)]
        where size != 0 && size % scale == 0 {
            return "\(size / scale)\(unit)"
        }
        return "\(size)B"
    }

    /// RFC 3339 with `Z` or an offset, or a date alone, which is its midnight in UTC.
    package static func moment(_ text: String) -> WallTime? {
        CivilTime.secondsSinceEpoch(of: text).map { WallTime(seconds: $0) }
    }

    /// As the operator writes it, quoted or not: true, yes, on and their opposites.
    package static func bool(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": true
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": false
        default: nil
        }
    }

    private static func split(_ text: String) -> (Int64, String)? {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty, let count = Int64(String(Substring(digits))) else { return nil }
        return (count, String(text.dropFirst(digits.count)))
    }
}

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
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>, _ bounds: ClosedRange<Int>) -> Int? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (0x30...0x39).contains($0) }),
                let value = Int(String(decoding: bytes[range], as: UTF8.self)), bounds.contains(value)
            else { return nil }
            return value
        }
        func isMark(_ index: Int, _ marks: String) -> Bool {
            index < bytes.count && marks.utf8.contains(bytes[index])
        }
        guard let year = number(0..<4, 1...9999), isMark(4, "-"), let month = number(5..<7, 1...12),
            isMark(7, "-"),
            let day = number(8..<10, 1...31), CivilTime.exists(year: year, month: month, day: day)
        else { return nil }
        let midnight = CivilTime.secondsSinceEpoch(year: year, month: month, day: day)
        if bytes.count == 10 { return WallTime(seconds: midnight) }
        guard isMark(10, "Tt "), let hour = number(11..<13, 0...23), isMark(13, ":"),
            let minute = number(14..<16, 0...59), isMark(16, ":"), let second = number(17..<19, 0...59)
        else { return nil }
        let time = midnight + Int64(hour * 3600 + minute * 60 + second)
        if bytes.count == 20, isMark(19, "Zz") { return WallTime(seconds: time) }
        guard bytes.count == 25, isMark(19, "+-"), let hours = number(20..<22, 0...14), isMark(22, ":"),
            let minutes = number(23..<25, 0...59)
        else { return nil }
        let offset = Int64(hours * 3600 + minutes * 60)
        return WallTime(seconds: isMark(19, "+") ? time - offset : time + offset)
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

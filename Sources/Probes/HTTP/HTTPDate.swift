import Monitoring
import Text

/// The time an answer carries in its `Date` header (RFC 9110, 5.6.7): the server's own clock, to the second.
enum HTTPDate {
    /// Reads `Sun, 29 Nov 2026 11:20:11 GMT`; nil for anything else, older forms included.
    static func time(_ text: String?) -> WallTime? {
        let parts = (text ?? "").utf8.split(separator: UInt8(ascii: " ")).map {
            String(decoding: Array($0), as: UTF8.self)
        }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: parts[2]),
            let day = number(parts[1], 2), let year = number(parts[3], 4), year >= 1970,
            CivilTime.exists(year: year, month: month + 1, day: day)
        else { return nil }
        let clock = parts[4].utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .compactMap { number(String(decoding: Array($0), as: UTF8.self), 2) }
        guard clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] <= 60 else { return nil }
        return WallTime(
            seconds: CivilTime.secondsSinceEpoch(
                year: year, month: month + 1, day: day, hour: clock[0], minute: clock[1], second: clock[2]))
    }

    private static func number(_ text: String, _ digits: Int) -> Int? {
        guard text.utf8.count == digits,
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }
}

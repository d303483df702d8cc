/// A point of time taken apart in the proleptic Gregorian calendar, UTC.
///
/// Pure arithmetic on days (Howard Hinnant, "chrono-compatible low-level date algorithms"); no
/// `localtime`, which is global state.
package struct CivilTime: Hashable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    /// `secondsSinceEpoch` counts from 1970-01-01T00:00:00Z; clamped to the years 1 to 9999.
    package init(secondsSinceEpoch: Int64) {
        let clamped = min(max(secondsSinceEpoch, -62_135_596_800), 253_402_300_799)
        let days = clamped >= 0 ? clamped / 86_400 : (clamped - 86_399) / 86_400
        let rest = Int(clamped - days * 86_400)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        hour = rest / 3600
        minute = rest % 3600 / 60
        second = rest % 60
    }

    /// Seconds since the epoch of a UTC date and time; no check that the date exists.
    package static func secondsSinceEpoch(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0
    ) -> Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let marchMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * marchMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86_400 + Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second)
    }

    /// The same of a text: RFC 3339 with `Z` or an offset, or a date alone, which is its midnight in UTC.
    package static func secondsSinceEpoch(of text: String) -> Int64? {
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
            isMark(7, "-"), let day = number(8..<10, 1...31), exists(year: year, month: month, day: day)
        else { return nil }
        let midnight = secondsSinceEpoch(year: year, month: month, day: day)
        if bytes.count == 10 { return midnight }
        guard isMark(10, "Tt "), let hour = number(11..<13, 0...23), isMark(13, ":"),
            let minute = number(14..<16, 0...59), isMark(16, ":"), let second = number(17..<19, 0...59)
        else { return nil }
        let time = midnight + Int64(hour * 3600 + minute * 60 + second)
        if bytes.count == 20, isMark(19, "Zz") { return time }
        guard bytes.count == 25, isMark(19, "+-"), let hours = number(20..<22, 0...14), isMark(22, ":"),
            let minutes = number(23..<25, 0...59)
        else { return nil }
        let offset = Int64(hours * 3600 + minutes * 60)
        return isMark(19, "+") ? time - offset : time + offset
    }

    /// Whether the calendar has such a day: 31 February is none, not 3 March.
    package static func exists(year: Int, month: Int, day: Int) -> Bool {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else {
            return false
        }
        let back = CivilTime(secondsSinceEpoch: secondsSinceEpoch(year: year, month: month, day: day))
        return back.month == month && back.day == day
    }

    /// `02:14`
    package var hourMinute: String { "\(Self.two(hour)):\(Self.two(minute))" }

    /// `02:14:37`
    package var hourMinuteSecond: String { hourMinute + ":" + Self.two(second) }

    /// `21 Nov`
    package var dayMonth: String {
        let names = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        return "\(day) \(names[min(max(month, 1), 12) - 1])"
    }

    /// `2026-11-21T02:14:37Z` (RFC 3339)
    package var rfc3339: String {
        let digits = String(year)
        let zeros = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
        return "\(zeros)\(digits)-\(Self.two(month))-\(Self.two(day))T\(hourMinuteSecond)Z"
    }

    /// `02:14` on the day of `now`, else `21 Nov 02:14`.
    package func short(asOf now: CivilTime) -> String {
        year == now.year && month == now.month && day == now.day ? hourMinute : "\(dayMonth) \(hourMinute)"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}

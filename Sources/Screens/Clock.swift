package import Monitoring
import Text

/// Clock times on the screen: UTC.
package enum Clock {
    /// `02:14`
    package static func text(_ time: WallTime) -> String {
        let civil = time.civil
        return two(civil.hour) + ":" + two(civil.minute)
    }

    /// `02:14:37`
    package static func textWithSeconds(_ time: WallTime) -> String {
        text(time) + ":" + two(time.civil.second)
    }

    /// `02:14`, or `22 Nov 02:14` when that is not the day of `now`.
    package static func text(_ time: WallTime, now: WallTime) -> String {
        let civil = time.civil
        let today = now.civil
        guard (civil.year, civil.month, civil.day) != (today.year, today.month, today.day) else {
            return text(time)
        }
        return day(time) + " " + text(time)
    }

    /// `22 Nov`
    package static func day(_ time: WallTime) -> String {
        let civil = time.civil
        return "\(civil.day) \(months[(civil.month - 1) % 12])"
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}

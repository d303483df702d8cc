import Glibc
import Text

/// The clock of the living store.
enum StoreTime {
    /// Whole seconds since 1970.
    static var now: Int { time(nil) }

    /// `2026-11-21T10:02:13.000000+00:00`, as Monolog writes it.
    static func monolog(_ seconds: Int) -> String {
        let civil = CivilTime(secondsSinceEpoch: Int64(seconds))
        return "\(civil.rfc3339.dropLast()).000000+00:00"
    }

    /// `21/Nov/2026:10:02:13 +0000`
    static func nginx(_ seconds: Int) -> String {
        let civil = CivilTime(secondsSinceEpoch: Int64(seconds))
        let parts = civil.dayMonth.split(separator: " ")
        let day = civil.day < 10 ? "0\(civil.day)" : "\(civil.day)"
        return "\(day)/\(parts[1])/\(civil.year):\(civil.hourMinuteSecond) +0000"
    }

    /// Of `2026-11-21T10:02:13Z`, as the program writes times; nil for anything else.
    static func seconds(of text: String) -> Int? {
        let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
        guard parts.count >= 6 else { return nil }
        return Int(
            CivilTime.secondsSinceEpoch(
                year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4],
                second: parts[5]))
    }
}

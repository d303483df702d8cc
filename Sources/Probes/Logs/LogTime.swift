package import Monitoring
import Text

/// The ways a log line tells its time. A time without a zone is UTC, which Magento sets for its whole run.
package enum LogTime {
    /// `2026-11-21T10:02:13.482910+00:00`, `2019-12-14 21:23:21`, `2026-11-21T10:02:13Z`; nil for all else.
    package static func iso(_ bytes: ArraySlice<UInt8>) -> WallTime? {
        var reader = ByteReader(bytes)
        guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), reader.take("-"),
            let day = reader.digits(2), reader.take("T") || reader.take(" "),
            let clock = clock(&reader)
        else { return nil }
        var milliseconds = 0
        if reader.take(".") || reader.take(",") {
            var scale = 100
            var seen = false
            while let byte = reader.rest.first, let digit = ByteReader.digit(byte) {
                _ = reader.digits(1)
                milliseconds += digit * scale
                scale /= 10
                seen = true
            }
            guard seen else { return nil }
        }
        guard let zone = zone(&reader), reader.rest.isEmpty else { return nil }
        return wall(year, month, day, clock, zone: zone, milliseconds: milliseconds)
    }

    /// nginx `$time_local`: `21/Nov/2026:10:02:13 +0000`; nil for all else.
    package static func common(_ bytes: ArraySlice<UInt8>) -> WallTime? {
        var reader = ByteReader(bytes)
        guard let day = reader.digits(2), reader.take("/"), let name = reader.upTo("/", within: 4),
            let month = months.firstIndex(where: { $0.utf8.elementsEqual(name) }),
            let year = reader.digits(4), reader.take(":"), let clock = clock(&reader),
            reader.take(" "), let zone = zone(&reader), reader.rest.isEmpty
        else { return nil }
        return wall(year, month + 1, day, clock, zone: zone, milliseconds: 0)
    }

    /// nginx `$msec`: `1795254218.123`; nil for all else.
    package static func epoch(_ bytes: ArraySlice<UInt8>) -> WallTime? {
        var reader = ByteReader(bytes)
        guard let seconds = reader.decimal(), reader.rest.isEmpty, seconds < 1e11 else { return nil }
        return Int64(exactly: (seconds * 1000).rounded()).map { WallTime(milliseconds: $0) }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func clock(_ reader: inout ByteReader) -> (hour: Int, minute: Int, second: Int)? {
        guard let hour = reader.digits(2), hour < 24, reader.take(":"),
            let minute = reader.digits(2), minute < 60, reader.take(":"),
            let second = reader.digits(2), second <= 60
        else { return nil }
        return (hour, minute, second)
    }

    /// Seconds east of UTC; 0 when nothing is left to read.
    private static func zone(_ reader: inout ByteReader) -> Int? {
        if reader.rest.isEmpty || reader.take("Z") { return 0 }
        let sign: Int
        if reader.take("+") { sign = 1 } else if reader.take("-") { sign = -1 } else { return nil }
        guard let hours = reader.digits(2), hours < 24 else { return nil }
        _ = reader.take(":")
        guard let minutes = reader.digits(2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private static func wall(
        _ year: Int, _ month: Int, _ day: Int, _ clock: (hour: Int, minute: Int, second: Int), zone: Int,
        milliseconds: Int
    ) -> WallTime? {
        guard CivilTime.exists(year: year, month: month, day: day) else { return nil }
        let seconds = CivilTime.secondsSinceEpoch(
            year: year, month: month, day: day, hour: clock.hour, minute: clock.minute, second: clock.second)
        return WallTime(milliseconds: (seconds - Int64(zone)) * 1000 + Int64(milliseconds))
    }
}

internal import CSystem
package import Monitoring

extension StoreClock {
    /// The clock of a zone as the C library knows it, from a year before `now` to three years after it; throws
    /// where this machine has no such zone.
    ///
    /// Sets the time zone of the process meanwhile: to be called before anything else runs.
    package static func ofSystem(_ zone: String, around now: WallTime) throws(SystemError) -> StoreClock {
        try read("/usr/share/zoneinfo/\(zone)", called: zone, around: now)
    }

    /// The clock of this machine, or the one that `TZ` names; the same holds.
    package static func ofMachine(_ variable: String?, around now: WallTime) throws(SystemError) -> StoreClock
    {
        let named = variable.map { $0.hasPrefix(":") ? String($0.dropFirst()) : $0 } ?? ""
        if !named.isEmpty { return try ofSystem(named, around: now) }
        return try read("/etc/localtime", called: "this machine's", around: now)
    }

    private static func read(_ path: String, called zone: String, around now: WallTime) throws(SystemError)
        -> StoreClock
    {
        // The C library takes what it cannot read for UTC.
        guard try Files.read(path, limit: 1 << 20, links: .followed).starts(with: "TZif".utf8) else {
            throw SystemError("read", path, detail: "it is no time zone")
        }
        let year: Int64 = 366 * 86_400
        let seconds = now.milliseconds / 1000
        var first: Int32 = 0
        var moments = [Int64](repeating: 0, count: 32)
        var offsets = [Int32](repeating: 0, count: moments.count)
        let room = Int32(moments.count)
        let count = try unsafe SystemError.check(
            system_zone_changes(path, seconds - year, seconds + 3 * year, &first, &moments, &offsets, room),
            "read", path)
        return StoreClock(
            zone: zone, offsetSeconds: Int(first),
            changes: zip(moments, offsets).prefix(Int(count)).map {
                Change(at: WallTime(seconds: $0), offsetSeconds: Int($1))
            })
    }
}

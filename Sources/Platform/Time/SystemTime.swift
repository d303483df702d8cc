internal import CSystem
package import Monitoring

/// The machine's own clocks.
package struct SystemTime: TimeSource {
    private let bootID: String

    package init() {
        let text = (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64)) ?? []
        bootID = String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    package var now: Timestamp {
        Timestamp(
            boot: .nanoseconds(system_boot_nanoseconds()),
            wall: WallTime(milliseconds: system_wall_milliseconds()), bootID: bootID)
    }

    /// Counts while the machine sleeps: the continuous clock is a timer on `CLOCK_BOOTTIME` here.
    @concurrent package func sleep(until deadline: Duration) async throws {
        let now = Duration.nanoseconds(system_boot_nanoseconds())
        let end = Self.wake(deadline, at: now)
        if end <= now { return try Task.checkCancellation() }
        try await Task.sleep(for: end - now, clock: .continuous)
    }

    /// When a sleep until `deadline` ends: a long one at the next tenth of a second since boot, with all others
    /// whose time has come. A wake-up of the process costs more than what most sleepers do then.
    package static func wake(_ deadline: Duration, at now: Duration) -> Duration {
        guard deadline - now >= .milliseconds(500) else { return deadline }
        let (seconds, attoseconds) = deadline.components
        let tenth: Int64 = 100_000_000_000_000_000
        return .seconds(seconds) + .milliseconds((attoseconds + tenth - 1) / tenth * 100)
    }
}

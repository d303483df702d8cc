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
        let left = deadline - .nanoseconds(system_boot_nanoseconds())
        if left <= .zero { return try Task.checkCancellation() }
        try await Task.sleep(for: left, clock: .continuous)
    }
}

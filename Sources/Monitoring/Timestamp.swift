package import Text

/// Wall clock time, UTC, in milliseconds since 1970. For display and records, never for measuring.
package struct WallTime: Hashable, Comparable, Sendable, Codable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(seconds: Int64) { milliseconds = seconds.multipliedReportingOverflow(by: 1000).partialValue }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }

    /// Before anything there is; to compare with, not to reckon with.
    package static let distantPast = WallTime(milliseconds: .min)

    package var civil: CivilTime {
        CivilTime(secondsSinceEpoch: milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0))
    }

    /// Seconds from `earlier` to here; negative when the clock went back.
    package func seconds(since earlier: WallTime) -> Double {
        Double(milliseconds &- earlier.milliseconds) / 1000
    }

    package func advanced(bySeconds seconds: Double) -> WallTime {
        let shift = Int64(exactly: (min(max(seconds, -1e12), 1e12) * 1000).rounded()) ?? 0
        return WallTime(milliseconds: milliseconds &+ shift)
    }

    // One number in JSON, so that a state file reads well.
    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

/// A moment: time since boot for measuring (it counts while the machine sleeps), wall time beside it for
/// people. Boot times of two boots must not be compared; `bootID` tells them apart.
package struct Timestamp: Hashable, Sendable, Codable {
    /// Since this boot, `CLOCK_BOOTTIME`.
    package var boot: Duration
    package var wall: WallTime
    /// `/proc/sys/kernel/random/boot_id`, 36 characters; `test` in tests, `demo` in the demo.
    package var bootID: String

    package init(boot: Duration, wall: WallTime, bootID: String) {
        self.boot = boot
        self.wall = wall
        self.bootID = bootID
    }

    /// The moment `seconds` before this one.
    package func earlier(bySeconds seconds: Double) -> Timestamp {
        let span = min(max(seconds, 0), 1e9)
        return Timestamp(boot: boot - .seconds(span), wall: wall.advanced(bySeconds: -span), bootID: bootID)
    }

    /// Seconds from `earlier` to here, by boot time; by wall time when the boots differ.
    package func seconds(since earlier: Timestamp) -> Double {
        guard bootID == earlier.bootID else { return wall.seconds(since: earlier.wall) }
        let parts = (boot - earlier.boot).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }
}

/// The port to time. The engine owns one; tests move a manual one by hand.
package protocol TimeSource: Sendable {
    var now: Timestamp { get }
    /// Returns at `deadline` (time since boot) or throws `CancellationError`.
    @concurrent func sleep(until deadline: Duration) async throws
    /// Calls `body` once at `deadline` (time since boot), on a thread of its own choice, or at once when that
    /// has passed. The body must not block.
    func call(at deadline: Duration, _ body: @escaping @Sendable () -> Void) -> Appointment
}

/// A call that is to come, or has been.
package struct Appointment: Sendable {
    private let end: @Sendable () -> Void
    package init(cancel: @escaping @Sendable () -> Void) { end = cancel }
    /// The call does not begin any more, unless it is just beginning on its thread.
    package func cancel() { end() }
}

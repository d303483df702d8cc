package import Monitoring

/// When one probe is read next: decisions only, in nanoseconds since boot.
///
/// Ticks lie on a grid of their own, shifted by a hash of the probe's id so that probes do not read at the
/// same moment. A tick that passes while a read is under way is skipped, never made up for. Failures wait
/// with full jitter up to a minute, up to seven seconds where the most important flows are read; a refused
/// login waits five minutes, so that the account is not locked.
package struct PollPlan: Sendable {
    private static let second: Int64 = 1_000_000_000
    private static let cap = 60 * second
    /// With a read's own time it is read again within ten seconds of its return.
    private static let urgentCap = 7 * second
    private static let loginWait = 300 * second
    /// A busy machine wakes nobody later than this.
    private static let longestDelay = 2 * second
    private static let resumption = 5 * second

    private let interval: Int64
    private let phase: Int64
    /// The longest wait after a failure.
    private let longest: Int64
    private var failures = 0
    private var successes = 0

    /// `isUrgent`: a flow of tier 1 is read here.
    package init(schedule: ProbeSchedule, seed: UInt64, isUrgent: Bool = false) {
        interval = max(schedule.interval.nanoseconds, 1_000_000)
        longest = max(interval, isUrgent ? Self.urgentCap : Self.cap)
        let hash = Self.hash(schedule.id, seed: seed)
        phase = Int64(clamping: (hash ^ (hash >> 29)) % UInt64(interval))
    }

    /// FNV-1a: the same on every run, unlike `Hasher`; another for each probe.
    static func hash(_ id: String, seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
        for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return hash
    }

    /// The first read comes within 0.3 s of the start, spread by phase.
    package func first(at now: Duration) -> Duration {
        spread(over: min(interval, Self.second * 3 / 10), from: now)
    }

    private func spread(over window: Int64, from now: Duration) -> Duration {
        let share = Double(phase) / Double(interval)
        return .nanoseconds(now.nanoseconds + Int64(share * Double(window)))
    }

    /// When to read after all: nil unless `now` is so long after `due` that the process or the machine was
    /// stopped meanwhile. Then every probe is late at once, and they are spread by phase over some seconds, so
    /// that no server gets all their reads in one moment.
    package func resumed(due: Duration, at now: Duration) -> Duration? {
        guard now.nanoseconds - due.nanoseconds > Self.longestDelay else { return nil }
        return spread(over: min(interval, Self.resumption), from: now)
    }

    /// The next tick after a good read that was due at `due`, and how many ticks passed unread.
    package mutating func succeeded(due: Duration, at now: Duration) -> (next: Duration, skipped: Int) {
        successes += 1
        // One good answer may be luck.
        if successes >= 2 { failures = 0 }
        return (next(after: now), skipped(from: due, to: now))
    }

    /// When to try again; `random` is between 0 and 1.
    package mutating func failed(
        _ kind: ReadFailure.Kind, due: Duration, at now: Duration, random: Double
    ) -> (next: Duration, skipped: Int) {
        successes = 0
        failures = min(failures + 1, 16)
        let skipped = skipped(from: due, to: now)
        let share = min(max(random, 0), 1)
        if kind == .loginRefused {
            let wait = Self.loginWait + Int64(share * Double(Self.loginWait / 10))
            return (.nanoseconds(now.nanoseconds + wait), skipped)
        }
        let ceiling = interval >= longest ? interval : min(longest, interval << Int64(failures))
        // Never sooner than half an interval: no jitter may hammer a sick server.
        let wait = max(interval / 2, Int64(share * Double(ceiling)))
        return (.nanoseconds(now.nanoseconds + wait), skipped)
    }

    /// The first tick that is at least half an interval away.
    private func next(after now: Duration) -> Duration {
        let earliest = now.nanoseconds + interval / 2
        let ticks = (earliest - phase + interval - 1) / interval
        return .nanoseconds(ticks * interval + phase)
    }

    private func skipped(from due: Duration, to now: Duration) -> Int {
        let passed = (now.nanoseconds - phase) / interval - (due.nanoseconds - phase) / interval
        return Int(clamping: max(0, passed))
    }
}

extension Duration {
    /// Clamped to what 64 bits hold, 292 years.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : scaled &+ attoseconds / 1_000_000_000
    }
}

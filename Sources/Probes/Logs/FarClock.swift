import Monitoring

/// The clock of a far machine beside ours, by the times it tells.
///
/// Each comes with the delay of its way, so that the least difference of late is the nearest to the truth.
struct FarClock: Sendable {
    /// Below so many seconds a difference is the jitter of whole seconds and slow lines.
    static let tolerance = 2.0
    private static let kept = 12

    private var differences: [Double] = []

    /// It told `time`, and that came at `now`.
    mutating func heard(_ time: WallTime, at now: WallTime) {
        differences.append(now.seconds(since: time))
        if differences.count > Self.kept { differences.removeFirst() }
    }

    /// Seconds by which it is behind ours; 0 while the two agree.
    var behind: Double {
        guard let least = differences.min(), abs(least) > Self.tolerance else { return 0 }
        return least
    }

    func now(at ours: WallTime) -> WallTime { ours.advanced(bySeconds: -behind) }
}

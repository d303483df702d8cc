import Monitoring

/// The clock of a far machine, by the times it tells and the time measured since: a clock of ours that is set
/// changes nothing of it.
///
/// Each comes with the delay of its way, so that the one that was furthest ahead of late is the nearest to the
/// truth.
struct FarClock: Sendable {
    /// Below so many seconds a difference is the jitter of whole seconds and slow lines.
    static let tolerance = 2.0
    private static let kept = 12

    /// Its time less ours since boot, milliseconds.
    private var leads: [Double] = []

    /// It told `time`, and that came at `now`.
    mutating func heard(_ time: WallTime, at now: Timestamp) {
        leads.append(Double(time.milliseconds) - now.boot.inSeconds * 1000)
        if leads.count > Self.kept { leads.removeFirst() }
    }

    /// Seconds by which it is behind ours; 0 while the two agree.
    func behind(at now: Timestamp) -> Double {
        guard let lead = leads.max() else { return 0 }
        let difference = (Double(now.wall.milliseconds) - now.boot.inSeconds * 1000 - lead) / 1000
        return abs(difference) > Self.tolerance ? difference : 0
    }

    func now(at ours: Timestamp) -> WallTime { ours.wall.advanced(bySeconds: -behind(at: ours)) }
}

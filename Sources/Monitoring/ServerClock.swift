/// How a server's clock runs beside ours.
///
/// The time a server says comes with the delay of its answer and is told to the second, so that the difference
/// jitters; what is shown is shifted by one figure that moves only when the clocks do.
package struct ServerClock: Hashable, Sendable {
    /// Below so many seconds a difference is the jitter of whole seconds and slow answers.
    package static let tolerance = 2.0

    /// The newest time the server said, and when.
    private var told: WallTime?
    private var toldAt: Timestamp?
    /// Seconds to add to the server's times to show them beside ours; 0 while the clocks agree.
    package private(set) var shift = 0.0

    package init() {}

    /// Takes the server's own time at a read that was answered at `now`.
    package mutating func read(_ serverTime: WallTime, at now: Timestamp) {
        told = serverTime
        toldAt = now
        let difference = now.wall.seconds(since: serverTime)
        guard abs(difference - shift) > Self.tolerance else { return }
        shift = abs(difference) > Self.tolerance ? difference.rounded() : 0
    }

    /// `now` by the server's clock: what it said last, and the time measured since. Should our own clock be set
    /// meanwhile, what is shown beside it moves with it at once.
    package func moment(at now: Timestamp) -> Moment {
        guard let told, let toldAt else { return Moment(now) }
        let passed = max(0, now.seconds(since: toldAt))
        let wall = told.advanced(bySeconds: passed)
        let set = now.wall.seconds(since: toldAt.wall) - passed
        return Moment(
            Timestamp(boot: now.boot, wall: wall, bootID: now.bootID),
            shift: abs(set) > Self.tolerance ? (shift + set).rounded() : shift)
    }
}

/// Now, by the clock of what is judged, and how to show its times.
///
/// A server's times are compared with its own clock, never with ours: no difference of two clocks can make a
/// finding. They are moved into our clock only to be shown, by one shift for the whole screen.
package struct Moment: Hashable, Sendable {
    /// `boot` is this machine's, for measuring; `wall` is what the server's clock shows.
    package var now: Timestamp
    /// Seconds to add to a time of that clock to show it beside ours.
    package var shift: Double

    package init(_ now: Timestamp, shift: Double = 0) {
        self.now = now
        self.shift = shift
    }

    package var wall: WallTime { now.wall }

    package func shown(_ time: WallTime) -> WallTime { shift == 0 ? time : time.advanced(bySeconds: shift) }

    /// Seconds since `time`, a time of the same clock; never negative.
    package func age(of time: WallTime) -> Double { max(0, wall.seconds(since: time)) }
}

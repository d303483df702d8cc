import Monitoring
import Platform
import Synchronization
import Text

/// What comes from a log behind a prefix, counted on the child's own thread as it comes; the probe takes the
/// news.
///
/// Each byte has its place in a file, so that a stream that was cut goes on where it stood, and a beat of our
/// own in it proves what has come: a quiet log beats, a stalled one does not.
final class LogStream: Sendable {
    enum End {
        case none
        case ended(ChildEnd)
        case failed(SystemError)
    }

    struct News {
        var readings: [OutcomeReading]
        var notices: [Fact]
        var bytes: Int
        var end: End
        /// The last line of the program's standard error.
        var complaint: String?
        /// A beat of this child has come.
        var hasBegun: Bool
        /// Nothing is at the path.
        var isAway: Bool
        /// Up to here everything has come, by the far clock; nil before the history.
        var whole: WallTime?
        /// What the file held at the newest beat beyond what has come.
        var missing: Int64
        /// Seconds since anything was heard.
        var silence: Double
        /// Now, by the far clock.
        var now: WallTime
        /// The file was cut: what stands in it now must be asked for anew.
        var mustBeginAnew: Bool
    }

    /// Where a stream goes on: the file, and the first byte that is wanted, from 1.
    struct Position {
        var inode: UInt64
        var byte: Int64
    }

    private let state: Mutex<LogStreamState>
    private let clock: any TimeSource

    init(_ tally: sending OutcomeTally, clock: any TimeSource) {
        state = Mutex(LogStreamState(tally: tally, at: clock.now))
        self.clock = clock
    }

    /// Nil before the history was taken.
    var position: Position? {
        state.withLock { state in
            state.current.map { Position(inode: $0.inode, byte: $0.offset + 1) }
        }
    }

    /// Takes the end of the file as it was found, whole lines to be counted from `from` on when the log tells
    /// times; what follows in the file goes on from there.
    func take(history: FarHistory) {
        let now = clock.now
        state.withLock { $0.take(history, at: now) }
    }

    /// Adds to what was read for this source, whatever became of it.
    func spend(_ bytes: Int) { state.withLock { $0.bytes += bytes } }

    /// Forgets the child before; answers what the next one is to call, and what opens at its first beat or
    /// when it has said why there is none.
    func begin(mark: String) -> (receive: @Sendable (ChildOutput) -> Void, opening: Latch) {
        let opening = Latch()
        let now = clock.now
        let generation = state.withLock { $0.begin(mark, opening, at: now) }
        return (
            { [weak self] output in
                guard let self else { return }
                let now = self.clock.now
                self.state.withLock { $0.receive(output, from: generation, at: now) }
            }, opening
        )
    }

    func news() -> News {
        let now = clock.now
        return state.withLock { $0.news(at: now) }
    }
}

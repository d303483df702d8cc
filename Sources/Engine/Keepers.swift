package import Monitoring

/// Who keeps an environment's state, journal and audit log: one process at a time does, and only that one changes
/// anything.
package protocol Keepers: Sendable {
    /// Whether what they keep is what this process would: then it writes nothing while another one keeps.
    var keepOurs: Bool { get }
    /// Who keeps it now. Where nobody does this process becomes the keeper and is it to its end, unless it only looks.
    @concurrent func keeper() async -> Keeper
    /// Differs from an earlier answer once what is kept does.
    @concurrent func mark() async -> KeptMark
    /// Lets whoever wants to keep it do so, and keeps no more until that one has ended: after `Keeper.wanted` alone.
    @concurrent func yield() async
    /// Whether that very process still runs, or may.
    @concurrent func isRunning(_ program: ProcessMark) async -> Bool
}

package enum Keeper: Hashable, Sendable {
    case us
    /// This one, which nobody sits at, and a console that somebody sits at wants to.
    case wanted
    /// Another one, and in words why this one changes nothing.
    case another(String)
    /// Nobody, and this process only looks.
    case nobody
    /// What is kept cannot be reached, or is no longer where others look for it, and in words what to do: nobody may
    /// write there now.
    case lost(String)
}

/// Which contents what is kept has; nil where there is none.
package struct KeptMark: Hashable, Sendable {
    /// A keeper saves at least every 60 s: this long after its last it is late by half of that.
    package static let silentSeconds = 95.0

    /// A sign of life of whoever keeps: its newest save.
    package struct Beat: Hashable, Sendable {
        package var mark: String
        /// By the file system's clock.
        package var at: WallTime?

        package init(mark: String, at: WallTime? = nil) {
            self.mark = mark
            self.at = at
        }
    }

    package var state: String?
    package var audit: String?
    package var beat: Beat?

    package init(state: String? = nil, audit: String? = nil, beat: Beat? = nil) {
        self.state = state
        self.audit = audit
        self.beat = beat
    }
}

/// Whether the one that keeps gives signs of life.
struct KeeperPulse: Sendable {
    private var beat: KeptMark.Beat?
    private var at: Timestamp?

    /// To be told at each look, what changed or not. Times of the file are only trusted for what nobody here saw.
    mutating func listen(to newest: KeptMark.Beat?, at now: Timestamp) {
        if at == nil {
            let age = newest?.at.map { max(0, now.wall.seconds(since: $0)) } ?? 0
            at = now.earlier(bySeconds: age)
        } else if newest?.mark != beat?.mark {
            at = now
        }
        beat = newest
    }

    /// Seconds, once they are too many.
    func silence(at now: Timestamp) -> Double? {
        guard let seconds = at.map({ now.seconds(since: $0) }), seconds >= KeptMark.silentSeconds else {
            return nil
        }
        return seconds
    }
}

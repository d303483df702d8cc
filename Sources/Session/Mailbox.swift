import Display
import EngineAPI
import Monitoring
import Screens
import Synchronization

/// What tasks hand to the loop. A newer snapshot replaces one that was not taken; of the rest the oldest
/// detail or history is dropped beyond the limit, a reply never (the runner bounds those).
final class Mailbox: Sendable {
    static let limit = 64

    private struct State {
        var snapshot: Snapshot?
        /// The most sources that have been heard from in one snapshot; nil before the first.
        var heard: Int?
        var messages: [Message] = []
        /// Of a recording that is played: what a key does to it is seen at once.
        var replay: ReplayShown?
    }

    private let state = Mutex(State())
    private let waker: any Waker

    init(waker: any Waker) { self.waker = waker }

    /// The loop looks here at every redraw anyway: it is woken only for the first snapshot and for one in which
    /// a source is heard from that was not before, so that a busy store costs no wake-ups.
    func post(_ snapshot: Snapshot) {
        let heard = snapshot.sources.count { $0.judgement.status != .unknown }
        let isNews = state.withLock { state in
            let isTurned = state.replay != snapshot.replay
            (state.snapshot, state.replay) = (snapshot, snapshot.replay)
            if isTurned { return true }
            defer { state.heard = max(state.heard ?? 0, heard) }
            return state.heard.map { heard > $0 } ?? true
        }
        if isNews { waker.wake() }
    }

    func post(_ message: Message) {
        state.withLock { state in
            state.messages.append(message)
            if state.messages.count > Self.limit,
                let oldest = state.messages.firstIndex(where: Self.canBeDropped)
            {
                state.messages.remove(at: oldest)
            }
        }
        waker.wake()
    }

    /// Everything that came, the snapshot first: an answer may speak of what it shows.
    func take() -> [Message] {
        state.withLock { state in
            defer {
                state.snapshot = nil
                state.messages = []
            }
            return (state.snapshot.map { [.snapshot($0)] } ?? []) + state.messages
        }
    }

    private static func canBeDropped(_ message: Message) -> Bool {
        switch message {
        case .detail, .history: true
        default: false
        }
    }
}

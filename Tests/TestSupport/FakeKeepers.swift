package import Engine
package import Monitoring
import Synchronization

/// Who keeps what `FakeStores` hold, as the test says.
package final class FakeKeepers: Keepers {
    private struct State {
        var keeper: Keeper
        var marks = 0
        var yields = 0
        /// Saves of the keeper; one at each look while it beats.
        var beats = 0
        var isBeating = true
        var running: Set<ProcessMark> = []
    }

    private let state: Mutex<State>

    package init(_ keeper: Keeper) { state = Mutex(State(keeper: keeper)) }

    /// From now on.
    package func set(_ keeper: Keeper) { state.withLock { $0.keeper = keeper } }
    package func run(_ programs: Set<ProcessMark>) { state.withLock { $0.running = programs } }
    /// Whether the keeper gives signs of life from now on.
    package func beat(_ isBeating: Bool) { state.withLock { $0.isBeating = isBeating } }
    /// What is kept has changed.
    package func touch() { state.withLock { $0.marks += 1 } }

    package var keepOurs: Bool { true }

    @concurrent package func keeper() async -> Keeper { state.withLock { $0.keeper } }
    @concurrent package func yield() async {
        state.withLock {
            $0.yields += 1
            $0.keeper = .another("a console keeps this environment")
        }
    }
    package var yields: Int { state.withLock { $0.yields } }
    @concurrent package func mark() async -> KeptMark {
        let (mark, beats) = state.withLock { state in
            if state.isBeating { state.beats += 1 }
            return ("\(state.marks)", state.beats)
        }
        return KeptMark(state: mark, audit: mark, beat: KeptMark.Beat(mark: "\(beats)"))
    }
    @concurrent package func isRunning(_ program: ProcessMark) async -> Bool {
        state.withLock { $0.running.contains(program) }
    }
}

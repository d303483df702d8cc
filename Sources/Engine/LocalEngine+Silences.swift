import EngineAPI
import Monitoring

/// What a person silences, or hears again before its time.
extension LocalEngine {
    func silence(_ order: SilenceOrder, by person: Operator) -> Reply {
        let now = time.now
        return answer(state.silence(order, by: person, in: current(), at: now))
    }

    func endSilence(_ id: String, by person: Operator) -> Reply {
        let now = time.now
        return answer(state.endSilence(id, by: person, in: current(), at: now))
    }
}

import EngineAPI
import Monitoring

/// What a person sets aside or takes back. It is decided on what is so now, and kept within two seconds.
extension LocalEngine {
    func setAside(_ order: AsideOrder, by person: Operator) -> Reply {
        let now = time.now
        return answer(state.setAside(order, by: person, in: current(), at: now.wall))
    }

    func takeBack(_ id: EntityID, by person: Operator) -> Reply {
        let now = time.now
        return answer(state.takeBack(id, by: person, in: current(), at: now.wall))
    }

    func answer(_ refusal: Refusal?) -> Reply {
        if let refusal { return .refused(refusal) }
        publish()
        return .done
    }
}

import EngineAPI
import FeatureFlags
import Monitoring

extension Model {
    /// Asks first where something is under way.
    mutating func leave() -> [Effect] {
        let question = quitQuestion
        guard question.changesUnderWay > 0 || question.finishing != nil || question.running != nil else {
            return [.quit]
        }
        dialog = .quit(question)
        return []
    }

    /// A watching console leaves nothing on its way: what is under way is its keeper's.
    var quitQuestion: QuitQuestion {
        var asked = Set(
            pending.values.compactMap { request in
                if case .change(let change) = request { change.key.id } else { nil }
            })
        var atWork = 0
        if let snapshot, snapshot.environment.mayChange {
            for row in snapshot.flags {
                guard case .running = progress(of: row) else { continue }
                asked.insert(row.id)
                atWork += 1
            }
        }
        let finishing = pending.values.compactMap { request -> String? in
            if case .finish(let id, _) = request { snapshot?.flag(id)?.label ?? id.name } else { nil }
        }
        return QuitQuestion(
            changesUnderWay: asked.count, programsAtWork: atWork, finishing: finishing.first,
            running: isRunning ? run?.run.command.name : nil)
    }
}

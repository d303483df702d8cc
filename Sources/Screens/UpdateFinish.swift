import EngineAPI
import Display
import FeatureFlags
import Monitoring

/// Doing what a saved change may have left undone.
extension Model {
    mutating func askToFinish() {
        // Asked about what is so now, also when the picture is frozen.
        guard let id = switchable?.id, let row = snapshot?.flag(id) else { return }
        dialog = FinishQuestion(row, at: now).map { .finish($0) }
    }

    /// Why the key would do nothing; nil when it works.
    func whyNotFinish() -> String? {
        guard let row = switchable else { return whyNoFlag }
        guard let undone = snapshot?.flag(row.id)?.undone else {
            return "no change of \(row.label) is half done"
        }
        if progress(of: snapshot?.flag(row.id) ?? row) != .seen { return "a change of it is under way" }
        if isTooSmallToAsk { return "this screen is too small to ask" }
        if undone.isBeingDone || isFinishing(row.id) { return "it is being done" }
        if let why = snapshot?.environment.whyReadOnly { return why }
        return undone.step == nil ? "nothing can be done about it from here" : nil
    }

    mutating func answer(_ key: Key, to question: FinishQuestion) -> [Effect] {
        var question = question
        guard let isWanted = question.choice.take(key, at: now) else {
            dialog = .finish(question)
            return []
        }
        dialog = nil
        guard isWanted else {
            say("\(question.name) is left as it is")
            return []
        }
        // The world may have moved since the last tick.
        if let ending = question.ended(snapshot) {
            say(ending, status: .warning, seconds: 20)
            return []
        }
        say("\(question.step.command): \(FlagRow.Progress.asked)", seconds: 60)
        return [submit(.finish(question.id, opID: question.undone.opID))]
    }

    mutating func tellFinished(_ id: EntityID, _ opID: String) {
        let row = snapshot?.flag(id)
        let name = row?.label ?? id.name
        if let undone = row?.undone, undone.opID != opID {
            say("\(name): done; its next change is half done, too", status: .warning, seconds: 30)
        } else {
            say("\(name): done, nothing of its change is left to do", status: .ok, seconds: 30)
        }
    }

    /// It was asked for and not answered yet.
    private func isFinishing(_ id: EntityID) -> Bool {
        pending.values.contains { request in
            if case .finish(id, _) = request { true } else { false }
        }
    }
}

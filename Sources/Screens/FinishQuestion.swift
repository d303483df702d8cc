package import EngineAPI
package import FeatureFlags
package import Monitoring

/// Asked before what a saved change may have left undone is done.
package struct FinishQuestion: Hashable, Sendable {
    package let id: EntityID
    package let name: String
    package let value: FlagValue
    package let undone: FlagRow.Undone
    package let step: FinishingStep
    var choice: GuardedChoice

    /// Nil where there is nothing to be done from here.
    init?(_ row: FlagRow, at now: Timestamp) {
        guard let undone = row.undone, let step = undone.step, !undone.isBeingDone else { return nil }
        (id, name, value) = (row.id, row.label, row.flag.value)
        (self.undone, self.step) = (undone, step)
        choice = GuardedChoice(at: now)
    }

    /// Why the question no longer stands, as a sentence; nil while it does.
    func ended(_ snapshot: Snapshot?) -> String? {
        guard let now = snapshot?.flag(id)?.undone, now.opID == undone.opID else {
            return "\(name): nothing of that change is left to do"
        }
        return now.isBeingDone ? "\(name): \(step.command) is at work already" : nil
    }
}

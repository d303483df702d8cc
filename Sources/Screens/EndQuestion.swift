import EngineAPI
package import FeatureFlags
package import Monitoring

/// Asked before the program of a change is ended: it may leave the change half done, so leaving it at work is chosen.
package struct EndQuestion: Hashable, Sendable {
    package let id: EntityID
    package let name: String
    package let target: FlagValue
    package let opID: String
    package let pid: Int32
    package let since: WallTime
    var choice: GuardedChoice

    /// Nil where nothing of it may be ended from here.
    init?(_ row: FlagRow, at now: Timestamp) {
        guard row.mayEnd, case .running(let target, let opID, let since, let pid) = row.progress else {
            return nil
        }
        (id, name) = (row.id, row.label)
        (self.target, self.opID, self.pid, self.since) = (target, opID, pid, since)
        choice = GuardedChoice(at: now)
    }

    /// Why the question no longer stands, as a sentence; nil while it does.
    func ended(_ snapshot: Snapshot?) -> String? {
        if case .running(_, let other, _, _) = snapshot?.flag(id)?.progress, other == opID { return nil }
        return "\(name): its program has ended by itself"
    }
}

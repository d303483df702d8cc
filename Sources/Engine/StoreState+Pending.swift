import EngineAPI
import Monitoring
import Text

extension StoreState {
    /// What is so and waits for its hold: the first to be told on top. Of a thing of which an alert speaks, only what is
    /// worse than that.
    func showPending(in snapshot: inout Snapshot, at now: Timestamp) {
        var told: [EntityID: Status] = [:]
        for alert in snapshot.alerts {
            for id in [alert.entity] + alert.folded.map(\.entity) {
                told[id] = min(told[id] ?? .ok, alert.severity)
            }
        }
        // One a thing and what is wrong with it, as any alert.
        var first: [AlertKey: (seconds: Double, said: Assessment, status: Status)] = [:]
        for said in snapshot.assessments {
            guard case .pending(let status, let seconds) = said.standing, status < told[said.entity] ?? .ok
            else {
                continue
            }
            let key = AlertKey(entity: said.entity, kind: Finding.Kind(said))
            if let known = first[key], known.seconds <= seconds { continue }
            first[key] = (seconds, said, status)
        }
        let ordered = first.sorted { left, right in
            left.value.seconds != right.value.seconds
                ? left.value.seconds < right.value.seconds : left.key < right.key
        }
        snapshot.pendingCount = ordered.count
        snapshot.pending = ordered.prefix(Snapshot.mostPending).map { key, pending in
            let severity: AlertSeverity = pending.status == .critical ? .critical : .warning
            return PendingAlert(
                key, label: snapshot.anyRow(key.entity)?.label ?? title(of: key.entity), pending.status,
                at: now.wall.advanced(bySeconds: max(0, pending.seconds)),
                sentence: Sanitizer.line(pending.said.headline, maxBytes: 400),
                silence: silences.silence(over: key, severity, at: now.wall))
        }
    }
}

import EngineAPI
import Monitoring
import Text

extension StoreState {
    /// What is so and waits for its hold, the first to be told on top, and what detectors are more than half sure of. Of a
    /// thing of which an alert speaks, only what is worse than that.
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
        let gathering = gathering(besides: told, Set(first.keys), at: now)
        snapshot.pendingCount = ordered.count + gathering.count
        snapshot.pending = ordered.prefix(Snapshot.mostPending).map { key, pending in
            let severity: AlertSeverity = pending.status == .critical ? .critical : .warning
            return PendingAlert(
                key, label: snapshot.anyRow(key.entity)?.label ?? title(of: key.entity), pending.status,
                at: now.wall.advanced(bySeconds: max(0, pending.seconds)),
                sentence: Sanitizer.line(pending.said.headline, maxBytes: 400),
                silence: silences.silence(over: key, severity, at: now.wall))
        }
        snapshot.pending += gathering.prefix(max(0, Snapshot.mostPending - snapshot.pending.count))
    }

    /// What detectors have more than half of the evidence for, the surest first.
    private func gathering(
        besides told: [EntityID: Status], _ known: Set<AlertKey>, at now: Timestamp
    ) -> [PendingAlert] {
        guard let moment = detecting.now(at: now) else { return [] }
        let all = (detecting.detection?.gathering(at: moment) ?? []).sorted {
            ($1.share, $0.key) < ($0.share, $1.key)
        }
        return all.compactMap { found in
            let id = detecting.names.live(found.entity)
            let (key, status) = (
                AlertKey(entity: id, kind: found.kind),
                found.severity == .critical ? Status.critical : .warning
            )
            // Of which the row's own rules speak, nothing has to be made sure.
            guard status < told[id] ?? .ok, !known.contains(key), !isSaid(key) else { return nil }
            return PendingAlert(
                key, label: id == CauseMap.shop ? "the shop" : title(of: id), status, at: nil,
                evidence: found.share, sentence: Sanitizer.line(found.sentence, maxBytes: 400),
                silence: silences.silence(over: key, found.severity, at: now.wall))
        }
    }

    private func isSaid(_ key: AlertKey) -> Bool {
        assessments[key.entity]?.contains {
            $0.standing == .judged && $0.status < .ok && Finding.Kind($0) == key.kind
        } ?? false
    }
}

import EngineAPI
package import Monitoring
import Text

/// From when on another level is what is usual of a thing, as a person said.
package struct KeptNormal: Hashable, Sendable, Codable {
    package var since: WallTime
    package var by: String
    package var at: WallTime

    package init(since: WallTime, by: String, at: WallTime) {
        self.since = since
        self.by = by
        self.at = at
    }
}

/// A level that lasts is offered as the new normal, and taken when a person says so: never by itself.
extension LocalEngine {
    /// Of an alert of this thing that stands for days; nil where there is none, or it is not even.
    func lastingShift(of id: EntityID) async -> LastingShift? {
        let now = time.now
        guard let alert = state.lastingAlert(of: id, at: now), let measure = alert.kind.shifting else {
            return nil
        }
        let series = SeriesID(id, measure)
        guard let curve = await usualCurve(of: series).curve else { return nil }
        let end = WallTime(milliseconds: now.wall.milliseconds / 1_800_000 * 1_800_000)
        let from = end.advanced(bySeconds: -LastingShift.least)
        guard
            let values = try? await setup.stores.history.read(
                series, from: from, to: end, stepSeconds: 1800)
        else { return nil }
        return LastingShift(
            measure, since: alert.since, values.map { $0 ?? .nan }, until: end, usual: curve)
    }

    /// Looked at again: what was offered may have moved since.
    func takeNormal(_ id: EntityID, by person: Operator) async -> Reply {
        let name = state.title(of: id)
        if let why = current().whyNothingIsKept {
            return .refused(Refusal(.storageFailed, "\(name) is compared as before: \(why)"))
        }
        guard let shift = await lastingShift(of: id) else {
            return .refused(
                Refusal(
                    .stale,
                    "\(name) is compared as before: only a level that stood for 3 d without getting worse is a new normal"
                ))
        }
        let now = time.now
        let who = Sanitizer.line(person.name, maxBytes: 64)
        state.normals[id] = KeptNormal(since: shift.since, by: who, at: now.wall)
        let (level, before) = (
            Figures.fixed(shift.level, decimals: 1), Figures.fixed(shift.usual, decimals: 1)
        )
        let unit = shift.measure.unit == "count" ? "" : " " + shift.measure.unit
        state.note(
            nil, id,
            "\(who) took \(level)\(unit) as the new normal of \(name), where \(before) was usual",
            at: now.wall)
        state.unsaved = .urgent
        usual.forget()
        state.beginDetecting(past: await past(), at: time.now)
        publish()
        return .done
    }
}

extension StoreState {
    /// The oldest alert of this thing, itself or as what follows from another, that detectors found and that has stood
    /// long enough.
    func lastingAlert(of id: EntityID, at now: Timestamp) -> (kind: Finding.Kind, since: WallTime)? {
        detecting.book.open.compactMap { alert -> (kind: Finding.Kind, since: WallTime)? in
            guard detecting.names.live(alert.key.entity) == id, alert.key.kind.shifting != nil else {
                return nil
            }
            let since = detecting.wall(alert.since, at: now)
            return now.wall.seconds(since: since) >= LastingShift.least ? (alert.key.kind, since) : nil
        }.min { $0.since < $1.since }
    }
}

extension KeptNormal {
    /// Of the half hours of `id` from `from` on what is still usual of it, NaN elsewhere: what was before another level
    /// became usual is no more, and the trouble that this level was is none. `troubles` as `Trouble.without` takes them.
    package static func without(
        _ normal: KeptNormal?, _ troubles: [Trouble], _ values: [Double?], of id: EntityID, from: WallTime,
        step: Int
    ) -> [Double] {
        guard let normal else { return Trouble.without(troubles, values, of: id, from: from, step: step) }
        let kept = values.enumerated().map { place, value in
            from.advanced(bySeconds: Double(place * step)) >= normal.since ? value : nil
        }
        return Trouble.without(
            troubles.filter { $0.entity != id || $0.from > normal.at }, kept, of: id, from: from, step: step)
    }
}

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

/// A level that stands off what is usual and that no alert speaks of: offered once, until it returns.
package struct KeptOffer: Hashable, Sendable, Codable {
    package var measure: SeriesID.Measure
    package var since: WallTime

    package init(_ measure: SeriesID.Measure, since: WallTime) {
        self.measure = measure
        self.since = since
    }
}

/// A level that lasts is offered as the new normal, and taken when a person says so: never by itself.
extension LocalEngine {
    /// Of an alert of this thing that stands for days, or of what was offered and has not returned; nil where there is
    /// none, or it is not even.
    func lastingShift(of id: EntityID) async -> LastingShift? {
        let now = time.now
        let end = WallTime(milliseconds: now.wall.milliseconds / 1_800_000 * 1_800_000)
        guard let alert = state.lastingAlert(of: id, at: now), let measure = alert.kind.shifting else {
            return await unsaidShift(of: id, until: end)
        }
        let series = SeriesID(id, measure)
        guard let curve = await usualCurve(of: series).curve else { return nil }
        let from = end.advanced(bySeconds: -LastingShift.least)
        guard
            let values = try? await setup.stores.history.read(
                series, from: from, to: end, stepSeconds: 1800)
        else { return nil }
        return LastingShift(
            measure, since: alert.since, values.map { $0 ?? .nan }, until: end, usual: curve)
    }

    /// Of what was offered, as it is by now.
    private func unsaidShift(of id: EntityID, until end: WallTime) async -> LastingShift? {
        guard let offer = state.offers[id], state.isQuiet(id) else { return nil }
        let from = end.advanced(bySeconds: -Double(Self.wantedDays) * 86_400)
        guard
            let values = try? await setup.stores.history.read(
                SeriesID(id, offer.measure), from: from, to: end, stepSeconds: 1800)
        else { return nil }
        let healthy = state.withoutTrouble(values, of: id, from: from, step: 1800, at: time.now)
        return LastingShift.unsaid(offer.measure, healthy, until: end, clock: state.clock)
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
        state.offers[id] = nil
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
    /// No alert speaks of it, and its row is well.
    func isQuiet(_ id: EntityID) -> Bool {
        !detecting.book.open.contains { alert in
            ([alert.key] + alert.folded).contains { detecting.names.live($0.entity) == id }
        } && !(assessments[id] ?? []).contains { $0.standing == .judged && $0.status < .ok }
    }

    /// Those of `found` that are new are told once; what has returned is forgotten.
    mutating func offer(_ found: [(id: EntityID, shift: LastingShift)], at now: WallTime) {
        var offers: [EntityID: KeptOffer] = [:]
        for (id, shift) in found where offers[id] == nil && isQuiet(id) {
            let known = self.offers[id]
            offers[id] =
                known?.measure == shift.measure ? known : KeptOffer(shift.measure, since: shift.since)
            guard known == nil else { continue }
            let (level, usual) = (shift.measure.told(shift.level), shift.measure.told(shift.usual))
            let days = Age.text(seconds: max(0, now.seconds(since: shift.since)))
            note(
                nil, id,
                "\(shift.measure.word) of \(title(of: id)) has stood at \(level) for \(days), where \(usual) was usual, within all limits: :normal on its page takes it as the new normal",
                at: now)
        }
        guard offers != self.offers else { return }
        self.offers = offers
        unsaved = .urgent
    }

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

extension SeriesID.Measure {
    /// What learned figures are called in a sentence.
    fileprivate var word: String {
        switch self {
        case .success: "the rate of successes"
        case .failure: "the rate of failures"
        case .retry: "the rate of retries"
        case .latency: "p95"
        case .median: "p50"
        case .depth, .inRate, .outRate, .oldest, .backlog, .lag, .readTime, .heartbeat: "the \(rawValue)"
        }
    }

    fileprivate func told(_ value: Double) -> String {
        switch self {
        case .success, .failure, .retry: "\(Figures.perMinute(value))/min"
        case .latency, .median: "\(Figures.seconds(value)) s"
        default: Figures.fixed(value, decimals: 1)
        }
    }
}

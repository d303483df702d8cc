import EngineAPI
import Monitoring

/// What is usual of the series that were looked at lately: learned when one is looked at, for a while.
struct UsualBook: Sendable {
    struct Entry: Sendable {
        /// Nil until enough is learned.
        var curve: UsualCurve?
        /// Of how much it was learned; nil where no history is kept.
        var seconds: Double?
        var at: Timestamp
    }

    /// A page has three, and a person goes through some.
    private static let most = 64
    private var entries: [SeriesID: Entry] = [:]

    /// What is known of it and is not to be learned anew yet.
    func known(_ id: SeriesID, at now: Timestamp) -> Entry? {
        guard let entry = entries[id] else { return nil }
        let lasts: Double = entry.curve != nil ? 6 * 3600 : entry.seconds == nil ? 60 : 1800
        return now.seconds(since: entry.at) < lasts ? entry : nil
    }

    mutating func keep(_ entry: Entry, of id: SeriesID) {
        if entries.count >= Self.most, entries[id] == nil,
            let oldest = entries.min(by: { $0.value.at.boot < $1.value.at.boot })
        {
            entries[oldest.key] = nil
        }
        entries[id] = entry
    }

    /// What was learned is so no more: a person took another level as usual.
    mutating func forget() { entries = [:] }
}

extension LocalEngine {
    /// `history` with what is usual in each of its steps.
    func withUsual(_ history: History, of id: SeriesID) async -> History {
        let known = await usualCurve(of: id)
        var history = history
        history.learnedSeconds = known.seconds.map { $0 + time.now.seconds(since: known.at) }
        await lookForBaseline()
        if let before = state.baseline?.curve(of: id), history.stepSeconds > 0 {
            history.before = middles(history).map { before.value(at: $0) }
        }
        guard let curve = known.curve, history.stepSeconds > 0 else { return history }
        let ranges = middles(history).map { curve.range(at: $0, seconds: history.stepSeconds) }
        history.usual = History.Usual(low: ranges.map(\.lowerBound), high: ranges.map(\.upperBound))
        return history
    }

    private func middles(_ history: History) -> [WallTime] {
        history.values.indices.map { place in
            let back = (Double(history.values.count - place) - 0.5) * history.stepSeconds
            return history.end.advanced(bySeconds: -back)
        }
    }

    func usualCurve(of id: SeriesID) async -> UsualBook.Entry {
        let now = time.now
        if let known = usual.known(id, at: now) { return known }
        let step = 1800
        let end = now.wall.milliseconds / 1000 / Int64(step) * Int64(step)
        let from = WallTime(seconds: end - Int64(Self.wantedDays) * 86_400)
        var entry = UsualBook.Entry(at: now)
        // Why it cannot be read is said by who draws it.
        let values = try? await setup.stores.history.read(
            id, from: from, to: WallTime(seconds: end), stepSeconds: step)
        if let values, !values.isEmpty {
            let healthy = state.withoutTrouble(
                values, of: id.entity, from: from, step: Double(step), at: now)
            let seconds = Double(healthy.count(where: \.isFinite) * step)
            entry.seconds = seconds
            if seconds >= Learning.enough {
                entry.curve = UsualCurve(
                    healthy, from: from, step: Double(step), id.measure, clock: state.clock)
            }
        }
        usual.keep(entry, of: id)
        return entry
    }
}

extension StoreState {
    /// The store's, by which its days and weeks go; UTC where the config does not say it.
    var clock: StoreClock {
        environment.clock ?? StoreClock(zone: "UTC", offsetSeconds: 0, changes: [])
    }
}

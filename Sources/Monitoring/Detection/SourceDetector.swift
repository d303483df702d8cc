/// Whether a source answers. No data is one alert of the source, never of what is read from it.
///
/// Two polls without an answer; or none at all for four intervals while other sources are read. And a source that repeats
/// itself: nothing of what it answers has changed for five minutes and five times its longest such stretch, known of
/// fifty changes or more, while another source moves.
struct SourceDetector: Sendable {
    let name: String
    private let interval: Double
    private var failedSince: Double?
    private var failures = 0
    private var latest: Double?
    private var message = ""
    private var lastFailure = -Double.infinity

    init(_ source: StoreShape.Source) {
        name = source.name
        interval = source.interval
    }

    var isFailing: Bool { failures > 0 }

    /// Whether nobody asked for so long that holds have to begin anew.
    func isGap(at now: Double) -> Bool {
        latest.map { now - $0 > max(60, 4 * interval) } ?? false
    }

    private var still: (since: Double, longest: Double, changes: Int)?

    /// Something of an answer is other than before, or nothing is.
    mutating func moved(_ hasChanged: Bool, at now: Double) {
        guard var state = still else {
            still = (now, 0, 0)
            return
        }
        if hasChanged {
            // A stretch in which nobody looked, or a long one that was told, teaches nothing.
            if now - state.since <= max(300, 5 * state.longest) {
                state.longest = max(state.longest, now - state.since)
            }
            state.since = now
            state.changes += 1
        }
        still = state
    }

    mutating func restart(at now: Double) { still?.since = now }

    /// How long nothing has changed, where that is too long.
    private func frozen(_ now: Circumstances) -> Double? {
        guard let still, still.changes >= 50 else { return nil }
        let age = now.at - still.since
        return age >= now.tuning.seconds(max(300, 5 * still.longest)) ? age : nil
    }

    /// Whether something of it has changed in the last five minutes.
    func isMoving(at now: Double) -> Bool { still.map { now - $0.since < 300 } ?? false }

    mutating func answered(at now: Double) {
        failedSince = nil
        failures = 0
        latest = now
    }

    mutating func failed(_ message: String, at now: Double) {
        // One poll asks for several facts; it fails once.
        guard now > lastFailure else { return }
        lastFailure = now
        if failures == 0 { failedSince = now }
        failures += 1
        self.message = message
    }

    /// `asked`: when anything was read last before now; a console that slept has missed nothing.
    func finding(_ now: Circumstances, awake: Double, othersMove: Bool) -> Finding? {
        let entity = EntityID(.source, name)
        if failures >= 2, let failedSince {
            return Finding(
                entity, .unreachable, .critical, since: failedSince,
                "\(name) has not answered for \(Words.age(now.at - failedSince + interval)): \(message)")
        }
        if failures == 0, let latest, awake > now.tuning.seconds(4 * interval) + 20,
            now.at - latest > now.tuning.seconds(4 * interval) + 20
        {
            return Finding(
                entity, .unreachable, .critical, since: latest + interval,
                "\(name) has not been read for \(Words.age(now.at - latest))")
        }
        if failures == 0, othersMove, let age = frozen(now) {
            return Finding(
                entity, .frozen, .warning, since: now.at - age,
                "\(name) answers, but nothing of it has changed for \(Words.age(age)): it may repeat itself")
        }
        return nil
    }
}

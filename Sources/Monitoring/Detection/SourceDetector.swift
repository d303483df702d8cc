/// Whether a source answers. No data is one alert of the source, never of what is read from it.
///
/// Two polls without an answer; or none at all for four intervals while other sources are read. A source whose every
/// count stands for an hour in which the others move repeats itself.
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
    func finding(_ now: Circumstances, awake: Double) -> Finding? {
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
        return nil
    }
}

/// What a detector has more than half of the evidence for, and does not say yet: shown to whoever looks, told to nobody.
package struct Gathering: Sendable, Hashable {
    package var entity: EntityID
    package var kind: Finding.Kind
    /// What it would be told as.
    package var severity: AlertSeverity
    /// Of what is needed, 0.5 to 1.
    package var share: Double
    /// When the evidence began.
    package var since: Double
    package var sentence: String

    /// Less is chance, on any day.
    static let least = 0.5

    package var key: AlertKey { AlertKey(entity: entity, kind: kind) }
}

/// How far one sum has come, with what it stands on: so many of so many, or where so many were expected.
struct Gathered: Sendable {
    var share: Double
    var since: Double
    var count: Double
    var all: Double

    /// Nil of less than half; what is whole waits for something else than evidence.
    init?(_ value: Double, of limit: Double, since: Double?, _ count: Double, of all: Double) {
        guard let since, limit > 0, value >= Gathering.least * limit else { return nil }
        share = min(value / limit, 1)
        self.since = since
        self.count = count
        self.all = all
    }
}

extension FlowsDetector {
    /// Of all flows, those that nothing is said of yet.
    func gathering(_ now: Circumstances) -> [Gathering] {
        var all: [Gathering] = []
        for index in models.indices {
            let profile = models[index].profile
            let id = EntityID(.integration, profile.name)
            func add(
                _ kind: Finding.Kind, _ gathered: Gathered?, _ severity: (Gathered) -> AlertSeverity,
                _ words: (Gathered) -> String
            ) {
                guard let gathered else { return }
                all.append(
                    Gathering(
                        entity: id, kind: kind, severity: severity(gathered), share: gathered.share,
                        since: gathered.since, sentence: words(gathered)))
            }
            func age(_ gathered: Gathered) -> Double { now.at - gathered.since }
            let tolerance = tolerances[index]
            add(.failing, failing[index].gathered(now.tolerating(tolerance.failing))) {
                Self.severity(failing: $0.count / max($0.all, 1), isVital: profile.isVital)
            } _: {
                Words.attempts($0.count, of: $0.all, "failed", age($0))
            }
            add(.retries, retrying[index].gathered(now.tolerating(tolerance.retries))) { _ in
                .warning
            } _: {
                Words.attempts($0.count, of: $0.all, "were retried", age($0))
            }
            add(.slow, latency[index].gathered(now.tolerating(tolerance.slow))) { _ in
                .warning
            } _: {
                "\(Words.figure($0.count)) calls took \(Words.duration($0.all)) on average in \(Words.age(age($0)))"
            }
            let isSilent = now.tolerating(tolerance.silent)
            add(.silent, together[index].gathered() ?? lone[index].gathered(isSilent)) {
                Self.severity(silent: $0.count / max($0.all, 1), isVital: profile.isVital)
            } _: {
                "\(Words.figure($0.count)) came in \(Words.age(age($0))), where \(Words.count($0.all)) were to be expected"
            }
            add(.burst, bursts[index].gathered(now.tolerating(tolerance.burst))) { _ in
                .warning
            } _: {
                "\(Words.figure($0.count)) came in \(Words.age(age($0))), where \(Words.count($0.all)) were to be expected"
            }
        }
        for gathered in shops.compactMap({ $0.gathered() }) {
            let words =
                "\(Words.figure(gathered.count)) of \(Words.figure(gathered.all)) expected in \(Words.age(now.at - gathered.since))"
            all.append(
                Gathering(
                    entity: CauseMap.shop, kind: .silent, severity: .critical, share: gathered.share,
                    since: gathered.since, sentence: "the shop itself does less: \(words)"))
        }
        return all
    }

    static func severity(failing share: Double, isVital: Bool) -> AlertSeverity {
        share >= 0.5 || (share >= 0.15 && isVital) ? .critical : .warning
    }

    static func severity(silent share: Double, isVital: Bool) -> AlertSeverity {
        isVital && share < 0.35 ? .critical : .warning
    }
}

/// One indexer by schedule.
///
/// - blind: fewer triggers than it has had, for 60 s (420 after a deploy): changes are no longer seen;
/// - invalid for 240 s; a long rebuild is `working`, not invalid;
/// - behind: its version stands for 170 s while changes wait, and no less than 1.5 times the longest it usually does;
///   or the lowest backlog of five minutes is 20 and more above what is usual and rising.
struct IndexerDetector: Sendable {
    let name: String
    private var row: Observation.Indexer
    private var mostTriggers = 0.0
    private var fewer = Hold()
    private var invalid = Hold()
    private var standing = Hold()
    private var longestStand = 0.0
    private var moves = 0
    private var lastVersion: Double?
    private var backlog = SlidingLow(seconds: 300)
    private var earlier: [Double] = []
    private var behindSince: Double?
    private let usual: Double
    private(set) var findings: [Finding] = []

    init(_ name: String, past: PastSeries?) {
        self.name = name
        row = Observation.Indexer(name)
        let levels = past?.values.filter(\.isFinite).sorted() ?? []
        usual = levels.isEmpty ? 0 : levels[levels.count * 99 / 100]
    }

    /// Whether anything of it has changed.
    mutating func take(_ row: Observation.Indexer) -> Bool {
        defer { self.row = row }
        return row != self.row
    }

    mutating func restart(at now: Double) {
        fewer.restart(at: now)
        invalid.restart(at: now)
        standing.restart(at: now)
        backlog.reset()
    }

    mutating func judge(_ now: Circumstances) {
        findings = []
        guard row.isBySchedule, row.status != "suspended" else { return }
        let entity = EntityID(.indexer, name)
        let isDeploying = now.isAfterDeploy(within: 900)
        if let triggers = row.triggers {
            mostTriggers = max(mostTriggers, triggers)
            if let age = fewer.age(triggers < mostTriggers, at: now.at),
                age >= now.tuning.seconds(isDeploying ? 420 : 60)
            {
                findings.append(
                    Finding(
                        entity, .blind, triggers == 0 ? .critical : .warning, since: now.at - age,
                        "\(name) sees no changes: \(Words.figure(triggers)) of its \(Words.figure(mostTriggers)) triggers are there"
                    ))
            }
        }
        if let age = invalid.age(row.status == "invalid", at: now.at),
            age >= now.tuning.seconds(isDeploying ? 900 : 240)
        {
            findings.append(
                Finding(
                    entity, .invalid, .warning, since: now.at - age,
                    "\(name) has been invalid for \(Words.age(age)) and is not rebuilt"))
        }
        judgeProgress(now, entity, isDeploying)
    }

    private mutating func judgeProgress(_ now: Circumstances, _ entity: EntityID, _ isDeploying: Bool) {
        guard let version = row.version, let newest = row.newest else { return }
        let waiting = max(0, newest - version)
        let moved = lastVersion.map { version != $0 } ?? false
        if moved {
            moves += 1
            if let since = standing.since, !isDeploying, findings.isEmpty {
                longestStand = max(longestStand, min(now.at - since, 3600))
            }
            standing = Hold()
        }
        lastVersion = version
        let base = isDeploying ? 420 : row.status == "working" ? 1800.0 : moves >= 3 ? 170 : 400
        let standAge = standing.age(waiting > 0, at: now.at)
        backlog.add(waiting, at: now.at)
        let lowest = backlog.lowest(at: now.at)
        if let age = standAge, age >= max(now.tuning.seconds(base), 1.5 * min(longestStand, 1200)) {
            findings.append(
                Finding(
                    entity, .behind, .warning, since: now.at - age,
                    "\(name) has stood at version \(Words.figure(version)) for \(Words.age(age)) while \(Words.figure(waiting)) changes wait"
                ))
            return
        }
        guard let lowest else { return }
        // One value each five minutes, for half an hour.
        if earlier.isEmpty || now.at - (lastEarlier ?? 0) >= 300 {
            lastEarlier = now.at
            earlier.append(lowest)
            if earlier.count > 6 { earlier.removeFirst() }
        }
        guard lowest >= usual + now.tuning.excess(20), let first = earlier.first, lowest > 1.2 * first else {
            if lowest < usual + 20 { behindSince = nil }
            if let behindSince, row.status != "working" {
                findings.append(grown(entity, waiting, since: behindSince))
            }
            return
        }
        let since = behindSince ?? now.at - 300
        behindSince = since
        if row.status != "working" || now.at - since > 1800 {
            findings.append(grown(entity, waiting, since: since))
        }
    }

    private var lastEarlier: Double?

    private func grown(_ entity: EntityID, _ waiting: Double, since: Double) -> Finding {
        Finding(
            entity, .behind, .warning, since: since,
            "\(name) does not keep up: \(Words.figure(waiting)) changes wait, where at most \(Words.figure(usual)) are usual"
        )
    }
}

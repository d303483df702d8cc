import Statistics
import Text

/// One check of the same thing in two systems.
///
/// Records that come: an id counts once it has stood for 60 s beyond the settling; new lasting ids by new records,
/// Bernoulli against three, ten and forty times the usual share (learned of the past, else 1 in 1000; 0.2 in 1000 in
/// excess or different), h 7, at least three ids (two). Sets that stand, such as stock: their level is at least
/// m + 4 √m + 2 for three polls, m the mean of 40 to 180 minutes ago.
struct ReconciliationDetector: Sendable {
    let name: String
    private var row: Observation.Check
    private var ids: [DriftingIDs] = []
    private var lastCount: Double?
    private var set = StandingSet()
    private(set) var findings: [Finding] = []

    /// `usual`: lasting ids a record, as the past has it; nil where there is none.
    init(_ name: String, usual: Double?, level: Double?) {
        self.name = name
        row = Observation.Check(name)
        let missing = usual.map { min(max(1.3 * $0, 0.0003), 0.01) } ?? 0.001
        ids = [
            DriftingIDs(.missing, usual: missing, least: 3),
            DriftingIDs(.extra, usual: max(0.0002, missing / 5), least: 2),
            DriftingIDs(.different, usual: max(0.0002, missing / 5), least: 2),
        ]
        set.usual = level
    }

    mutating func take(_ row: Observation.Check) { self.row = row }

    /// To be asked once a poll that answered.
    mutating func judge(_ now: Circumstances, isCritical: Bool) {
        findings = []
        let count = row.left?.count ?? row.right?.count ?? 0
        let came: Double
        if let lastCount {
            // A count that falls by much begins a new day.
            came = count >= lastCount ? count - lastCount : count < lastCount / 2 ? count : 0
        } else {
            came = 0
        }
        let isFirst = lastCount == nil
        lastCount = count
        let lists = [row.missing, row.extra, row.different]
        let total = lists.reduce(0) { $0 + Double($1.count) } + row.more
        let entity = EntityID(.recon, name)
        set.add(count: count, level: total, at: now.at)
        for index in ids.indices {
            ids[index].take(lists[index], isWhole: row.more <= 0, at: now.at, isFirst: isFirst)
            let hits = ids[index].matured(at: now.at, hold: now.tuning.seconds(60))
            if set.stands { continue }
            if let finding = ids[index].judge(hits, of: came, now, entity, isCritical: isCritical) {
                findings.append(finding)
            }
        }
        if set.stands, let since = set.judge(now) {
            let named = ids.flatMap { $0.standing(since: since) }
            findings.append(
                Finding(
                    entity, .drift, .warning, since: since,
                    "\(name) drifts apart: \(Words.figure(total)) records differ, where \(Words.figure(set.mean ?? 0)) are usual\(set.outlook())",
                    records: named))
        }
    }
}

/// Ids of one kind of mismatch, and whether more of them come than is usual.
private struct DriftingIDs: Sendable {
    private struct Seen: Sendable {
        var first: Double
        var last: Double
        /// When it had stood long enough; nil until then.
        var counted: Double?
    }

    /// More are not followed at once.
    private static let most = 4096
    private static let ratios = [3.0, 10, 40]

    private let kind: Finding.Kind
    private let usual: Double
    private let least: Double
    private var seen: [ExactName: Seen] = [:]
    private var sums = CusumFan(count: 3, cap: 11)
    /// How long those took that healed.
    private var lifetimes: [Double] = []
    private var hits = 0.0
    private var trials = 0.0
    /// When the evidence began that is told.
    private var openSince: Double?
    /// No more of them come than is usual, but those that are told still stand.
    private var isResting = false
    /// Those that are told and stand.
    private var told: Swift.Set<ExactName> = []

    init(_ kind: Finding.Kind, usual: Double, least: Double) {
        self.kind = kind
        self.usual = usual
        self.least = least
    }

    mutating func take(_ listed: [String], isWhole: Bool, at now: Double, isFirst: Bool) {
        let names = Swift.Set(listed.map { ExactName($0) })
        // What is not listed has healed. Where there is more than is listed, the newest are: one that left from among
        // older ones has healed, one that was the oldest may stand.
        let oldest = isWhole ? Double.infinity : names.compactMap { seen[$0]?.first }.min() ?? -.infinity
        for (name, id) in seen where !names.contains(name) && (isWhole || id.first > oldest) {
            seen[name] = nil
            guard id.first.isFinite else { continue }
            lifetimes.append(now - id.first)
            if lifetimes.count > 64 { lifetimes.removeFirst() }
        }
        for name in names {
            if seen[name] != nil {
                seen[name]?.last = now
            } else if seen.count < Self.most {
                // What was there when the watch began says nothing of when it came.
                let first = isFirst ? -Double.infinity : now
                seen[name] = Seen(first: first, last: now, counted: isFirst ? first : nil)
            }
        }
    }

    /// How many have stood for `hold` seconds by now and had not before.
    mutating func matured(at now: Double, hold: Double) -> Double {
        var count = 0.0
        for (name, id) in seen where id.counted == nil && id.last - id.first >= hold {
            seen[name]?.counted = now
            count += 1
        }
        return count
    }

    mutating func judge(
        _ new: Double, of records: Double, _ now: Circumstances, _ entity: EntityID, isCritical: Bool
    ) -> Finding? {
        for (index, ratio) in Self.ratios.enumerated() {
            let alternative = min(ratio * usual, 0.6)
            let gain = Likelihood.bernoulli(
                hits: new, of: max(records, new), healthy: usual, alternative: alternative)
            sums.add(gain, to: index, at: now.at)
        }
        if openSince == nil ? sums.value > 0 : !isResting {
            hits += new
            trials += records
        } else if openSince == nil {
            (hits, trials) = (0, 0)
        }
        follow(now)
        guard let began = openSince, !told.isEmpty else { return nil }
        let since = told.compactMap { seen[$0]?.first }.min() ?? began
        let share = hits / max(trials, hits, 1)
        return Finding(
            entity, kind, share >= 0.03 && isCritical && hits >= 5 ? .critical : .warning, since: since,
            sentence(of: entity), records: told.sorted().map(\.text))
    }

    /// Opens once more come than is usual, and ends with the last of those that were told: what is missing is missing,
    /// however few are added.
    private mutating func follow(_ now: Circumstances) {
        let isOpen = openSince != nil
        if let began = isResting ? sums.began : openSince ?? sums.began {
            let lasting = seen.filter { ($0.value.counted ?? -.infinity) >= began }
            if sums.value >= now.tuning.evidence(7), Double(lasting.count) >= least {
                if isResting { hits += Double(lasting.count) }
                (openSince, isResting) = (began, false)
            }
            if openSince != nil, !isResting, sums.value >= 1 { told.formUnion(lasting.keys) }
        }
        guard isOpen else { return }
        told = told.filter { seen[$0] != nil }
        if sums.value < 1, !isResting {
            isResting = true
            sums.reset()
        }
        guard told.isEmpty else { return }
        (openSince, isResting) = (nil, false)
        sums.reset()
    }

    /// `4 records of orders are missing of the last 228`, `2 records of orders are still missing, of 9`
    private func sentence(of entity: EntityID) -> String {
        let more = kind == .missing ? "missing" : kind == .extra ? "too many" : "different"
        let standing = Double(told.count)
        if isResting {
            let verb = told.count == 1 ? "record of \(entity.name) is" : "records of \(entity.name) are"
            return "\(told.count) \(verb) still \(more), of \(Words.figure(max(hits, standing)))"
        }
        let word = kind == .different ? "differ" : "are \(more)"
        return
            "\(Words.figure(hits)) records of \(entity.name) \(word) of the last \(Words.figure(max(trials, hits)))"
    }

    /// Those first seen from `since` on that were listed for longer than nine in ten of those that healed.
    func standing(since: Double) -> [String] {
        let sorted = lifetimes.sorted()
        let usual = sorted.count >= 8 ? 1.2 * sorted[sorted.count * 9 / 10] : 900
        let least = min(max(usual, 300), 900)
        return seen.filter { $0.value.first >= since - 60 && $0.value.last - $0.value.first >= least }.keys
            .sorted()
            .map(\.text)
    }
}

/// The level of mismatches of a set that stands.
private struct StandingSet: Sendable {
    private var levels: [(at: Double, level: Double)] = []
    private var firstCount: Double?
    private var firstAt = 0.0
    /// When the first of these records was counted.
    private var startedAt = 0.0
    private var count = 0.0
    private var high = 0
    private var since: Double?
    private var lastCalm: Double?
    private var slope = SlopeWatch()
    /// The mean of the past.
    var usual: Double?
    private(set) var mean: Double?

    /// At least 100 records, of which less than one in fifty came within an hour.
    private(set) var stands = false

    private func standsStill(at now: Double) -> Bool {
        guard let firstCount, count >= 100 else { return false }
        return abs(count - firstCount) / count / max((now - firstAt) / 3600, 0.25) < 0.02
    }

    mutating func outlook() -> String { slope.outlook() }

    mutating func add(count: Double, level: Double, at now: Double) {
        let isNew = firstCount == nil || count < (firstCount ?? 0) / 2
        let isRenewed = now - firstAt > 6 * 3600
        if isNew || isRenewed { (firstCount, firstAt) = (count, now) }
        if isNew { startedAt = now }
        self.count = count
        // What is counted anew says nothing in its first minutes: what it was known to be holds until then.
        if now - firstAt >= 900 || firstAt == startedAt { stands = standsStill(at: now) }
        levels.append((now, level))
        if let first = levels.first, now - first.at > 10_800 || levels.count > 720 { levels.removeFirst() }
        slope.add(level, at: now)
    }

    /// Since when the level is too high; nil when it is not.
    mutating func judge(_ now: Circumstances) -> Double? {
        guard let level = levels.last?.level else { return nil }
        if since == nil {
            let earlier = levels.filter { $0.at <= now.at - 2400 }
            if earlier.count >= 20 {
                let live = earlier.reduce(0) { $0 + $1.level } / Double(earlier.count)
                // Of few hours the level is not known.
                mean = max(live, usual ?? 2)
            } else {
                mean = usual
            }
        }
        guard let mean else { return nil }
        if level <= mean + 1 { lastCalm = now.at }
        high = level >= mean + now.tuning.excess(4 * mean.squareRoot() + 2) ? high + 1 : 0
        if high >= 3, since == nil { since = lastCalm ?? now.at }
        if level <= mean + mean.squareRoot() + 1 { since = nil }
        return since
    }
}

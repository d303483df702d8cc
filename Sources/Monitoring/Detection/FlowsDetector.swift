import Statistics
import Text

/// All flows of a store: how many attempts there are, alone and against each other, how many fail, are retried, how long
/// they take.
struct FlowsDetector: Sendable {
    private(set) var models: [FlowModel]
    private let places: [ExactName: Int]
    private let company: Company
    private var bins: [FlowBin]
    private(set) var lone: [LoneFlowDetector]
    private(set) var together: [TogetherDetector]
    private(set) var shops: [ShopDetector]
    private(set) var bursts: [BurstDetector]
    private(set) var failing: [ShareDetector]
    private(set) var retrying: [ShareDetector]
    private(set) var latency: [LatencyDetector]
    private var recent: [RecentRate]
    /// What flows without a past did in the last ten minutes, and what was to be expected of them.
    private var newest: [(count: Double, expected: Double)]
    private var lastErrors: [String?]
    /// How long a fall has waited to be told as the shop's.
    private var waiting: [Hold]
    let tolerances: [Tolerances]
    /// Attempts since the watch began, of each flow.
    private(set) var attempts: [Double]
    private(set) var findings: [Finding] = []

    init(_ shape: StoreShape, past: [PastSeries], clock: StoreClock) {
        var grouped: [ExactName: [PastSeries]] = [:]
        for series in past where series.entity.kind == .integration {
            grouped[ExactName(series.entity.name), default: []].append(series)
        }
        var models = shape.flows.map { FlowModel($0, past: grouped[ExactName($0.name)] ?? [], clock: clock) }
        for (index, leaning) in ShareModel.leaning(models.map(\.failures)).enumerated() {
            models[index].failures = leaning
        }
        self.models = models
        places = Dictionary(
            models.indices.map { (ExactName(models[$0].profile.name), $0) },
            uniquingKeysWith: { first, _ in first })
        let company = Company(models)
        self.company = company
        bins = models.map { _ in FlowBin() }
        lone = models.map { LoneFlowDetector(wander: $0.wander) }
        together = company.ownWander.map { TogetherDetector(wander: $0) }
        shops = company.groups.map { ShopDetector($0) }
        bursts = models.map { _ in BurstDetector() }
        failing = models.map { ShareDetector(.failures, $0.failures) }
        retrying = models.map { ShareDetector(.retries, $0.retries) }
        let tails = models.compactMap { $0.latency?.tail }
        latency = models.map { model in
            var latency = model.latency
            latency?.borrowedTail = tails.isEmpty ? nil : max(Wander.median(tails), 1.2)
            return LatencyDetector(latency)
        }
        recent = models.map { _ in RecentRate() }
        newest = models.map { _ in (0, 0) }
        lastErrors = models.map { _ in nil }
        waiting = models.map { _ in Hold() }
        attempts = models.map { _ in 0 }
        tolerances = models.map { Tolerances(shape, of: EntityID(.integration, $0.profile.name)) }
    }

    /// What a person said of one flow's rules.
    struct Tolerances: Sendable {
        let silent, burst, failing, retries, slow: Double

        init(_ shape: StoreShape, of id: EntityID) {
            silent = shape.tolerance(of: id, .lessThanUsual)
            burst = shape.tolerance(of: id, .moreThanUsual)
            failing = shape.tolerance(of: id, .failsMore)
            retries = shape.tolerance(of: id, .retriedMore)
            slow = shape.tolerance(of: id, .slower)
        }
    }

    /// It was found by what the other flows did.
    func isJudgedTogether(_ index: Int) -> Bool { together[index].finding != nil }

    func place(of name: String) -> Int? { places[ExactName(name)] }

    /// One poll that covers so many `seconds`. `excused`: of which flows nothing is to be said of how many came.
    mutating func take(
        _ rows: [Observation.Outcomes], seconds: Double, excused: [Bool], _ moment: Circumstances
    ) {
        var now = moment
        now.covered = seconds
        for index in bins.indices {
            bins[index].count = 0
            bins[index].isExcused = excused[index]
            // The middle of what the poll covers.
            let rate = models[index].curve?.low(at: now.local - seconds / 2)
            bins[index].expected = rate.map { $0 * seconds / 60 } ?? recent[index].rate.map { $0 * seconds }
            bins[index].isLearning = rate == nil
            bins[index].usual =
                models[index].curve.map { $0.value(at: now.local - seconds / 2) * seconds / 60 } ?? 0
        }
        for row in rows {
            guard let place = place(of: row.flow) else { continue }
            let finished = row.succeeded + row.failed
            bins[place].count = finished
            attempts[place] += finished
            if let error = row.lastError { lastErrors[place] = error }
            let tolerance = tolerances[place]
            failing[place].add(hits: row.failed, of: finished, now.tolerating(tolerance.failing))
            retrying[place].add(
                hits: row.retried, of: max(finished, row.retried), now.tolerating(tolerance.retries))
            latency[place].add(row.latencies, now.tolerating(tolerance.slow))
        }
        learn()
        judgeVolume(now)
        for index in bins.indices where bins[index].isLearning {
            recent[index].add(bins[index].count, seconds: seconds, now, isDoubtful: lone[index].value > 4)
        }
        findings = []
        for shop in shops { tell(shop, now) }
        for index in models.indices { tell(index, now) }
    }

    /// Nothing is known of what came since the poll before.
    mutating func skip(_ now: Circumstances) {
        for index in lone.indices { lone[index].pause(now.at) }
    }

    /// Without a past nobody knows when a day ends: only what matters most is told to have stopped, and by what the other
    /// flows still do in ten minutes.
    private mutating func learn() {
        for index in bins.indices where bins[index].isLearning {
            newest[index].count = newest[index].count * 0.983 + bins[index].count
            newest[index].expected = newest[index].expected * 0.983 + (bins[index].expected ?? 0)
        }
        let all = newest.reduce((count: 0.0, expected: 0.0)) {
            ($0.count + $1.count, $0.expected + $1.expected)
        }
        for index in bins.indices where bins[index].isLearning {
            let profile = models[index].profile
            let rest = (all.count - newest[index].count, all.expected - newest[index].expected)
            let ratio = rest.1 > 30 ? rest.0 / rest.1 : 0
            guard profile.isVital, ratio > 0.6 else {
                bins[index].expected = bins[index].expected.map { _ in 0 }
                continue
            }
            bins[index].expected = bins[index].expected.map { $0 * min(ratio, 1) }
        }
    }

    private mutating func judgeVolume(_ now: Circumstances) {
        for index in bins.indices {
            bins[index].isSuspect =
                failing[index].isSuspicious || retrying[index].isTroubled || together[index].strength > 0.5
                || bursts[index].isSuspicious || lone[index].isInBursts != false
        }
        for index in bins.indices {
            let hasCompany = company.partners[index].count >= 2
            let theirs = hasCompany ? witnesses(of: index) : nil
            let tolerant = now.tolerating(tolerances[index].silent)
            lone[index].add(bins[index], tolerant, judgesRate: theirs == nil)
            if let theirs, lone[index].isInBursts == false {
                together[index].add(own: bins[index], theirs: theirs, tolerant)
            } else {
                together[index].reset()
            }
            judgeBurst(index, theirs, now.tolerating(tolerances[index].burst))
        }
        var even = bins
        for index in even.indices where lone[index].isInBursts != false { even[index].isExcused = true }
        for index in shops.indices { shops[index].add(even, now) }
    }

    private mutating func judgeBurst(
        _ index: Int, _ theirs: [(count: Double, expected: Double)]?, _ now: Circumstances
    ) {
        guard let curve = models[index].curve, lone[index].isInBursts == false, !bins[index].isExcused else {
            bursts[index].reset()
            return
        }
        let others = theirs.map { halves in
            (halves[0].count + halves[1].count) / max(halves[0].expected + halves[1].expected, 1e-6)
        }
        // The same minutes as what was expected.
        let scale = bins[index].usual / max(curve.value(at: now.local - 5), 1e-9)
        bursts[index].add(bins[index].count, usual: curve.high(at: now.local) * scale, others: others, now)
    }

    /// What those that bear witness did, in two disjoint halves; nil when there are not two of them.
    private func witnesses(of index: Int) -> [(count: Double, expected: Double)]? {
        var halves = [(count: 0.0, expected: 0.0), (count: 0.0, expected: 0.0)]
        var number = 0
        for partner in company.partners[index] where !bins[partner].isSuspect && !bins[partner].isExcused {
            guard let expected = bins[partner].expected else { continue }
            // One that runs wild says nothing of the others.
            halves[number % 2].count += min(bins[partner].count, 2.5 * expected + 4)
            halves[number % 2].expected += expected
            number += 1
        }
        return number >= 2 ? halves : nil
    }

    // MARK: What is told

    private mutating func tell(_ shop: ShopDetector, _ now: Circumstances) {
        guard let found = shop.finding else { return }
        let names = shop.group.members.prefix(4).map { models[$0].profile.name }.joined(separator: ", ")
        findings.append(
            Finding(
                EntityID(.integration, "*"), .silent, .critical, since: found.since,
                "the shop itself does less: \(Words.figure(found.count)) of \(Words.figure(found.expected)) expected in \(Words.age(now.at - found.since)), in \(names)"
            ))
    }

    private mutating func tell(_ index: Int, _ now: Circumstances) {
        let profile = models[index].profile
        let entity = EntityID(.integration, profile.name)
        let isVital = profile.isVital
        if let found = failing[index].finding {
            let share = found.hits / max(found.trials, 1)
            let why = lastErrors[index].map { ": \($0)" } ?? ""
            findings.append(
                Finding(
                    entity, .failing, Self.severity(failing: share, isVital: isVital),
                    since: found.since,
                    "\(Words.attempts(found.hits, of: found.trials, "failed", now.at - found.since))\(why)",
                    basis: basis(of: models[index].failures, found, "failed")))
        }
        if let found = retrying[index].finding {
            findings.append(
                Finding(
                    entity, .retries, .warning, since: found.since,
                    Words.attempts(found.hits, of: found.trials, "were retried", now.at - found.since),
                    basis: basis(of: models[index].retries, found, "retried")))
        }
        if let found = latency[index].finding {
            findings.append(
                Finding(
                    entity, .slow, .warning, since: found.since,
                    "\(Words.figure(found.count)) calls took \(Words.duration(found.mean)) on average in \(Words.age(now.at - found.since)), where half usually take \(Words.duration(found.usual)) at most",
                    basis: Basis(
                        expected:
                            "half of the calls within \(Words.duration(found.usual)), at this hour of the week",
                        came: "\(Words.duration(found.mean)) on average", samples: found.count,
                        test: "the times of calls against their usual quantiles, summed up",
                        short: ("half \(Words.duration(found.usual))", "mean \(Words.duration(found.mean))")))
            )
        }
        if let found = bursts[index].finding {
            findings.append(
                Finding(
                    entity, .burst, .warning, since: found.since,
                    "\(Words.figure(found.count)) came in \(Words.age(now.at - found.since)), where \(Words.count(found.expected)) were to be expected: is something sent again and again?",
                    basis: basis(index, found.since, found.count, found.expected, now)))
        }
        tellSilence(index, entity, isVital, now)
    }

    private mutating func tellSilence(
        _ index: Int, _ entity: EntityID, _ isVital: Bool, _ now: Circumstances
    ) {
        guard let found = together[index].finding ?? lone[index].finding else {
            _ = waiting[index].age(false, at: now.at)
            return
        }
        // While the shop may be what has fallen, a flow of it waits to be told.
        let mayBeShop = shops.contains {
            $0.finding == nil && $0.strength > 0.45 && $0.group.members.contains(index)
        }
        let age = waiting[index].age(mayBeShop, at: now.at) ?? 90
        guard age >= 90 || together[index].strength > 2.5 else { return }
        let ratio = found.count / max(found.expected, 1)
        let severity = Self.severity(silent: ratio, isVital: isVital)
        let sentence =
            found.count == 0
            ? "nothing came for \(Words.age(now.at - found.since)), \(Words.count(found.expected)) were to be expected"
            : "\(Words.figure(found.count)) came in \(Words.age(now.at - found.since)), where \(Words.count(found.expected)) were to be expected"
        findings.append(
            Finding(
                entity, .silent, severity, since: found.since, sentence,
                basis: basis(index, found.since, found.count, found.expected, now)))
    }
}

import Statistics

/// A queue that nobody is to consume: letters wait there for a retry or for a person.
///
/// Where the level stands, the lowest of 20 min is to stay below the usual most of the past, plus 3. Where letters pile
/// up until somebody clears them, or nobody knows whether they do, their number by attempts of the flow that writes
/// them: Poisson at six times the usual share, h 10; without a past the share is learned while watching, as if it had
/// been one of a hundred.
struct LetterQueueDetector: Sendable {
    let name: String
    private var row: Observation.BrokerQueue
    private var low = SlidingLow(seconds: 1200)
    private var usual: Double?
    private var pilesUp = false
    private var share: Double?
    private var most: Double?
    private var sum = Cusum(cap: 16)
    private var letters = 0.0
    private var learned = (letters: 0.0, attempts: 0.0)
    private var began: Double?
    private var slope = SlopeWatch()
    private(set) var findings: [Finding] = []

    /// `attempts`: of the flow that writes here, a minute, in the same steps as the past.
    init(_ name: String, past: PastSeries?, attempts: PastSeries?) {
        self.name = name
        row = Observation.BrokerQueue(name)
        let levels = past?.values.filter(\.isFinite) ?? []
        guard levels.count >= 48 else { return }
        let sorted = levels.sorted()
        let (middle, most) = (sorted[sorted.count / 2], sorted[sorted.count * 199 / 200])
        usual = most
        // Up by more than its noise again and again, and down to where it was: a person clears it.
        pilesUp = most - sorted[sorted.count / 20] > 8 + 0.2 * middle
        guard let past else { return }
        var (came, tried) = (0.5, 0.0)
        for index in past.values.indices.dropFirst() {
            let step = past.values[index] - past.values[index - 1]
            if step.isFinite, step > 0 { came += step }
            if let attempts, attempts.values.indices.contains(index), attempts.values[index].isFinite {
                tried += attempts.values[index] * past.step / 60
            }
        }
        if tried > 100 { share = min(came / tried, 0.5) }
    }

    /// Whether anything of it has changed.
    mutating func take(_ row: Observation.BrokerQueue) -> Bool {
        defer { self.row = row }
        return row != self.row
    }

    /// What is known before it is said, of letters that are counted.
    func gathering(_ now: Circumstances) -> Gathering? {
        guard findings.isEmpty, pilesUp || usual == nil,
            let gathered = Gathered(
                sum.value, of: now.tuning.evidence(10), since: sum.began, letters, of: row.ready)
        else { return nil }
        return Gathering(
            entity: EntityID(.queue, name), kind: .growing, severity: .warning, share: gathered.share,
            since: gathered.since,
            sentence:
                "\(Words.figure(letters)) messages came in \(Words.age(now.at - gathered.since)): \(Words.figure(row.ready)) wait"
        )
    }

    mutating func restart(at now: Double) { low.reset() }

    /// `attempts`: of its flow since the poll before.
    mutating func judge(_ now: Circumstances, attempts: Double) {
        findings = []
        let entity = EntityID(.queue, name)
        low.add(row.ready, at: now.at)
        slope.add(row.ready, at: now.at)
        // Letters that come and go are not counted each time; a queue that was cleared begins anew.
        let arrived = max(0, row.ready - (most ?? row.ready))
        most = row.ready < (most ?? 0) / 2 ? row.ready : max(row.ready, most ?? 0)
        if pilesUp || usual == nil {
            count(arrived, of: attempts, now, entity)
        }
        guard !pilesUp, let usual, let lowest = low.lowest(at: now.at) else { return }
        guard lowest >= usual + now.tuning.excess(3) else {
            began = nil
            return
        }
        let since = began ?? now.at - 1200
        began = since
        findings.append(
            Finding(
                entity, .growing, .warning, since: since,
                "\(Words.figure(row.ready)) messages wait, where at most \(Words.figure(usual)) are usual\(slope.outlook(from: row.ready, to: 2 * usual + 20))"
            ))
    }

    private mutating func count(
        _ arrived: Double, of attempts: Double, _ now: Circumstances, _ entity: EntityID
    ) {
        let mean = max((share ?? (learned.letters + 1) / (learned.attempts + 100)) * attempts, 1e-4)
        if share == nil, sum.value < 3 {
            learned.letters += arrived
            learned.attempts += attempts
        }
        // A letter is one event, however many polls it came in; ten at once are no more than four.
        sum.add(Likelihood.poisson(min(arrived, 4), mean: mean, ratio: 6), at: now.at)
        letters = sum.value > 0 ? letters + arrived : 0
        // Next to none of them is still there: somebody has looked after them.
        if letters >= 4, row.ready <= 0.1 * letters {
            sum.reset()
            letters = 0
        }
        guard sum.value >= now.tuning.evidence(10), letters >= 4, let since = sum.began else { return }
        findings.append(
            Finding(
                entity, .growing, .warning, since: since,
                "\(Words.figure(letters)) messages came in \(Words.age(now.at - since)), six times what is usual: \(Words.figure(row.ready)) wait"
            ))
    }
}

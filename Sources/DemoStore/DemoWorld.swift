import FeatureFlags
import Monitoring

/// The simulated store at one second of its life. A value: the same seed and the same touches lead to the
/// same figures.
struct DemoWorld {
    struct QueueState {
        var depth = 0.0
        var inRate = 0.0
        var outRate = 0.0
        var arrived = 1000.0
        var left = 1000.0
    }

    struct FlowState {
        /// Attempts of the running second that are not a whole one yet.
        var pending = 0.0
        var ledger: OutcomeLedger
        var lines = OutcomeLines()
        var attempts: UInt64 = 0
    }

    struct IndexState {
        var version = 40_000.0
        var newest = 40_000.0
        var updated: WallTime
        var isWorking = false
        var triggers = DemoCatalog.triggers
    }

    private(set) var queues: [QueueState]
    var flows: [FlowState]
    private(set) var indexes: [IndexState]
    var flags: DemoFlagTable
    /// Since when the hanging job has been running; nil while it does not hang.
    private(set) var hangingSince: WallTime?
    /// The hanging run that ended last.
    private(set) var hung: (from: WallTime, to: WallTime)?
    /// When runs of the hanging job were declared missed in the last hour, the newest last.
    private(set) var missed: [WallTime] = []
    /// What the store last read of the flag, and for how long the flag has said otherwise.
    private var usesNewPath = false
    private var secondsBehindFlag = 0
    private(set) var now: Timestamp
    let start: Timestamp
    private var random: DemoRandom
    private(set) var lived = 0

    init(seed: UInt64, at start: Timestamp) {
        self.start = start
        now = start
        random = DemoRandom(seed: seed)
        queues = DemoCatalog.queues.map { queue in
            var state = QueueState()
            state.depth = queue.name.hasSuffix(".failed") ? 6 : min(queue.rate, 3)
            return state
        }
        flows = DemoCatalog.flows.map { _ in
            var ledger = OutcomeLedger(since: start.wall)
            ledger.note(success: start.wall)
            return FlowState(ledger: ledger)
        }
        indexes = DemoCatalog.indexers.map { _ in IndexState(updated: start.wall) }
        flags = DemoFlagTable(at: start.wall)
        // A minute before the story: nothing starts from rest.
        for _ in 0..<60 { liveQueues() }
    }

    var second: Int { lived % DemoStory.length }

    /// The orders take the new path and it cannot carry them.
    var isErpPathSlow: Bool {
        usesNewPath && DemoStory.isNewPathOverloaded(at: second)
    }

    var areErpConsumersGone: Bool { isErpPathSlow && second >= DemoStory.consumersDie }

    /// Lives every second up to `moment`; at most one chapter at once after a long sleep.
    mutating func advance(to moment: Timestamp) {
        let wanted = max(0, Int(exactly: moment.seconds(since: start).rounded(.down)) ?? 0)
        if wanted - lived > DemoStory.length { lived = wanted - DemoStory.length }
        while lived < wanted {
            lived += 1
            var next = start
            next.boot = start.boot + .seconds(lived)
            next.wall = start.wall.advanced(bySeconds: Double(lived))
            now = next
            live()
        }
    }

    private mutating func live() {
        tellStory()
        liveQueues()
        liveFlows()
        liveIndexes()
    }

    private mutating func tellStory() {
        missed.removeAll { now.wall.seconds(since: $0) >= 3600 }
        switch second {
        case DemoStory.newPathOn:
            if flags.value(of: DemoCatalog.erpFlag) != .on {
                flags.set(DemoCatalog.erpFlag, to: .on, by: "deniz", at: now.wall)
            }
        case DemoStory.oldPathBack:
            if flags.value(of: DemoCatalog.erpFlag) == .on {
                flags.set(DemoCatalog.erpFlag, to: .off, by: "mira", at: now.wall)
            }
        default: break
        }
        if (flags.value(of: DemoCatalog.erpFlag) == .on) == usesNewPath {
            secondsBehindFlag = 0
        } else {
            secondsBehindFlag += 1
        }
        if secondsBehindFlag >= DemoStory.flagsReadAfter { usesNewPath.toggle() }
        if isErpPathSlow, second >= DemoStory.jobHangs {
            if hangingSince == nil {
                hangingSince = now.wall
                missed.append(now.wall)
            }
        } else {
            if let hangingSince { hung = (hangingSince, now.wall) }
            hangingSince = nil
        }
    }

    private mutating func liveQueues() {
        for index in queues.indices {
            let kind = DemoCatalog.queues[index]
            var state = queues[index]
            state.inRate = kind.rate == 0 ? 0 : random.around(kind.rate)
            var capacity = max(kind.rate * 1.5, 0.5)
            if kind.name == DemoCatalog.erpQueue {
                capacity = areErpConsumersGone ? 0 : isErpPathSlow ? 0.6 : 7
            }
            if kind.isWithoutConsumer { capacity = kind.name == DemoCatalog.retryQueue ? 0.05 : 0 }
            if kind.name == DemoCatalog.retryQueue, DemoStory.areOrdersPutOff(at: second) {
                (state.inRate, capacity) = (random.around(0.16), 0)
            } else if kind.name == DemoCatalog.retryQueue, state.depth > 1 {
                capacity = 2
            }
            if kind.name == DemoCatalog.shipmentsQueue, DemoStory.areShipmentsSilent(at: second) {
                state.inRate = 0
            }
            let available = state.depth + state.inRate
            state.outRate = min(capacity, max(0, available - min(kind.rate * 0.5, 2)))
            state.depth = max(0, available - state.outRate)
            state.arrived += state.inRate
            state.left += state.outRate
            queues[index] = state
        }
    }

    private mutating func liveFlows() {
        let erpQueue = zip(DemoCatalog.queues, queues).first { $0.0.name == DemoCatalog.erpQueue }?.1
        for index in flows.indices {
            let kind = DemoCatalog.flows[index]
            let isErp = kind.integration.name == DemoCatalog.erpFlow
            let isStock = kind.integration.name == DemoCatalog.stockFlow
            var perMinute = kind.perMinute
            var failing = kind.failing
            var latency = kind.latency
            // What the queue hands out is what is tried.
            if isErp { perMinute = (erpQueue?.outRate ?? 0) * 60 }
            if isErp, isErpPathSlow {
                failing = 0.5
                latency = 4.8
            }
            if isStock, isErpPathSlow { latency = 3.6 }
            let isSilent =
                kind.integration.name == DemoCatalog.shipmentsFlow && DemoStory.areShipmentsSilent(at: second)
            if isSilent { perMinute = 0 }
            flows[index].pending += random.around(perMinute, spread: 0.5) / 60
            while flows[index].pending >= 1 {
                flows[index].pending -= 1
                attempt(index, failing: failing, latency: latency)
            }
            if isErp, DemoStory.areOrdersPutOff(at: second), random.share() < 0.16 { retry(index) }
        }
    }

    private mutating func attempt(_ index: Int, failing: Double, latency: Double) {
        if random.share() < failing {
            flows[index].ledger.add(OutcomeCounts(failures: 1), at: now.wall)
            let thing = DemoCatalog.flows[index].integration.thing
            flows[index].ledger.note(error: "POST /api/v2/\(thing) timed out", at: now.wall)
            note(.failure, index)
        } else {
            flows[index].ledger.add(OutcomeCounts(successes: 1), at: now.wall)
            flows[index].ledger.note(success: now.wall)
            note(.success, index)
        }
        if latency > 3, random.share() < 0.3 { retry(index) }
        flows[index].ledger.take(latency: random.around(latency, spread: 0.35), at: now.wall)
    }

    private mutating func retry(_ index: Int) {
        flows[index].ledger.add(OutcomeCounts(retries: 1), at: now.wall)
        note(.retry, index)
    }

    private mutating func liveIndexes() {
        for index in indexes.indices {
            let kind = DemoCatalog.indexers[index]
            guard kind.mode == .schedule else { continue }
            let isBlind = kind.name == DemoCatalog.blindIndexer && DemoStory.isIndexerBlind(at: second)
            indexes[index].triggers = isBlind ? 0 : DemoCatalog.triggers
            if isBlind { continue }
            indexes[index].newest += kind.rate == 0 ? 0 : random.around(kind.rate)
            let isSticking =
                kind.name == DemoCatalog.stickingIndexer && DemoStory.isIndexerStuck(at: second)
            indexes[index].isWorking = isSticking
            // Cron updates the views; here every ten seconds, so that a newcomer sees it move.
            if !isSticking, lived % 10 == index % 10 {
                indexes[index].version = indexes[index].newest
                indexes[index].updated = now.wall
            }
        }
    }
}

import Monitoring

/// Draws an incident for a store at a moment, and says how soon it could be seen at best.
enum Draw {
    static func incident(
        _ kind: Incident.Kind, _ strength: Incident.Strength, _ store: Store, start: Double,
        _ dice: inout Dice
    ) -> Incident? {
        let patience = store.isRough ? 4.0 : 2
        func made(
            _ flow: Int, _ size: Double, _ roots: [EntityID], also: [EntityID] = [], bound: Double,
            allowed: Double? = nil
        ) -> Incident? {
            let allowed = allowed ?? patience * bound + 60
            guard allowed <= 3 * 3600 else { return nil }
            return Incident(
                kind: kind, strength: strength, start: start, stop: start + max(allowed + 600, 2400),
                flow: flow,
                size: size, roots: Set(roots), also: Set(also), bound: bound, allowed: allowed)
        }
        func step(_ weak: Double, _ middle: Double, _ strong: Double) -> Double {
            switch strength {
            case .weak: weak
            case .middle: middle
            case .strong: strong
            }
        }
        let index = dice.whole(0, store.flows.count - 1)
        let flow = store.flows[index]
        let entity = EntityID(.integration, flow.name)
        let rate = (0..<6).map { flow.usual(at: start + store.offset + Double($0) * 300) }.min() ?? 0
        let own =
            (flow.queue.map {
                [EntityID(.queue, $0), EntityID(.queue, $0 + ".retry"), EntityID(.queue, $0 + ".failed")]
            } ?? [])
            + [EntityID(.recon, "orders"), EntityID(.recon, "stock")]
        let everything =
            store.flows.map { EntityID(.integration, $0.name) }
            + store.flows.compactMap { $0.queue.map { EntityID(.queue, $0) } }
        guard rate > 0.01 else { return nil }
        switch kind {
        case .silent:
            if case .even = flow.rhythm {
                let size = step(0.4, 0.15, 0)
                // Its share of what the others do is known less well than its rate.
                return made(index, size, [entity], also: own, bound: 1.3 * Incident.silence(rate, to: size))
            }
            return made(
                index, 0, [entity], also: own, bound: 1.5 * flow.between, allowed: 3.5 * flow.between + 300)
        case .burst:
            guard case .even = flow.rhythm, flow.queue == nil, rate > 0.3 else { return nil }
            let size = step(8, 15, 40)
            return made(
                index, size, [entity], also: own, bound: max(60 / rate, 30), allowed: 300 + 600 / rate)
        case .shop:
            let sellers = store.flows.indices.filter { store.flows[$0].sells }
            let size = step(0.5, 0.3, 0.02)
            let all = sellers.reduce(0.0) { $0 + store.flows[$1].usual(at: start + store.offset) }
            let roots =
                sellers.map { EntityID(.integration, store.flows[$0].name) } + [EntityID(.integration, "*")]
            return made(
                -1, size, roots, also: everything + own, bound: max(2 * Incident.silence(all, to: size), 60),
                allowed: (store.isRough ? 8 : 4) * max(2 * Incident.silence(all, to: size), 60) + 120)
        case .failing:
            let size = min(step(max(4 * flow.failing, 0.05), 0.3, 1), 1)
            return made(
                index, size, [entity], also: own,
                bound: flow.between + Incident.share(rate, from: flow.failing, to: min(size, 0.999)))
        case .retries:
            guard flow.retried > 0 else { return nil }
            let size = min(step(5 * flow.retried, 8 * flow.retried, 0.5), 0.9)
            return made(
                index, size, [entity], also: own,
                bound: flow.between + Incident.share(rate, from: flow.retried, to: size))
        case .slow:
            let size = step(1.8, 3, 8)
            return made(
                index, size, [entity], also: own,
                bound: flow.between + Incident.slow(rate, factor: size, spread: flow.spread))
        case .noConsumer, .stuck:
            guard let queue = flow.queue, rate > 0.5 else { return nil }
            let wait = 60 / rate
            return made(
                index, 0, [EntityID(.queue, queue)], also: own + [entity],
                bound: kind == .stuck ? 60 + 2 * wait : 20 + wait,
                allowed: (kind == .stuck ? 240 : 120) + 4 * wait)
        case .letters:
            guard let queue = store.flows[0].queue else { return nil }
            let growth = step(max(0.02 * store.letters, 4), max(0.05 * store.letters, 10), 60)
            return made(
                0, growth, [EntityID(.queue, queue + ".retry")], also: own, bound: 4 / growth * 3600 + 1200,
                allowed: min(8 / growth * 3600 + 2400, 10_000))
        case .databaseStuck:
            return made(-1, 0, [EntityID(.queue, "product_alert")], bound: 300, allowed: 900)
        case .cron:
            return made(
                -1, 0, [EntityID(.cron, "heartbeat")],
                also: store.jobs.map { EntityID(.cron, $0.name) }
                    + store.indexers.map { EntityID(.indexer, $0.name) } + [
                        EntityID(.queue, "product_alert")
                    ], bound: 120, allowed: 300)
        case .group:
            return made(
                -1, 0,
                [EntityID(.cron, "group/index")]
                    + store.jobs.filter { $0.group == "index" }.map { EntityID(.cron, $0.name) },
                also: store.indexers.map { EntityID(.indexer, $0.name) }, bound: 180, allowed: 540)
        case .died, .running:
            let job = dice.pick(store.jobs.filter { kind == .died || $0.every < 86_400 })
            guard job.every < 86_400 else { return nil }
            return made(
                -1, 0, [EntityID(.cron, job.name)], bound: (kind == .died ? 40 : 120) + job.every,
                allowed: (kind == .died ? 180 : 600) + job.every)
        case .blind, .behind:
            let place = dice.whole(0, store.indexers.count - 1)
            return made(
                place, 0, [EntityID(.indexer, store.indexers[place].name)], bound: kind == .blind ? 60 : 240,
                allowed: kind == .blind ? 240 : 1200)
        case .missing, .extra:
            let sold = store.flows[0].usual(at: start + store.offset)
            let size = step(0.02, 0.05, 0.2)
            let usual = kind == .missing ? 0.0015 : 0.0003
            let bound = Incident.share(sold, from: usual, to: size) + 660
            return made(
                0, size, [EntityID(.recon, "orders"), EntityID(.integration, store.flows[0].name)],
                bound: bound, allowed: bound * (store.isRough ? 3 : 2))
        case .drift:
            let size = step(4, 7, 12)
            return made(
                0, size, [EntityID(.recon, "stock")], bound: 12_000 / size, allowed: 24_000 / size + 900)
        case .source:
            return made(-1, 0, [EntityID(.source, "rabbit")], also: everything, bound: 10, allowed: 60)
        }
    }
}

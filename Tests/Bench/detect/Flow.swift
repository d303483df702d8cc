import Glibc
import Monitoring

/// One flow of a simulated store, as it is by itself.
struct Flow {
    enum Rhythm {
        case even
        /// All at once, each so many seconds.
        case batches(Double)
        /// All at once, at any time.
        case bursts(Double)
    }

    var name: String
    /// Attempts a minute, over the day.
    var rate: Double
    /// Moves with the shop.
    var sells: Bool
    var rhythm = Rhythm.even
    /// By half hour of the day, mean 1.
    var day: [Double]
    var weekend: Double
    var wander: Double
    var failing: Double
    /// How much of it comes in clusters.
    var clustered: Double
    var retried: Double
    var median: Double
    var spread: Double
    /// How many calls take six times as long.
    var tail: Double
    var tier: Int
    var system: String
    var queue: String?
    var isChecked = false

    /// Seconds from batch to batch; 0 when it is even.
    var between: Double {
        switch rhythm {
        case .even: 0
        case .batches(let every), .bursts(let every): every
        }
    }

    /// The share that fails within a cluster, which lasts 40 s in the mean.
    static let inCluster = 0.3
    /// Seconds between two clusters, so that they make `clustered` of all that fails.
    var betweenClusters: Double { Self.inCluster * 40 / max(failing * clustered, 1e-5) }

    static func random(_ number: Int, sells: Bool, shop: [Double], isRough: Bool, _ dice: inout Dice) -> Flow
    {
        let day = sells ? shop : Self.day(depth: dice.uniform(0.1, 1), peak: dice.uniform(8, 18), &dice)
        var flow = Flow(
            name: "\(sells ? "sale" : "feed")-\(number)", rate: dice.spread(sells ? 0.4 : 0.1, 25),
            sells: sells,
            day: day, weekend: dice.uniform(0.4, 1.2),
            wander: isRough ? dice.uniform(0.1, 0.18) : dice.uniform(0, 0.05),
            failing: dice.spread(0.001, 0.04), clustered: isRough ? dice.uniform(0.3, 0.7) : 0,
            retried: dice.chance(0.5) ? dice.spread(0.005, 0.04) : 0, median: dice.spread(0.03, 2),
            spread: dice.uniform(0.25, 0.6), tail: isRough ? 0.01 : 0, tier: dice.whole(1, 3),
            system: dice.pick(["ERP", "CRM", "WMS", "PSP", "mail", "BI"]))
        if !sells, dice.chance(0.4) {
            flow.rhythm =
                dice.chance(0.5) ? .batches(dice.pick([300, 600, 900])) : .bursts(dice.uniform(240, 900))
            flow.rate = max(flow.rate, 2)
            // A cluster of failures is shorter than a batch is far.
            flow.clustered = 0
        }
        if dice.chance(0.5), case .even = flow.rhythm { flow.queue = "q.\(flow.name)" }
        return flow
    }

    /// A day with one hill and a small one, mean 1.
    static func day(depth: Double, peak: Double, _ dice: inout Dice) -> [Double] {
        let second = dice.uniform(18, 22)
        let height = dice.uniform(0.2, 1)
        let raw = (0..<48).map { slot -> Double in
            let hour = Double(slot) / 2
            let near = { (middle: Double, width: Double) -> Double in
                let far = min(abs(hour - middle), 24 - abs(hour - middle))
                return exp(-far * far / (2 * width * width))
            }
            return depth + near(peak, 3.5) + height * near(second, 2)
        }
        let mean = raw.reduce(0, +) / 48
        return raw.map { $0 / mean }
    }

    /// Attempts a minute at a local time, before all that wanders.
    func usual(at local: Double) -> Double {
        let seconds = local - (local / 86_400).rounded(.down) * 86_400
        let slot = min(Int(seconds / 1800), 47)
        let within = seconds / 1800 - Double(slot)
        let other = (slot + (within < 0.5 ? 47 : 1)) % 48
        let far = abs(within - 0.5)
        let factor = day[slot] * (1 - far) + day[other] * far
        let weekday = (Int((local / 86_400).rounded(.down)) + 3) % 7
        return rate * factor * (weekday >= 5 ? weekend : 1)
    }

    /// Seconds of one call.
    func latency(_ factor: Double, _ dice: inout Dice) -> Double {
        let slow = dice.chance(tail) ? 6.0 : 1
        return median * exp(spread * dice.normal()) * factor * slow
    }
}

import Glibc
import Monitoring

/// One trouble of a simulated store, with what is to be seen of it and how soon it can be.
struct Incident {
    enum Kind: String, CaseIterable {
        case silent, shop, burst, failing, retries, slow
        case noConsumer = "no consumer"
        case stuck, letters
        case databaseStuck = "db queue stuck"
        case cron, group, died, running, blind, behind, missing, extra, drift, source
    }

    /// Weak, middle, strong.
    enum Strength: Int, CaseIterable { case weak, middle, strong }

    var kind: Kind
    var strength: Strength
    var start: Double
    var stop: Double
    var flow = 0
    /// What it does: a rate's or latency's factor, a share.
    var size: Double
    var roots: Set<EntityID>
    var also: Set<EntityID> = []
    /// Seconds; ln(a month) / D.
    var bound: Double
    var allowed: Double

    func holds(at now: Double) -> Bool { now >= start && now < stop }

    /// ln of one false alarm a month, in observations of which so many are made a minute.
    private static func month(_ perMinute: Double) -> Double { log(max(43_200 * perMinute, 3)) }

    static func silence(_ rate: Double, to factor: Double) -> Double {
        let divergence = factor > 0 ? factor * log(factor) - factor + 1 : 1
        return month(1) / (rate * divergence) * 60
    }

    static func share(_ rate: Double, from usual: Double, to share: Double) -> Double {
        let divergence =
            share * log(share / usual) + (share < 1 ? (1 - share) * log((1 - share) / (1 - usual)) : 0)
        return month(rate) / (rate * divergence) * 60
    }

    static func slow(_ rate: Double, factor: Double, spread: Double) -> Double {
        let shift = min(log(factor) / spread, 3.5)
        return month(rate) / (rate * shift * shift / 2) * 60
    }
}

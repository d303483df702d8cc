import Statistics

/// Which flows move together, learned of the past: campaigns, the hour and the weather move them alike, so one is best
/// judged by what the others do.
struct Company: Sendable {
    /// More flows are not compared with each other; their number is squared.
    private static let most = 256

    /// Of each flow those it moves with; empty for a flow that goes alone.
    let partners: [[Int]]
    /// How much each flow moves by itself, against its partners.
    let ownWander: [Double]
    /// Sets of flows that move together, each in two disjoint halves, and how much a whole set wanders.
    let groups: [Group]

    struct Group: Sendable {
        var halves: [[Int]]
        var wander: Double
        var members: [Int] { halves[0] + halves[1] }
    }

    init(_ models: [FlowModel]) {
        let count = models.count
        var partners = [[Int]](repeating: [], count: count)
        let candidates = models.indices.filter { models[$0].residuals.count >= 48 }.prefix(Self.most)
        let series = models.map { model in
            zip(model.residuals, model.halves).map { $1.expected >= 2 ? $0.value : .nan }
        }
        for left in candidates {
            for right in candidates where right > left {
                guard Wander.correlation(series[left], series[right]) > 0.3 else { continue }
                partners[left].append(right)
                partners[right].append(left)
            }
        }
        for index in partners.indices where partners[index].count < 2 { partners[index] = [] }
        let alone = partners.map(\.isEmpty)
        for index in partners.indices { partners[index].removeAll { alone[$0] } }
        for index in partners.indices where partners[index].count < 2 { partners[index] = [] }
        self.partners = partners
        ownWander = models.indices.map { index in
            partners[index].isEmpty
                ? models[index].wander : Self.wander(of: index, beside: partners[index], models)
        }
        groups = Self.groups(partners, models)
    }

    /// The standard deviation of ln(own / curve) less that of all the others, beyond chance.
    private static func wander(of index: Int, beside partners: [Int], _ models: [FlowModel]) -> Double {
        var apart: [(value: Double, chance: Double)] = []
        for half in models[index].halves.indices {
            let own = models[index].halves[half]
            var theirs = (count: 0.0, expected: 0.0)
            for partner in partners where models[partner].halves.indices.contains(half) {
                theirs.count += models[partner].halves[half].count
                theirs.expected += models[partner].halves[half].expected
            }
            guard own.count.isFinite, theirs.count.isFinite, own.expected >= 3 else { continue }
            let (one, other) = (
                Wander.residual(count: own.count, expected: own.expected),
                Wander.residual(count: theirs.count, expected: theirs.expected)
            )
            apart.append((one.value - other.value, one.chance + other.chance))
        }
        return Wander.beyondChance(apart)
    }

    private static func groups(_ partners: [[Int]], _ models: [FlowModel]) -> [Group] {
        var seen = Set<Int>()
        var groups: [Group] = []
        for start in partners.indices where !partners[start].isEmpty && !seen.contains(start) {
            var (members, open) = ([Int](), [start])
            seen.insert(start)
            while let next = open.popLast() {
                members.append(next)
                for other in partners[next] where seen.insert(other).inserted { open.append(other) }
            }
            guard members.count >= 3 else { continue }
            // Dealt by size, so that both halves can bear witness.
            members.sort { models[$0].meanRate > models[$1].meanRate }
            var halves: [[Int]] = [[], []]
            for (place, member) in members.enumerated() { halves[(place + 1) / 2 % 2].append(member) }
            groups.append(Group(halves: halves, wander: common(members, models)))
        }
        return groups
    }

    private static func common(_ members: [Int], _ models: [FlowModel]) -> Double {
        guard let first = members.first else { return 0 }
        let residuals = models[first].halves.indices.compactMap { half -> (value: Double, chance: Double)? in
            var sum = (count: 0.0, expected: 0.0)
            for member in members where models[member].halves.indices.contains(half) {
                sum.count += models[member].halves[half].count
                sum.expected += models[member].halves[half].expected
            }
            guard sum.count.isFinite, sum.expected >= 5 else { return nil }
            return Wander.residual(count: sum.count, expected: sum.expected)
        }
        return Wander.beyondChance(residuals)
    }
}

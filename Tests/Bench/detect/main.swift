import Monitoring
import Text

// What the detectors make of stores of random shape: `make bench-detect`. Each kind of trouble at three strengths, by day
// and at night, on ordinary and on rough stores; and whole days without any.
// usage: detect-bench [SEEDS] [DAYS] [FACTOR] [cold] [verbose]

/// What became of one kind.
struct Tally {
    var draws = 0.0, found = 0.0, inTime = 0.0, alerts = 0.0, first = 0.0, strays = 0.0, ids = 0.0,
        named = 0.0, misnamed = 0.0
    var ratios: [Double] = []

    mutating func add(_ other: Tally) {
        draws += other.draws
        found += other.found
        inTime += other.inTime
        alerts += other.alerts
        first += other.first
        strays += other.strays
        ids += other.ids
        named += other.named
        misnamed += other.misnamed
        ratios += other.ratios
    }
}

let words = CommandLine.arguments.dropFirst()
let numbers = words.compactMap { Double($0) }
let seeds = numbers.count > 0 ? Int(numbers[0]) : 6
let days = numbers.count > 1 ? Int(numbers[1]) : 12
let factor = numbers.count > 2 ? numbers[2] : 1
let isCold = words.contains("cold")
let isVerbose = words.contains("verbose")
/// A Wednesday, midnight UTC.
let wednesday = 1_794_960_000.0

func play(_ day: inout Day, seconds: Double, _ store: Store, past: [PastSeries]) -> [AlertChange] {
    var detection = Detection(store.shape, past: past, clock: store.clock, tuning: Tuning(factor: factor))
    var changes: [AlertChange] = []
    let end = day.now + seconds
    var hasDeployed = false
    while day.now < end {
        let polls = day.step()
        if let deploy = day.deploy, day.now >= deploy, !hasDeployed {
            hasDeployed = true
            detection.take(StoreEvent(at: day.now, kind: .deploy, text: "release"))
        }
        for poll in polls { detection.take(poll) }
        changes += detection.judge(at: day.now)
    }
    return changes
}

func trial(_ kind: Incident.Kind, _ strength: Incident.Strength, isRough: Bool, atNight: Bool, seed: UInt64)
    -> Tally?
{
    var dice = Dice(seed: seed)
    for _ in 0..<40 {
        let store = Store(isRough: isRough, &dice)
        let hour = atNight ? dice.uniform(1, 5) : dice.uniform(9, 21)
        let start = wednesday + Double(dice.whole(0, 3)) * 86_400 + (hour * 360).rounded() * 10 - store.offset
        guard let incident = Draw.incident(kind, strength, store, start: start, &dice) else { continue }
        let begin = start - 5400
        let past = isCold ? [] : store.past(before: begin, &dice)
        let seconds = incident.stop - begin + 300
        var day = Day(store, from: begin, seconds: seconds, incident: incident, hasEvents: false, &dice)
        return judge(play(&day, seconds: seconds, store, past: past), incident, day, seed)
    }
    return nil
}

func judge(_ changes: [AlertChange], _ incident: Incident, _ day: Day, _ seed: UInt64) -> Tally {
    var tally = Tally()
    tally.draws = 1
    let opened = changes.filter { $0.what == .opened }
    let all = incident.roots.union(incident.also)
    let mine = opened.filter { $0.at >= incident.start - 30 && all.contains($0.alert.key.entity) }
    tally.strays = Double(opened.count - mine.count)
    if let first = mine.first {
        tally.found = 1
        tally.alerts = Double(mine.count)
        tally.first = incident.roots.contains(first.alert.key.entity) ? 1 : 0
        let delay = max(0, first.at - incident.start)
        tally.inTime = delay <= incident.allowed ? 1 : 0
        tally.ratios = [delay / max(incident.bound, 10)]
    }
    if !day.wrong.isEmpty {
        let named = Set(changes.filter { all.contains($0.alert.key.entity) }.flatMap(\.alert.records))
        tally.ids = Double(day.wrong.count)
        tally.named = Double(named.intersection(day.wrong).count)
        tally.misnamed = Double(named.subtracting(day.wrong).count)
    }
    if isVerbose {
        let name = "\(incident.kind.rawValue) \(incident.strength) seed \(seed)"
        if tally.inTime == 0 {
            let flow =
                day.store.flows.indices.contains(incident.flow) ? "\(day.store.flows[incident.flow])" : ""
            print(
                "LATE", name, mine.first.map { "\(Int($0.at - incident.start)) s" } ?? "missed",
                "allowed \(Int(incident.allowed))", "bound \(Int(incident.bound))", "size \(incident.size)",
                flow.prefix(160))
        }
        for stray in opened where !mine.contains(stray) || (mine.count > 1 && stray != mine[0]) {
            print(
                mine.contains(stray) ? "MORE " : "STRAY", name, Int(stray.at - incident.start),
                stray.alert.key.entity, stray.alert.key.kind.rawValue, stray.alert.sentence)
        }
    }
    return tally
}

func row(_ name: String, _ tally: Tally) -> String {
    let ratios = tally.ratios.sorted()
    func share(_ some: Double, _ all: Double) -> String { all > 0 ? "\(Int(some))/\(Int(all))" : "-" }
    func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
    let middle = ratios.isEmpty ? "-" : Figures.fixed(ratios[ratios.count / 2], decimals: 1)
    let high = ratios.isEmpty ? "-" : Figures.fixed(ratios[ratios.count * 9 / 10], decimals: 1)
    return padded(name, 26) + padded(share(tally.found, tally.draws), 10)
        + padded(share(tally.inTime, tally.draws), 10)
        + padded(tally.found > 0 ? Figures.fixed(tally.alerts / tally.found, decimals: 2) : "-", 10)
        + padded(share(tally.first, tally.found), 10) + padded("\(middle) \(high)", 12)
        + padded("\(Int(tally.strays))", 8)
        + (tally.ids > 0 ? "\(share(tally.named, tally.ids)), \(Int(tally.misnamed)) wrong" : "")
}

print("kind                      found     in time   alerts    at cause  delay/bound strays  records")
var total = Tally()
for isRough in [false, true] {
    for kind in Incident.Kind.allCases where seeds > 0 {
        var tally = Tally()
        for strength in Incident.Strength.allCases {
            for seed in 0..<seeds {
                let number =
                    UInt64(seed) &* 7919 &+ UInt64(strength.rawValue) &* 104_729
                    &+ (isRough ? 500_000_003 : 0) &+ UInt64(Incident.Kind.allCases.firstIndex(of: kind) ?? 0)
                    &* 15_485_863
                if let one = trial(kind, strength, isRough: isRough, atNight: seed % 3 == 2, seed: number) {
                    tally.add(one)
                }
            }
        }
        print(row((isRough ? "rough " : "") + kind.rawValue, tally))
        total.add(tally)
    }
}
if seeds > 0 { print(row("all", total)) }
for isRough in [false, true] where days > 0 {
    var (alerts, kinds) = (0, [String: Int]())
    for number in 0..<days {
        var dice = Dice(seed: UInt64(number) &+ (isRough ? 900_001 : 800_001))
        let store = Store(isRough: isRough, &dice)
        let begin = wednesday + Double(number % 7) * 86_400
        let past = isCold ? [] : store.past(before: begin, &dice)
        var day = Day(store, from: begin, seconds: 86_400, incident: nil, hasEvents: true, &dice)
        let opened = play(&day, seconds: 86_400, store, past: past).filter { $0.what == .opened }
        alerts += opened.count
        for change in opened {
            kinds["\(change.alert.key.entity.kind.rawValue) \(change.alert.key.kind.rawValue)", default: 0] +=
                1
            if isVerbose {
                print(
                    "FALSE day \(number)", isRough ? "rough" : "", Int(change.at - begin),
                    change.alert.key.entity, change.alert.key.kind.rawValue, change.alert.sentence)
            }
        }
    }
    let each = kinds.keys.sorted().map { "\($0) \(kinds[$0] ?? 0)" }.joined(separator: ", ")
    print(
        "\(isRough ? "rough" : "ordinary"): \(alerts) false alarms in \(days) healthy days, \(Figures.fixed(Double(alerts) / Double(days), decimals: 2)) a day\(each.isEmpty ? "" : ": " + each)"
    )
}

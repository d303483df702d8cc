import Display
import EngineAPI
import FeatureFlags
import Monitoring
import Screens

// What a key, a letter of a filter and a new picture cost, from the message to the frame, by how many rows there are:
// `make bench-frames`. No terminal and no engine; milliseconds of one thread.

@main
struct FrameBench {
    static let rounds = 41

    static func main() {
        print(
            "milliseconds, median / worst of \(rounds)             key j (before)      letter           picture      "
                + "first frame"
        )
        for kind in Store.Kind.allCases
        where CommandLine.arguments.count < 2 || CommandLine.arguments[1] == kind.rawValue {
            for size in [Size(rows: 40, columns: 120), Size(rows: 80, columns: 300)] {
                for count in [20, 500, 2000, 10_000]
                where CommandLine.arguments.count < 3 || CommandLine.arguments[2] == "\(count)" {
                    measure(Store(kind, count), size)
                }
            }
        }
    }

    static func measure(_ store: Store, _ size: Size) {
        let canvas = Canvas(size: size, glyphs: .blocks)
        var model = Model(now: Store.now(0), size: size)
        var seconds = 0.0
        func take(_ message: Message) -> Double {
            let start = ContinuousClock.now
            _ = update(&model, message)
            _ = view(model, canvas)
            return (ContinuousClock.now - start) / .milliseconds(1)
        }
        let first = take(.snapshot(store.snapshot(at: 0)))
        var (keys, letters, pictures): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<rounds {
            seconds += 6
            let picture = store.snapshot(at: seconds)
            _ = take(.tick(Store.now(seconds)))
            pictures.append(take(.snapshot(picture)))
            keys.append(take(.key(.character("j"))))
        }
        _ = take(.key(.character("/")))
        for round in 0..<rounds {
            letters.append(take(.key(round % 2 == 0 ? .character("e") : .backspace)))
        }
        let what = "\(store.count) \(store.kind.rawValue), \(size.columns)x\(size.rows)"
        print(
            what.padded(to: 34), summary(keys), store.before.padded(to: 6), summary(letters),
            summary(pictures),
            figure(first).padded(to: 8)
        )
    }

    static func summary(_ values: [Double]) -> String {
        let sorted = values.sorted()
        return (figure(sorted[sorted.count / 2]) + " /" + figure(sorted[sorted.count - 1])).padded(to: 17)
    }

    static func figure(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let text = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

/// Pictures of a store with so many rows of one kind and a few of the others; one in ten is in trouble, and most names
/// are wider than their column.
struct Store {
    enum Kind: String, CaseIterable { case queues, jobs, flags }

    let kind: Kind
    let count: Int

    init(_ kind: Kind, _ count: Int) {
        self.kind = kind
        self.count = count
    }

    static func now(_ seconds: Double) -> Timestamp {
        Timestamp(
            boot: .seconds(1000 + seconds),
            wall: WallTime(seconds: 1_795_834_800).advanced(bySeconds: seconds),
            bootID: "bench")
    }

    func snapshot(at seconds: Double) -> Snapshot {
        let now = Self.now(seconds)
        var snapshot = Snapshot(
            at: now, environment: EnvironmentFacts(name: "eu-shop", isProduction: true, access: .operate))
        var source = SourceRow(name: "store", kind: "mysql", judgement: .ok)
        source.readAt = now
        snapshot.sources = [source]
        snapshot.queues = (0..<of(.queues)).map { queue($0, now) }
        snapshot.cron.jobs = (0..<of(.jobs)).map { job($0, now) }
        snapshot.flags = (0..<of(.flags)).map { flag($0, now) }
        return snapshot
    }

    /// What a key cost the console whose frames walked some twenty times over every row: of the rows it was measured
    /// with, at 120×40.
    var before: String {
        switch count {
        case 20: "(3)"
        case 2000: "(35)"
        case 10_000: "(500)"
        default: "(–)"
        }
    }

    private func of(_ kind: Kind) -> Int { kind == self.kind ? count : 20 }

    private func judgement(_ number: Int, _ words: String) -> Judgement {
        number % 10 == 3 ? Judgement(.critical, [words, "since 08:40"]) : .ok
    }

    private func queue(_ number: Int, _ now: Timestamp) -> QueueRow {
        var row = QueueRow(
            id: EntityID(
                .queue, "acme.integration.region-\(number % 7).topic-\(number).delivery.retry", in: "store"),
            transport: .amqp, judgement: judgement(number, "nobody takes messages"), sources: ["store"])
        row.readAt = now
        row.depth = Count(number * 7 % 5000)
        row.ready = row.depth
        row.inRate = Double(number % 13)
        row.outRate = Double(number % 11)
        row.oldestSeconds = Double(number % 300)
        row.consumers = .subscribed(1)
        row.trend = (0..<8).map { Double($0 + number) }
        return row
    }

    private func job(_ number: Int, _ now: Timestamp) -> CronRow {
        var row = CronRow(
            code: "acme_integration_export_region_\(number % 7)_of_topic_\(number)_every_five_minutes",
            judgement: judgement(number, "failed 3 times in a row"), sources: ["store"], in: "store")
        row.readAt = now
        row.lastSuccess = now.wall.advanced(bySeconds: -Double(number % 400))
        return row
    }

    private func flag(_ number: Int, _ now: Timestamp) -> FlagRow {
        let reading = FlagReading(
            name: "acme.integration.region-\(number % 7).export-\(number).enabled.v2", backend: "flagd",
            value: number % 3 == 0 ? .off : .on, variants: ["on", "off"], revision: "1")
        var row = FlagRow(flag: reading, place: "flagd file", judgement: judgement(number, "conflict"))
        row.readAt = now
        row.next = .off
        return row
    }
}

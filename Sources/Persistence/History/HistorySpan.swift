import Engine
import Monitoring

/// A minute or ten of them, on the wall's clock.
struct HistorySpan: Hashable {
    static let minute: Int64 = 1
    static let ten: Int64 = 10

    /// Minutes.
    let width: Int64
    /// Minutes since 1970.
    let start: Int64

    init(_ width: Int64, around time: WallTime) {
        self.width = width
        start = Self.floor(time.milliseconds, by: 60_000 * width) * width
    }

    static func block(of minute: Int64) -> Int64 { floor(minute, by: ten) * ten }

    static func floor(_ value: Int64, by divisor: Int64) -> Int64 {
        value / divisor - (value % divisor < 0 ? 1 : 0)
    }
}

/// Even steps of time, and what falls into each.
struct HistorySteps {
    private let from: Int64
    private let to: Int64
    private let step: Int64
    private var sums: [(sum: Double, count: Int64, highest: Double)]

    /// Nil where a question has no sense or no end.
    init?(from: WallTime, to: WallTime, stepSeconds: Int) {
        let (span, isEndless) = to.milliseconds.subtractingReportingOverflow(from.milliseconds)
        let (step, isNever) = Int64(max(stepSeconds, 1)).multipliedReportingOverflow(by: 1000)
        guard !isEndless, !isNever else { return nil }
        let count = Int(clamping: span / step)
        guard count > 0, count <= HistoryLimit.values else { return nil }
        (self.from, self.to, self.step) = (from.milliseconds, to.milliseconds, step)
        sums = Array(repeating: (0, 0, -.infinity), count: count)
    }

    var count: Int { sums.count }
    /// Each step is made of whole blocks of ten minutes.
    var isOfTens: Bool { step % 600_000 == 0 && from % 600_000 == 0 }
    var firstMinute: Int64 { HistorySpan.floor(from, by: 60_000) }
    var endMinute: Int64 { HistorySpan.floor(to, by: 60_000) + 1 }

    mutating func add(_ minute: Int64, sum: Double, count: Int64, highest: Double) {
        let (time, isOver) = minute.multipliedReportingOverflow(by: 60_000)
        guard !isOver, time >= from, time < to else { return }
        let place = (time - from) / step
        guard place < sums.count else { return }
        sums[Int(place)].sum += sum
        sums[Int(place)].count += count
        sums[Int(place)].highest = max(sums[Int(place)].highest, highest)
    }

    /// Gaps are nil.
    var averages: [Double?] { sums.map { $0.count > 0 ? $0.sum / Double($0.count) : nil } }
    var peaks: [Double?] { sums.map { $0.highest.isFinite ? $0.highest : nil } }
}

/// What a series is called in the history.
enum HistoryName {
    static func text(of series: SeriesID) -> String { "\(series.entity.key) \(series.measure.rawValue)" }

    /// As versions wrote it that knew entities by kind and name alone; nil where it may be the text of another.
    static func olderText(of series: SeriesID) -> String? {
        guard !series.entity.name.utf8.contains(UInt8(ascii: "%")) else { return nil }
        return "\(series.entity.description) \(series.measure.rawValue)"
    }

    /// What a `text` names; nil of what an older version wrote, and of what is no series.
    static func series(_ text: String) -> SeriesID? {
        // A name may hold spaces, a measure has none.
        guard let end = text.utf8.lastIndex(of: UInt8(ascii: " ")),
            let measure = SeriesID.Measure(rawValue: String(text[text.utf8.index(after: end)...])),
            let entity = EntityID(String(text[..<end]))
        else { return nil }
        return SeriesID(entity, measure)
    }
}

import Text

/// What a store was like before its upgrade: half hours of its figures, captured once and not changed any more.
package struct Baseline: Sendable, Hashable {
    /// Who captured it and when, and from what: `history`, `recording eu-shop`.
    package var capturedAt: WallTime
    package var by: String
    package var origin: String
    /// When the first half hour of each figure began.
    package var from: WallTime
    package static let step = 1800
    package var figures: [Figure]
    /// So many figures more were there than are kept.
    package var leftOut = 0
    package static let most = 600

    package struct Figure: Sendable, Hashable {
        package var entity: EntityID
        package var measure: Measure
        /// Means of half hours, as many in each figure; NaN is a gap.
        package var values: [Double]

        package init(_ entity: EntityID, _ measure: Measure, _ values: [Double]) {
            self.entity = entity
            self.measure = measure
            self.values = values
        }
    }

    /// What the history has, and what recordings have beyond it.
    package enum Measure: String, Sendable, Hashable, Codable, CaseIterable {
        case success, failure, retry, median, latency, p99
        case depth, backlog, oldest, lag, inRate, outRate, heartbeat
        case mismatches, duration

        package init?(_ measure: SeriesID.Measure) { self.init(rawValue: measure.rawValue) }

        package init(_ measure: PastSeries.Measure) {
            self =
                switch measure {
                case .successes: .success
                case .failures: .failure
                case .retries: .retry
                case .depth: .depth
                case .backlog: .backlog
                case .mismatches: .mismatches
                case .p50: .median
                case .p95: .latency
                case .p99: .p99
                case .duration: .duration
                }
        }

        package var series: SeriesID.Measure? { SeriesID.Measure(rawValue: rawValue) }

        /// What detectors learn from; nil of what they do not compare.
        package var past: PastSeries.Measure? { PastSeries.Measure.allCases.first { Self($0) == self } }
    }

    package init(at capturedAt: WallTime, by: String, origin: String, from: WallTime, figures: [Figure]) {
        self.capturedAt = capturedAt
        self.by = by
        self.origin = origin
        self.from = from
        self.figures = figures
    }

    /// `baseline of 2026-11-20, 9 d`
    package var name: String { Self.name(capturedAt, days: days) }

    static func name(_ capturedAt: WallTime, days: Double) -> String {
        "baseline of \(capturedAt.civil.rfc3339.prefix(10)), \(Age.text(seconds: days.rounded() * 86_400))"
    }

    /// Of healthy half hours, of the figure that has the most.
    package var days: Double {
        Double((figures.map { $0.values.count(where: \.isFinite) }.max() ?? 0) * Self.step) / 86_400
    }

    /// As detectors take it; `name` is what they call a thing.
    package func past(_ name: (EntityID) -> EntityID) -> [PastSeries] {
        figures.compactMap { figure in
            guard let measure = figure.measure.past,
                Double(figure.values.count(where: \.isFinite) * Self.step) >= Learning.enough
            else { return nil }
            return PastSeries(
                entity: name(figure.entity), measure: measure, from: Double(from.milliseconds) / 1000,
                step: Double(Self.step), values: figure.values)
        }
    }
}

extension Baseline {
    /// Of what a recording tells of the time before it. Series of other steps are left out; what begins later or ends
    /// earlier than the others has gaps there, so that all are of the same half hours. Nil where there is none.
    package init?(_ past: [PastSeries], at now: WallTime, by: String, origin: String) {
        let even = past.filter { $0.step == Double(Self.step) && $0.values.contains(where: \.isFinite) }
        guard let from = even.map(\.from).min(),
            let end = even.map({ $0.from + Double($0.values.count) * $0.step }).max()
        else { return nil }
        let count = Int(min((end - from) / Double(Self.step), 100_000))
        let figures = even.prefix(Self.most).map { series in
            var values = [Double](repeating: .nan, count: count)
            let first = Int(((series.from - from) / Double(Self.step)).rounded())
            for (place, value) in series.values.enumerated() where values.indices.contains(first + place) {
                values[first + place] = value
            }
            return Figure(series.entity, Measure(series.measure), values)
        }
        self.init(
            at: now, by: by, origin: origin, from: WallTime(milliseconds: Int64(from * 1000)),
            figures: figures)
        leftOut = even.count - figures.count
    }
}

extension Baseline: Codable {
    private enum Keys: String, CodingKey { case capturedAt, by, origin, from, leftOut, figures }

    package init(from decoder: any Decoder) throws {
        let kept = try decoder.container(keyedBy: Keys.self)
        self.init(
            at: try kept.decode(WallTime.self, forKey: .capturedAt),
            by: try kept.decode(String.self, forKey: .by),
            origin: try kept.decode(String.self, forKey: .origin),
            from: try kept.decode(WallTime.self, forKey: .from),
            figures: try kept.decode([Figure].self, forKey: .figures))
        leftOut = try kept.decode(Int.self, forKey: .leftOut)
    }

    package func encode(to encoder: any Encoder) throws {
        var kept = encoder.container(keyedBy: Keys.self)
        try kept.encode(capturedAt, forKey: .capturedAt)
        try kept.encode(by, forKey: .by)
        try kept.encode(origin, forKey: .origin)
        try kept.encode(from, forKey: .from)
        try kept.encode(leftOut, forKey: .leftOut)
        try kept.encode(figures, forKey: .figures)
    }
}

extension Baseline.Figure: Codable {
    private enum Keys: String, CodingKey { case entity, measure, values }

    package init(from decoder: any Decoder) throws {
        let kept = try decoder.container(keyedBy: Keys.self)
        self.init(
            try kept.decode(EntityID.self, forKey: .entity),
            try kept.decode(Baseline.Measure.self, forKey: .measure),
            try kept.decode(String.self, forKey: .values).split(separator: " ").map { Double($0) ?? .nan })
    }

    /// One text a figure, `-` for a gap: a tree of a thousand numbers would take ten times its room.
    package func encode(to encoder: any Encoder) throws {
        var kept = encoder.container(keyedBy: Keys.self)
        try kept.encode(entity, forKey: .entity)
        try kept.encode(measure, forKey: .measure)
        try kept.encode(values.map(Self.text).joined(separator: " "), forKey: .values)
    }

    /// Four decimals are more than anyone measures.
    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let rounded = (value * 10_000).rounded() / 10_000
        return rounded == rounded.rounded() && abs(rounded) < 1e15
            ? "\(Int(exactly: rounded) ?? 0)" : "\(rounded)"
    }
}

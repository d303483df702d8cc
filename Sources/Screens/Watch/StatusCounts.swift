import Display
import EngineAPI
import Monitoring

/// How many rows have which status, in words.
struct StatusCounts: Hashable, Sendable {
    private(set) var counts: [Status: Int] = [:]
    /// Those that a person has set aside; in no other count.
    private(set) var setAside = 0
    private(set) var total = 0

    init(_ judgements: some Sequence<Judgement>) {
        for judgement in judgements { count(judgement.status, isAside: judgement.aside != nil) }
    }

    init(_ rows: some Sequence<RowHead> = [RowHead]()) {
        // Thousands at a time.
        var counted = [Int](repeating: 0, count: Status.allCases.count)
        for row in rows where !row.isPart {
            total += 1
            if row.isAside { setAside += 1 } else { counted[row.status.rank] += 1 }
        }
        for (status, count) in zip(Status.allCases, counted) where count > 0 { counts[status] = count }
    }

    static func + (left: StatusCounts, right: StatusCounts) -> StatusCounts {
        var sum = left
        sum.counts.merge(right.counts, uniquingKeysWith: +)
        sum.setAside += right.setAside
        sum.total += right.total
        return sum
    }

    /// Those of some statuses alone.
    init(_ all: StatusCounts, of statuses: [Status]) {
        counts = all.counts.filter { statuses.contains($0.key) }
        total = counts.values.reduce(0, +)
    }

    var isEmpty: Bool { total == 0 }

    init(_ verdict: Verdict) {
        (counts, setAside, total) = (verdict.counts, verdict.setAside, verdict.checks)
    }

    private mutating func count(_ status: Status, isAside: Bool) {
        total += 1
        if isAside { setAside += 1 } else { counts[status, default: 0] += 1 }
    }

    subscript(status: Status) -> Int { counts[status] ?? 0 }

    /// Those that a person should look at.
    var troubled: Int { counts.reduce(0) { $0 + ($1.key.isTrouble ? $1.value : 0) } }

    /// `1 critical 2 warning`, each in its colour; empty when there is no trouble.
    func trouble(separator: String = " ", short: Bool = false) -> Line {
        var line = Line()
        for status in Status.allCases where status.isTrouble && self[status] > 0 {
            if !line.isEmpty { line.append(separator, .dim) }
            line.append("\(self[status]) \(short ? status.shortWord : status.word)", status.role)
        }
        return line
    }

    /// `1✘ 2▲`, where words have no room; empty when there is no trouble.
    var signs: Line {
        let found = Status.allCases.filter { $0.isTrouble && self[$0] > 0 }
        return Line(
            found.enumerated().flatMap { place, status in
                [Span(place > 0 ? " " : "", .dim), Span("\(self[status])\(status.glyph)", status.role)]
            })
    }

    /// `1 critical, 1 off` or `all ok, 1 off`.
    var summary: Line {
        var line = trouble()
        let judged = total - setAside
        if line.isEmpty, judged > 0 { line = Line(judged == self[.off] ? "all off" : "all ok", .dim) }
        if self[.off] > 0, self[.off] < judged { line.append(", \(self[.off]) off", .dim) }
        if setAside > 0 { line.append((line.isEmpty ? "" : ", ") + asideWords, .dim) }
        return line
    }

    /// The same where there is least room.
    var brief: Line {
        let trouble = trouble(short: true)
        if !trouble.isEmpty { return trouble }
        return Line(setAside > 0 ? asideWords : "all ok", .dim)
    }

    /// `1 set aside`
    var asideWords: String { "\(setAside) set aside" }

    /// What a fold says of the rows behind it: `… 14 more, all ok`, `… 9 more: 8 ok, 1 off`. That critical
    /// ones are behind it stands out.
    func fold(_ width: Int, _ glyphs: GlyphSet) -> Line {
        let long = fold(short: false)
        return long.width(glyphs) <= width ? long : fold(short: true).cut(to: width, glyphs)
    }

    private func fold(short: Bool) -> Line {
        var line = Line("… \(total) more", .dim)
        if counts.isEmpty, setAside > 0 {
            line.append(", set aside", .dim)
            return line
        }
        if setAside == 0, counts.count == 1, let status = counts.keys.first {
            line.append(status == .ok ? ", all " : ", ", .dim)
            line.append(status.word, status == .critical ? .critical : .dim)
            return line
        }
        var separator = ": "
        for status in Status.allCases where self[status] > 0 {
            line.append(separator, .dim)
            let word = short ? status.shortWord : status.word
            line.append("\(self[status]) \(word)", status == .critical ? .critical : .dim)
            separator = short ? " " : ", "
        }
        if setAside > 0 { line.append(separator + (short ? "\(setAside) aside" : asideWords), .dim) }
        return line
    }
}

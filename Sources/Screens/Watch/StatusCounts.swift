import Display
import Monitoring

/// How many rows have which status, in words.
struct StatusCounts: Hashable {
    private(set) var counts: [Status: Int] = [:]
    private(set) var total = 0

    init(_ statuses: some Sequence<Status>) {
        for status in statuses {
            counts[status, default: 0] += 1
            total += 1
        }
    }

    subscript(status: Status) -> Int { counts[status] ?? 0 }

    /// `1 critical 2 warning`, each in its colour; empty when there is no trouble.
    func trouble(separator: String = " ", short: Bool = false) -> Line {
        var line = Line()
        for status in Status.allCases where status.isTrouble && self[status] > 0 {
            if !line.isEmpty { line.append(separator, .dim) }
            line.append("\(self[status]) \(short ? status.shortWord : status.word)", status.role)
        }
        return line
    }

    /// `1 critical, 1 off` or `all ok, 1 off`.
    var summary: Line {
        var line = trouble()
        if line.isEmpty { line = Line(total == self[.off] ? "all off" : "all ok", .dim) }
        if self[.off] > 0, self[.off] < total { line.append(", \(self[.off]) off", .dim) }
        return line
    }

    /// What a fold says of the rows behind it: `… 14 more, all ok`, `… 9 more: 8 ok, 1 off`. That critical
    /// ones are behind it stands out.
    func fold(_ width: Int, _ glyphs: GlyphSet) -> Line {
        let long = fold(short: false)
        return long.width(glyphs) <= width ? long : fold(short: true).cut(to: width, glyphs)
    }

    private func fold(short: Bool) -> Line {
        var line = Line("… \(total) more", .dim)
        if counts.count == 1, let status = counts.keys.first {
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
        return line
    }
}

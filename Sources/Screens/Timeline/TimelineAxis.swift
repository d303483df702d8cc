import Display
import EngineAPI
import Monitoring

/// From moments to columns: the same for the figure and for every lane below it.
struct TimelineAxis {
    let from: WallTime
    let to: WallTime
    /// The first column of the plot, and how many there are.
    let column: Int
    let columns: Int

    private var span: Double { max(1, to.seconds(since: from)) }

    /// 0 at the left edge, 1 at the right one.
    func position(_ at: WallTime) -> Double { min(max(at.seconds(since: from) / span, 0), 1) }

    func column(of at: WallTime) -> Int {
        column + (Int(exactly: (position(at) * Double(columns - 1)).rounded()) ?? 0)
    }

    /// Values of a history, two for each column: what lies outside of it is a gap.
    func values(
        _ values: [Double?], of history: History,
        by whole: ([Double]) -> Double = { $0.reduce(0, +) / Double($0.count) }
    ) -> [Double?] {
        let count = columns * 2
        let step = history.stepSeconds
        guard count > 0, step > 0, !values.isEmpty else { return [] }
        let start = history.end.advanced(bySeconds: -step * Double(values.count))
        return (0..<count).map { place in
            let low = from.advanced(bySeconds: span * Double(place) / Double(count)).seconds(since: start)
            let high = from.advanced(bySeconds: span * Double(place + 1) / Double(count)).seconds(
                since: start)
            let first = Int(exactly: (low / step).rounded(.down)) ?? 0
            let last = max(first + 1, Int(exactly: (high / step).rounded(.down)) ?? 0)
            guard last > 0, first < values.count else { return nil }
            let known = values[max(0, first)..<min(last, values.count)].compactMap(\.self)
            return known.isEmpty ? nil : whole(known)
        }
    }

    /// Times of the clock in one row, the chosen moment before the others.
    func draw(_ ticks: [Chart.Tick], chosen: Chart.Tick?, on painter: inout Painter, row: Int) {
        var taken: [Range<Int>] = []
        let marks = [chosen].compactMap(\.self).map { ($0, Role.strong) } + ticks.map { ($0, .dim) }
        for (tick, role) in marks { put(tick, role, &taken, on: &painter, row: row) }
    }

    private func put(
        _ tick: Chart.Tick, _ role: Role, _ taken: inout [Range<Int>], on painter: inout Painter, row: Int
    ) {
        let width = painter.glyphs.width(tick.label)
        let at = column + (Int(exactly: (tick.position * Double(columns - 1)).rounded()) ?? 0)
        let start = min(max(column, at - width / 2), column + columns - width)
        guard start >= column, !taken.contains(where: { $0.overlaps(start..<start + width) }) else { return }
        painter.put(tick.label, role, row: row, column: start)
        taken.append(start - 2..<start + width + 2)
    }
}

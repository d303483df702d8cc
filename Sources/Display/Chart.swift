/// A figure over time as filled columns: braille where the terminal can, else blocks, else ASCII.
package struct Chart: Hashable, Sendable {
    /// A value that matters, drawn as a dashed line across the chart; what lies beyond it takes its colour.
    package struct Limit: Hashable, Sendable {
        package var value: Double
        package var label: String
        package var role: Role

        package init(_ value: Double, label: String, role: Role) {
            self.value = value
            self.label = label
            self.role = role
        }

        /// Of the columns beyond it. What is critical may be a badge, which would hide the curve.
        var over: Role { role == .critical ? .chartOver : role }
    }

    /// A mark on the time axis, at 0 (oldest) to 1 (now).
    package struct Tick: Hashable, Sendable {
        package var position: Double
        package var label: String

        package init(at position: Double, _ label: String) {
            self.position = position
            self.label = label
        }
    }

    /// Oldest first; nil is a gap and stays one.
    package var values: [Double?]
    /// The highest in each of the same places; empty where the values are all there is. Where one stands clear of
    /// its column a `·` does: a short peak is lost in a mean.
    package var peaks: [Double?] = []
    package var limits: [Limit]
    package var ticks: [Tick]
    /// What is usual, behind the figure; nil where that is not known.
    package var usual: Band?
    /// What it was at these times before, from place to place; empty where nothing is known.
    package var before: [Double?] = []
    /// The figure as it is now, where that is told: the last column, whatever the means before it are.
    package var now: Double?
    /// Limits beyond the scale are named at its upper edge.
    package var namesAbove = false
    /// Moments that matter, over the whole height.
    package var moments: [Tick] = []
    /// Cells for the labels at the left, where other things stand on the same axis; nil: as many as they need.
    package var margin: Int?
    /// How a value is written beside the axis.
    package var label: @Sendable (Double) -> String

    package init(
        _ values: [Double?], limits: [Limit] = [], ticks: [Tick] = [],
        label: @escaping @Sendable (Double) -> String
    ) {
        self.values = values
        self.limits = limits
        self.ticks = ticks
        self.label = label
    }

    package static func == (left: Chart, right: Chart) -> Bool {
        left.values == right.values && left.peaks == right.peaks
            && left.limits == right.limits && left.ticks == right.ticks
            && left.now == right.now && left.namesAbove == right.namesAbove && left.margin == right.margin
            && left.usual == right.usual && left.before == right.before && left.moments == right.moments
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(values)
        hasher.combine(peaks)
        hasher.combine(limits)
        hasher.combine(ticks)
        hasher.combine(usual)
        hasher.combine(before)
        hasher.combine(moments)
    }

    /// Those that are beyond the scale.
    package var limitsAbove: [Limit] { limits.filter { $0.value > top } }

    /// The top of the scale: the largest of what is drawn or, when it is in reach, the next limit above it.
    var top: Double {
        let drawn = values + peaks + before + [now] + (usual?.high.map(Optional.some) ?? [])
        let largest = drawn.compactMap { $0 }.filter(\.isFinite).max() ?? 0
        let reach = limits.map(\.value).filter { $0 >= largest && $0 <= largest * 4 }.min()
        return max(reach ?? largest, 1)
    }

    /// Draws within `area`: labels at the left, one row of axis and one of times at the bottom.
    package func draw(on painter: inout Painter, in area: Rect) {
        let margin = axisWidth(painter.glyphs)
        let plot = plot(area, painter.glyphs)
        guard !plot.isEmpty else { return }
        drawUsual(on: &painter, plot: plot)
        drawMoments(on: &painter, plot: plot)
        drawLimits(on: &painter, plot: plot, left: area.column, margin: margin)
        drawColumns(on: &painter, plot: plot)
        drawPeaks(on: &painter, plot: plot)
        drawEdges(on: &painter, plot: plot)
        if namesAbove { drawAbove(on: &painter, plot: plot) }
        drawAxis(on: &painter, plot: plot, left: area.column, margin: margin)
    }

    private func drawAbove(on painter: inout Painter, plot: Rect) {
        guard let next = limitsAbove.min(by: { $0.value < $1.value }) else { return }
        painter.put(
            Line("limit \(next.label) above", .dim).cut(to: plot.columns, painter.glyphs), row: plot.row,
            column: plot.column)
    }

    private func axisWidth(_ glyphs: GlyphSet) -> Int {
        margin
            ?? (limits.filter { $0.value <= top }.map(\.label) + [label(top), "0"]).map(glyphs.width).max()
            ?? 1
    }

    private func drawLimits(on painter: inout Painter, plot: Rect, left: Int, margin: Int) {
        for limit in limits where limit.value <= top && limit.value > 0 {
            let row = self.row(of: limit.value, in: plot, painter.glyphs)
            painter.fill("╌", .rule, row: row, columns: plot.column..<plot.endColumn)
        }
        let highest = Line(label(top), .dim)
        painter.putRight(highest, row: plot.row, endColumn: left + margin)
        painter.putRight(Line("0", .dim), row: plot.endRow, endColumn: left + margin)
        for limit in limits where limit.value <= top && limit.value > 0 {
            let row = self.row(of: limit.value, in: plot, painter.glyphs)
            painter.fill(" ", .text, row: row, columns: left..<left + margin)
            painter.putRight(Line(limit.label, limit.role), row: row, endColumn: left + margin)
        }
    }

    /// The row in which a column of that value ends: what is drawn beside the columns stands where they do.
    func row(of value: Double, in plot: Rect, _ glyphs: GlyphSet) -> Int {
        let down = Self.dots(glyphs).down
        return plot.endRow - 1 - Sparkline.level(value, of: top, steps: plot.rows * down - 1) / down
    }

    /// How many parts of a cell a column is drawn with.
    private static func dots(_ glyphs: GlyphSet) -> (across: Int, down: Int) {
        glyphs == .braille ? (across: 2, down: 4) : (across: 1, down: 8)
    }

    private func drawAxis(on painter: inout Painter, plot: Rect, left: Int, margin: Int) {
        painter.rule(column: left + margin + 1, rows: plot.row..<plot.endRow)
        painter.fill("└", .rule, row: plot.endRow, columns: left + margin + 1..<left + margin + 2)
        painter.fill("─", .rule, row: plot.endRow, columns: plot.column..<plot.endColumn)
        var taken: [Range<Int>] = []
        // What ends the axis stands in any case.
        let last = ticks.first { $0.position >= 1 }.map { painter.glyphs.width($0.label) + 2 } ?? 0
        // The first that wants a place has it: moments before hours, then from the left.
        for (tick, isMoment) in moments.map({ ($0, true) })
            + ticks.sorted(by: { $0.position < $1.position }).map({ ($0, false) })
        {
            let at = place(of: tick, in: plot)
            let width = painter.glyphs.width(tick.label)
            let end = plot.endColumn - (isMoment ? last : 0)
            let start = min(max(left, at - width / 2), end - width)
            let cells = start - 2..<start + width + 2
            guard start >= left, !taken.contains(where: { $0.overlaps(start..<start + width) }) else {
                continue
            }
            painter.fill(
                isMoment ? "▲" : "┬", isMoment ? .strong : .rule, row: plot.endRow, columns: at..<at + 1)
            painter.put(tick.label, isMoment ? .strong : .dim, row: plot.endRow + 1, column: start)
            taken.append(cells)
        }
    }

    func place(of tick: Tick, in plot: Rect) -> Int {
        plot.column + Sparkline.level(tick.position, of: 1, steps: plot.columns - 1)
    }

    private func drawColumns(on painter: inout Painter, plot: Rect) {
        let dots = Self.dots(painter.glyphs)
        let top = self.top
        var sampled = Self.resample(values, to: plot.columns * dots.across)
        if let now, sampled.count >= dots.across {
            for place in sampled.indices.suffix(dots.across) { sampled[place] = now }
        }
        let steps = plot.rows * dots.down
        let heights = sampled.map { $0.map { Sparkline.level($0, of: top, steps: steps - 1) + 1 } }
        let passed = limits.filter { $0.value <= top && $0.value > 0 }.sorted { $0.value > $1.value }
            .map { (limit: $0, row: self.row(of: $0.value, in: plot, painter.glyphs)) }
        for column in 0..<plot.columns {
            let slice = column * dots.across..<(column + 1) * dots.across
            let highest = sampled[slice].compactMap { $0 }.max() ?? 0
            for row in 0..<plot.rows {
                let floor = (plot.rows - 1 - row) * dots.down
                let filled = heights[slice].map { min(max(($0 ?? 0) - floor, 0), dots.down) }
                guard filled.contains(where: { $0 > 0 }) else { continue }
                let glyph = painter.glyphs == .braille ? Self.braille(filled) : Self.bar(filled[0])
                let over = passed.first { highest >= $0.limit.value && plot.row + row <= $0.row }
                painter.put(
                    String(glyph), over?.limit.over ?? .chart, row: plot.row + row,
                    column: plot.column + column)
            }
        }
    }

    private func drawPeaks(on painter: inout Painter, plot: Rect) {
        let passed = limits.filter { $0.value <= top && $0.value > 0 }.sorted { $0.value > $1.value }
        for peak in peaksShown(in: plot, painter.glyphs) {
            let over = passed.first { peak.value >= $0.value }
            painter.put("·", over?.over ?? .chart, row: peak.row, column: plot.column + peak.column)
        }
    }

    /// A dot says what they are where one is drawn in such an area.
    package func showsPeaks(in area: Rect, _ glyphs: GlyphSet) -> Bool {
        !peaksShown(in: plot(area, glyphs), glyphs).isEmpty
    }

    /// Those that stand clear of their columns, or beyond a limit that the columns keep: a little above a mean is the
    /// noise of each figure.
    private func peaksShown(in plot: Rect, _ glyphs: GlyphSet) -> [(column: Int, row: Int, value: Double)] {
        guard !peaks.isEmpty, !plot.isEmpty else { return [] }
        var drawn = Self.resample(values, to: plot.columns)
        if let now { drawn[drawn.count - 1] = now }
        return (0..<plot.columns).compactMap { column in
            let low = column * peaks.count / plot.columns
            let high = max(low + 1, (column + 1) * peaks.count / plot.columns)
            let known = peaks[low..<high].compactMap(\.self).filter(\.isFinite)
            guard let peak = known.max(), peak > 0, peak > drawn[column] ?? 0 else { return nil }
            let row = self.row(of: peak, in: plot, glyphs)
            let own = drawn[column].map { self.row(of: $0, in: plot, glyphs) } ?? plot.endRow
            let passes = limits.contains { peak >= $0.value && $0.value > drawn[column] ?? 0 }
            return own - row >= 2 || passes && row < own ? (column, row, peak) : nil
        }
    }

    private func plot(_ area: Rect, _ glyphs: GlyphSet) -> Rect {
        area.columns(axisWidth(glyphs) + 2, area.columns).rows(0, area.rows - 2)
    }

    /// The mean of what falls in each place; one of which half or more is missing is a gap, and fewer values than
    /// places are drawn wider. The newest value is drawn whatever is missing beside it.
    package static func resample(_ values: [Double?], to count: Int) -> [Double?] {
        guard count > 0, !values.isEmpty else { return Array(repeating: nil, count: max(0, count)) }
        let end = (values.lastIndex { $0?.isFinite ?? false } ?? -1) + 1
        return (0..<count).map { place in
            let low = place * values.count / count
            let high = max(low + 1, (place + 1) * values.count / count)
            let known = values[low..<high].compactMap { $0 }.filter(\.isFinite)
            let awaited = max(1, min(high, end) - low)
            let hasNewest = low < end && end <= high
            guard !known.isEmpty, known.count * 2 > awaited || hasNewest else { return nil }
            return known.reduce(0, +) / Double(known.count)
        }
    }

    private static func bar(_ eighths: Int) -> Unicode.Scalar { Sparkline.block(eighths: eighths) }

    /// Two columns of up to four dots, filled from below (Unicode block 2800).
    private static func braille(_ filled: [Int]) -> Unicode.Scalar {
        let left: [UInt32] = [0x40, 0x04, 0x02, 0x01]
        let right: [UInt32] = [0x80, 0x20, 0x10, 0x08]
        var bits: UInt32 = 0
        for dot in 0..<4 {
            if filled[0] > dot { bits |= left[dot] }
            if filled[1] > dot { bits |= right[dot] }
        }
        return Unicode.Scalar(0x2800 + bits) ?? " "
    }
}

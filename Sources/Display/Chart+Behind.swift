extension Chart {
    /// The range of what is usual, a value for each of the figure's.
    package struct Band: Hashable, Sendable {
        package var low: [Double]
        package var high: [Double]

        package init(low: [Double], high: [Double]) {
            self.low = low
            self.high = high
        }
    }

    /// Shade where the figure usually ends: it shows above a figure that is within and over one that has fallen.
    func drawUsual(on painter: inout Painter, plot: Rect) {
        for (column, rows) in usualRows(plot, painter.glyphs) {
            for row in rows {
                painter.fill("░", .faint, row: row, columns: plot.column + column..<plot.column + column + 1)
            }
        }
    }

    /// Where a moment stands, behind the figure.
    func drawMoments(on painter: inout Painter, plot: Rect) {
        for moment in moments {
            let column = place(of: moment, in: plot)
            for row in plot.row..<plot.endRow {
                painter.fill("┊", .dim, row: row, columns: column..<column + 1)
            }
        }
    }

    /// Over the figure: the upper edge of what is usual where the figure is beyond it, and what was before.
    func drawEdges(on painter: inout Painter, plot: Rect) {
        let values = Self.resample(values, to: plot.columns)
        for (column, rows) in usualRows(plot, painter.glyphs) {
            guard let value = values[column], let edge = rows.first,
                row(of: value, in: plot, painter.glyphs) < edge
            else { continue }
            painter.fill("╌", .dim, row: edge, columns: plot.column + column..<plot.column + column + 1)
        }
        for (column, value) in Self.resample(before, to: plot.columns).enumerated() {
            guard let value else { continue }
            painter.fill(
                "┄", .strong, row: row(of: value, in: plot, painter.glyphs),
                columns: plot.column + column..<plot.column + column + 1)
        }
    }

    /// The rows of the range in each column of the plot; none of a range that is nothing.
    private func usualRows(_ plot: Rect, _ glyphs: GlyphSet) -> [(column: Int, rows: Range<Int>)] {
        guard let usual else { return [] }
        let low = Self.resample(usual.low, to: plot.columns)
        let high = Self.resample(usual.high, to: plot.columns)
        return (0..<plot.columns).compactMap { column in
            guard let bottom = low[column], let top = high[column], top > 0 else { return nil }
            return (column, row(of: top, in: plot, glyphs)..<row(of: bottom, in: plot, glyphs) + 1)
        }
    }
}

import Display
import TestSupport
import Testing

@Suite struct ChartTests {
    @Test(
        arguments: [
            ([0, 0, 0, 0, 120, 300, 560, 841], "▁▁▁▁▂▃▆█"), ([0, 1, 0, 1, 0, 0, 0, 1], "▁▂▁▂▁▁▁▂"),
            ([3, nil, 3, .nan, 3, 3, 3, 3], "▃ ▃ ▃▃▃▃"), ([], ""), ([-5, 1e300, 0, 0], "▁█▁▁"),
        ] as [([Double?], String)])
    func `scales a trend to its own maximum, keeps noise flat and gaps gaps`(values: [Double?], text: String)
    {
        #expect(Sparkline.text(values) == text)
    }

    private func draw(_ glyphs: GlyphSet, _ values: [Double?], limit: Double = 100) -> Frame {
        var painter = Painter(Canvas(size: Size(rows: 7, columns: 30), glyphs: glyphs))
        let chart = Chart(
            values, limits: [.init(limit, label: "100", role: .critical)],
            ticks: [.init(at: 0, "01:14"), .init(at: 0.02, "hidden"), .init(at: 1, "now")]
        ) { String(Int($0)) }
        chart.draw(on: &painter, in: Rect(Size(rows: 7, columns: 30)))
        return painter.frame
    }

    @Test(arguments: GlyphSet.allCases)
    func `draws values, limit, axis and times with the glyphs there are`(glyphs: GlyphSet) {
        let frame = draw(glyphs, (0..<50).map { Double($0) })
        let text = frame.glyphText
        #expect(frame.row(0).hasPrefix("100"))
        #expect(frame.row(5).contains("0"))
        #expect(frame.row(6).contains("01:14") && frame.row(6).contains("now"))
        #expect(!text.contains("hidden"))
        #expect(frame.roleText.contains("hhhh"))
        let braille = text.unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) }
        let blocks = text.unicodeScalars.contains { (0x2581...0x2588).contains($0.value) }
        #expect(braille == (glyphs == .braille))
        #expect(blocks == (glyphs == .blocks))
        if glyphs == .ascii { #expect(text.utf8.allSatisfy { $0 < 0x80 }) }
    }

    @Test func `colours what lies beyond its limit and leaves a gap empty`() {
        var values: [Double?] = Array(repeating: 50, count: 25)
        for index in 15..<25 { values[index] = 200 }
        values[5] = nil
        let frame = draw(.blocks, values)
        #expect(frame[4, 5 + 5].role != .chart)
        #expect(frame[4, 5 + 4].role == .chart)
        #expect(frame[4, 5 + 20].role == .chartOver)
        #expect(frame[0, 5 + 20].role == .chartOver)
        #expect(frame[0, 5 + 4].role != .chart)
    }

    @Test func `survives any area`() {
        for rows in 0...8 {
            for columns in 0...20 {
                var painter = Painter(Canvas(size: Size(rows: rows, columns: columns), glyphs: .braille))
                Chart([1, nil, .infinity, -3], limits: [.init(2, label: "2", role: .warning)]) { "\($0)" }
                    .draw(on: &painter, in: Rect(painter.frame.size))
                #expect(painter.frame.cells.count == rows * columns)
            }
        }
    }
}

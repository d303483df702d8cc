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

    @Test(arguments: GlyphSet.allCases)
    func `a limit stands in the row in which a column of its value ends`(glyphs: GlyphSet) throws {
        for value in [1.0, 7, 13, 14, 25, 49, 50, 62, 84, 99, 100] {
            var painter = Painter(Canvas(size: Size(rows: 9, columns: 40), glyphs: glyphs))
            var values: [Double?] = Array(repeating: value, count: 33)
            values[32] = 100
            let limit = Chart.Limit(value, label: "here", role: .warning)
            let chart = Chart(values, limits: [limit]) { String(Int($0)) }
            chart.draw(on: &painter, in: Rect(Size(rows: 9, columns: 40)))
            let frame = painter.frame
            let row = try #require((0..<7).first { frame.row($0).hasPrefix("here") }, "\(value)")
            let end = try #require((0..<7).first { [.chart, .warning].contains(frame[$0, 10].role) })
            #expect(row == end, "\(value): \(frame.glyphText)")
        }
    }

    @Test func `colours what lies beyond its limit and leaves a gap empty`() {
        var values: [Double?] = Array(repeating: 50, count: 25)
        for index in 15..<25 { values[index] = 200 }
        values[5] = nil
        let frame = draw(.blocks, values)
        #expect(frame[4, 5 + 5].role != .chart)
        #expect(frame[4, 5 + 4].role == .chart)
        #expect(frame[4, 5 + 20].role == .chart, "below the limit")
        #expect(frame[0, 5 + 20].role == .chartOver)
        #expect(frame[0, 5 + 4].role != .chart)
    }

    @Test func `what is above a limit has its colour, what is above the next that one's`() {
        var painter = Painter(Canvas(size: Size(rows: 12, columns: 30), glyphs: .blocks))
        let chart = Chart(
            Array(repeating: 100, count: 30),
            limits: [.init(90, label: "90", role: .critical), .init(50, label: "50", role: .warning)]
        ) { String(Int($0)) }
        chart.draw(on: &painter, in: Rect(Size(rows: 12, columns: 30)))
        let roles = (0..<10).map { painter.frame[$0, 20].role }
        #expect(
            roles == [.chartOver, .chartOver] + Array(repeating: .warning, count: 3)
                + Array(repeating: .chart, count: 5))
        #expect(chart.limitsAbove.isEmpty)
        #expect(
            Chart([1], limits: [.init(500, label: "500", role: .warning)]) { _ in "" }.limitsAbove.count == 1)
    }

    @Test(
        arguments: [
            // A minute that is missing is seen, also where two share a place.
            ([1, nil, 1, 1, 1, 1], 3, [nil, 1, 1]), ([1, 1, 1, nil, nil, 1], 6, [1, 1, 1, nil, nil, 1]),
            // The newest may come still.
            ([1, 1, 1, 1, 1, nil], 3, [1, 1, 1]), ([nil, nil], 2, [nil, nil]),
            ([1, 3], 4, [1, 1, 3, 3]),
            // What has just begun is drawn, whatever is missing beside it.
            ([nil, nil, nil, nil, nil, 5], 3, [nil, nil, 5]),
        ] as [([Double?], Int, [Double?])])
    func `a gap in what is known is a gap in the picture`(values: [Double?], places: Int, drawn: [Double?]) {
        #expect(Chart.resample(values, to: places) == drawn)
    }

    @Test(arguments: GlyphSet.allCases)
    func `a peak that its mean hides stands as a dot over its column, in the colour of the limit it passed`(
        glyphs: GlyphSet
    ) {
        func drawn(_ peaks: [Double?]) -> Frame {
            var painter = Painter(Canvas(size: Size(rows: 12, columns: 34), glyphs: glyphs))
            var chart = Chart(
                Array(repeating: 40, count: 120), limits: [.init(400, label: "400", role: .critical)]
            ) { String(Int($0)) }
            chart.peaks = peaks
            chart.draw(on: &painter, in: Rect(Size(rows: 12, columns: 34)))
            return painter.frame
        }
        let dot = glyphs.render("·").unicodeScalars.first?.value
        var peaks: [Double?] = Array(repeating: 40, count: 120)
        #expect(!drawn(peaks).cells.contains { $0.scalar == dot }, "a peak as high as its mean says nothing")
        let noise: [Double?] = Array(repeating: 42, count: 120)
        #expect(!drawn(noise).cells.contains { $0.scalar == dot }, "nor does what each figure has of noise")
        peaks[60] = 800
        peaks[61] = nil
        peaks[90] = .infinity
        let frame = drawn(peaks)
        let dots = (0..<12).flatMap { row in (5..<34).map { (row, $0) } }.filter {
            frame[$0.0, $0.1].scalar == dot
        }
        #expect(dots.count == 1, "\(frame.glyphText)")
        #expect(dots.first?.0 == 0 && frame.row(0).hasPrefix("800"), "the scale holds it\n\(frame.glyphText)")
        #expect(dots.first.map { frame[$0.0, $0.1].role } == .chartOver)
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

    private func behind(_ glyphs: GlyphSet, _ values: [Double?], before: [Double?] = []) -> Frame {
        let size = Size(rows: 12, columns: 44)
        var painter = Painter(Canvas(size: size, glyphs: glyphs))
        var chart = Chart(values, ticks: [.init(at: 0.5, "02:00"), .init(at: 1, "now")]) { String(Int($0)) }
        chart.usual = .init(low: values.map { _ in 60 }, high: values.map { _ in 80 })
        chart.moments = [.init(at: 0.52, "began 02:03")]
        chart.before = before
        chart.draw(on: &painter, in: Rect(size))
        return painter.frame
    }

    @Test(arguments: GlyphSet.allCases)
    func `what is usual is shaded over a figure that has fallen, and none where nothing is usual`(
        glyphs: GlyphSet
    ) {
        let shade: Character = glyphs == .ascii ? ":" : "░"
        let fallen = behind(glyphs, Array(repeating: 20, count: 80))
        // 80 is the top of ten rows: 60 to 80 are the first three or four.
        #expect(fallen.row(0).contains(shade) && fallen.row(2).contains(shade))
        #expect(!fallen.row(5).contains(shade))
        let within = behind(glyphs, Array(repeating: 70, count: 80))
        #expect(within.row(0).contains(shade) && !within.row(3).contains(shade))
        #expect(!draw(glyphs, Array(repeating: 20, count: 80)).glyphText.contains("░"))
    }

    @Test(arguments: GlyphSet.allCases)
    func `the upper edge of what is usual cuts a figure that is beyond it`(glyphs: GlyphSet) {
        let frame = behind(glyphs, Array(repeating: 200, count: 80))
        let edge: Character = glyphs == .ascii ? "-" : "╌"
        let cut = (0..<10).filter { frame.row($0).filter { $0 == edge }.count > 20 }
        #expect(cut == [5], "\(frame.glyphText)")
    }

    @Test(arguments: GlyphSet.allCases)
    func `a moment stands over the whole height, and its name before the hours`(glyphs: GlyphSet) {
        let frame = behind(glyphs, [Double?](repeating: nil, count: 79) + [20])
        let line: Character = glyphs == .ascii ? "|" : "┊"
        let foot = frame.row(10)
        let column = try? #require(Array(foot).firstIndex(of: glyphs == .ascii ? "!" : "▲"))
        for row in 0..<10 { #expect(Array(frame.row(row))[column ?? 0] == line) }
        #expect(frame.row(11).contains("began 02:03") && !frame.row(11).contains("02:00"))
        #expect(frame.row(11).contains("now"))
    }

    @Test func `what it was before is a line over all, and a gap in it one`() {
        var before: [Double?] = Array(repeating: 100, count: 80)
        for place in 20..<60 { before[place] = nil }
        let frame = behind(.blocks, Array(repeating: 200, count: 80), before: before)
        let line = (0..<10).first { frame.row($0).contains("┄") }
        let row = Array(frame.row(line ?? 0))
        #expect(line == 4 && row[20] != "┄", "\(frame.glyphText)")
    }
}

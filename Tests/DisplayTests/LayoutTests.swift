import Display
import Testing

@Suite struct LayoutTests {
    @Test func `splits an area without losing or inventing a cell`() {
        for columns in 0...210 {
            let parts = Rect(row: 2, column: 1, rows: 9, columns: columns).beside([70, 72, 52], gap: 3)
            #expect(parts.map(\.columns).reduce(0, +) == max(0, columns - 6))
            #expect(zip(parts, parts.dropFirst()).allSatisfy { $1.column == $0.endColumn + 3 || columns < 6 })
            #expect(parts.allSatisfy { $0.endColumn <= 1 + columns })
        }
        let rows = Rect(row: 0, column: 0, rows: 35, columns: 10).stacked([19, 16])
        #expect(rows.map(\.rows) == [19, 16])
        #expect(rows[1].row == 19)
    }

    private let columns = [
        Column("via", "via", width: 4, side: .left, rank: 5, nameBefore: 30),
        Column("depth", "depth", width: 5, rank: 0),
        Column("in", "in/s", width: 5, rank: 3, nameBefore: 12),
        Column("out", "out/s", width: 5, rank: 2, nameBefore: 12),
        Column("oldest", "oldest", width: 6, rank: 1, nameBefore: 12),
        Column("cons", "cons", long: "consumers", width: 4, rank: 0),
    ]

    @Test func `drops columns in their order and widens the name before it adds one`() {
        func ids(_ width: Int) -> [String] {
            TableLayout(columns, width: width, name: 34).places.map(\.column.id)
        }
        #expect(ids(20) == ["depth", "cons"])
        #expect(ids(31) == ["depth", "oldest", "cons"])
        #expect(ids(36) == ["depth", "out", "oldest", "cons"])
        #expect(ids(42) == ["depth", "in", "out", "oldest", "cons"])
        #expect(ids(65) == ["via", "depth", "in", "out", "oldest", "cons"])
        #expect(!ids(64).contains("via"))
    }

    @Test func `never overlaps columns and never leaves the area`() {
        for width in 0...160 {
            let layout = TableLayout(columns, width: width, name: 34)
            var at = layout.nameWidth
            for place in layout.places {
                #expect(place.start > at || width < 12)
                at = place.end
            }
            if width >= 12 { #expect(at <= width) }
        }
    }

    @Test func `gives what the name cannot use to the columns, which then say their full title`() {
        let narrow = TableLayout(columns, width: 70, name: 34)
        let wide = TableLayout(columns, width: 120, name: 34)
        #expect(narrow.places.last?.title == "cons")
        #expect(wide.places.last?.title == "cons")
        let roomy = [Column("cons", "cons", long: "consum", width: 4, rank: 0)]
        #expect(TableLayout(roomy, width: 80, name: 10).places[0].title == "consum")
        #expect(TableLayout(roomy, width: 15, name: 10).places[0].title == "cons")
    }
}

import TestSupport
import Testing
import Text

struct NameTests {
    @Test(
        arguments: [
            ("media.storage.catalog.image.resize", 22, "media.storage.…resize"),
            ("short", 22, "short"),
            ("async.operations.all", 19, "asyn…operations.all"),
            ("async.operations.all", 11, "async.…all"),
            ("abcdefghijklmnop", 9, "abcd…mnop"),
            ("a.abcdefghijklmnop", 9, "a.ab…mnop"),
            ("価格価格価格", 7, "価格…格"),
            ("abc", 2, "ab"),
            ("abc", 0, ""),
        ] as [(String, Int, String)])
    func `cuts in the middle and keeps the tail`(name: String, cells: Int, expected: String) {
        #expect(Name.cut(name, to: cells) == expected)
    }

    @Test func `uses three dots in ASCII`() {
        #expect(
            Name.cut("media.storage.catalog.image.resize", to: 23, ellipsis: "...")
                == "media.storage....resize")
    }

    @Test func `cuts names that would look alike elsewhere`() {
        let names = [
            "export.orders.eu.daily.run", "export.orders.us.daily.run", "import",
            "export.orders.eu.daily.run",
        ]
        let cut = Name.cut(names, to: 16)
        #expect(cut[0] != cut[1])
        #expect(cut[0] == cut[3])
        #expect(cut[2] == "import")
        #expect(cut.allSatisfy { CellWidth.of($0) <= 16 })
        #expect(Name.cut(names.reversed(), to: 16) == cut.reversed())
    }

    @Test(arguments: [UInt64(11), 12, 13])
    func `names that differ stay different and fit`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<60 {
            let names = (0..<20).map { _ in Self.name(&generator) }
            let cells = Int.random(in: 12...30, using: &generator)
            let cut = Name.cut(names, to: cells)
            #expect(cut.allSatisfy { CellWidth.of($0) <= cells }, "seed \(seed) round \(round)")
            #expect(Set(cut).count == Set(names).count, "seed \(seed) round \(round): \(names) \(cut)")
        }
    }

    private static func name(_ generator: inout SeededGenerator) -> String {
        let words = ["erp", "order", "export", "stock", "async.operations", "価格", "catalog_product"]
        return (0..<Int.random(in: 1...6, using: &generator)).map { _ in
            words.randomElement(using: &generator) ?? ""
        }.joined(separator: ".")
    }
}

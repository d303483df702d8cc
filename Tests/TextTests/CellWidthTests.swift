import Testing
import Text

struct CellWidthTests {
    @Test(
        arguments: [
            ("", 0), ("abc", 3), ("ä", 1), ("価格", 4), ("한글", 4), ("👍", 2), ("e\u{301}", 1), ("ㄱ", 2),
            ("✘▲◌●○→", 6),
            ("─│█⠿", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("Ａ", 2), ("ｱ", 1), ("⌚", 2), ("\u{200B}", 0),
            ("\u{7}", 0),
            ("𠀀", 2), ("…", 1),
        ] as [(String, Int)])
    func `measures cells as terminals do`(text: String, cells: Int) {
        #expect(CellWidth.of(text) == cells)
    }
}

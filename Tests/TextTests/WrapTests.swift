import Testing
import Text

struct WrapTests {
    @Test(
        arguments: [
            ("one two three", 7, ["one two", "three"]), ("one two three", 100, ["one two three"]),
            ("extraordinary x", 5, ["extraordinary", "x"]), ("", 10, []), ("価格 価格", 4, ["価格", "価格"]),
        ] as [(String, Int, [String])])
    func `breaks at spaces, by cells`(text: String, width: Int, expected: [String]) {
        #expect(Wrap.lines(text, width: width) == expected)
    }
}

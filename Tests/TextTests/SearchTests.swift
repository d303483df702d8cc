import Testing
import Text

@Suite struct SearchTests {
    @Test(arguments: ["", "a", "abc", "c", "bc", "ß", "aß"])
    func `finds what stands in a text`(part: String) { #expect("abcaß".mentions(part)) }

    @Test(arguments: ["B", "abcd", "ca ", "\u{C3}", "aßa"])
    func `finds nothing else`(part: String) { #expect(!"abcaß".mentions(part)) }

    @Test func `only nothing stands in nothing`() {
        #expect("".mentions(""))
        #expect(!"".mentions("a"))
    }

    @Test func `says where it stands first`() throws {
        let text = "depth ß 160 of 160"
        let place = try #require(text.firstPlace(of: "160"))
        #expect(text[..<place.lowerBound] == "depth ß ")
        #expect(text[place.upperBound...] == " of 160")
        #expect(text.firstPlace(of: "161") == nil)
    }
}

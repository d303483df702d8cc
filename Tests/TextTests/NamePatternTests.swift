import Testing
import Text

@Suite struct NamePatternTests {
    @Test(arguments: [
        ("async.V1.orders.*", "async.V1.orders.POST", true), ("async.V1.orders.*", "async.V1.orders.", true),
        ("async.V1.orders.*", "async.V1.order", false), ("*.retry", "erp.retry", true),
        ("*.retry", "erp.retry.dead", false), ("a*b*c", "a-b-b-c", true), ("a*b*c", "acb", false),
        ("export", "export", true), ("export", "exports", false), ("*", "", true), ("", "", true),
        ("", "a", false),
        ("a*a", "a", false), ("a**b", "ab", true), ("ü*", "über", true),
    ])
    func `a star stands for any text`(_ pattern: String, _ name: String, _ fits: Bool) {
        #expect(NamePattern(pattern).matches(name) == fits)
    }
}

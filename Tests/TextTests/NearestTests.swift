import Testing
import Text

struct NearestTests {
    @Test(
        arguments: [
            ("prodution", "production"), ("Access", "access"), ("table-prefix", "table_prefix"),
            ("hsot", "host"),
            ("zzz", nil), ("", nil), ("user", "user"), ("usr", "user"),
        ] as [(String, String?)])
    func `finds what was probably meant`(word: String, expected: String?) {
        #expect(
            Nearest.to(word, among: ["production", "access", "table_prefix", "host", "user", "port"])
                == expected)
    }
}

import Platform
import Testing

@Suite struct RedactionTests {
    private let redaction = Redaction(Secret("hunter/2 \"&é"), user: "hc")

    @Test(arguments: [
        "hunter/2 \"&é", "hunter%2F2%20%22%26%C3%A9", "hunter%2f2%20%22%26%c3%a9", "hunter\\/2 \\\"&é",
        "hunter/2 &quot;&amp;é", "aGM6aHVudGVyLzIgIibDqQ==", "aHVudGVyLzIgIibDqQ",
    ])
    func `no form of a password is left in a text`(form: String) {
        #expect(
            redaction.redacted("<b>\(form)</b> is wrong")
                == "<b>•••\(form.hasSuffix("==") ? "==" : "")</b> is wrong")
    }

    @Test(arguments: [
        ("Größe-Pass12", #"Gr\u00f6\u00DFe-Pass12"#), ("a&b<c>d12345", #"a\u0026b\u003cc\u003Ed12345"#),
        (#"Tr0ub4dor&3/x"y"#, #"Tr0ub4dor&3/x\"y"#), (#"Tr0ub4dor&3/x"y"#, #"Tr0ub4dor\u00263\/x&quot;y"#),
        ("hunter2", "%68%75%6e%74%65%72%32"), ("hunter2", "&#104;&#x75;&#x0006E;ter2"),
        ("Größe-Pass12", "Gr&#246;&#XDF;e-Pass12"), ("key😀word", #"key\uD83D\ude00word"#),
        ("hunter 2 it", "hunter+2%20it"), (#"a\\b"#, #"a\\\\b"#), (#"a\\b"#, #"a\\b"#),
        ("it's&#1", "it&apos;s&amp;#1"), ("100%25+", "100%2525+"),
    ])
    func `a password is found however each of its letters is written`(password: String, written: String) {
        let redaction = Redaction(Secret(password), user: "hc")
        #expect(redaction.redacted("not \(written) here") == "not ••• here")
        // Of a short one too little is left to tell it from a word.
        guard password.utf8.count > 8 else { return }
        let cut = written.dropLast(2)
        #expect(redaction.redacted("not \(cut)").hasPrefix("not •••"), "\(cut)")
    }

    @Test func `a text that means another, or nothing, stays`() {
        let redaction = Redaction(Secret("a&b<c>d12345"), user: "hc")
        for text in [
            #"a\u0027b\u003cc"#, #"a\u00"#, "a&", "a&#;b", "a&#xx;b", "a%", #"a\"#, #"\uD83D\u0026"#,
            "&#99999999;",
        ] {
            #expect(redaction.redacted(text) == text)
            #expect(redaction.redacted(text + " is all") == text + " is all")
        }
        #expect("\(redaction)\(String(reflecting: redaction))".contains("b<c") == false)
        var dumped = ""
        dump(redaction, to: &dumped)
        #expect(!dumped.contains("97"), "\(dumped)")
    }

    @Test func `a form that was cut short is taken out too`() {
        #expect(
            redaction.redacted("Authorization: Basic aGM6aHVudG… and so on")
                == "Authorization: Basic •••… and so on")
        #expect(redaction.redacted("no login with hunt") == "no login with •••")
        #expect(redaction.redacted("the hunt is on") == "the hunt is on")
    }

    @Test func `other words stay, also beside a short password`() {
        let short = Redaction(Secret("ab"), user: "u")
        #expect(short.redacted("absent, about: ab, 'ab'") == "absent, about: •••, '•••'")
        #expect(Redaction(Secret("")).redacted("as it was") == "as it was")
        #expect(Redaction(Secret("orders")).redacted("GET /api/queues") == "GET /api/queues")
    }
}

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

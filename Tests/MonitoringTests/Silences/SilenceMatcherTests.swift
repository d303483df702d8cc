import Monitoring
import Testing

/// Which alerts a silence is about, from what a person types.
struct SilenceMatcherTests {
    private static let rabbit = EntityID(.queue, "erp.order", in: "rabbit", virtualHost: "/")
    private static let database = EntityID(.queue, "erp.order", in: "db")

    private static func fits(
        _ text: String, _ id: EntityID = rabbit, _ kind: Finding.Kind = .noConsumer,
        _ severity: AlertSeverity? = .warning
    ) throws -> Bool {
        try SilenceMatcher(text).matches(AlertKey(entity: id, kind: kind), severity)
    }

    @Test(arguments: [
        "queue:erp.*", "erp.*", "*", "queue:erp.order", "kind=no-consumer", "source=rabbit",
        "severity=warning",
        "queue:*order kind=no-consumer source=rab* vhost=/ severity=warning",
    ])
    func `what all its words say is meant`(text: String) throws {
        #expect(try Self.fits(text))
    }

    @Test(arguments: [
        "queue:erp", "cron:erp.*", "ERP.*", "kind=growing", "source=db", "severity=critical", "vhost=prod",
        "queue:erp.* kind=growing", "kind=custom:erp",
    ])
    func `what one of its words does not say is not`(text: String) throws {
        #expect(try !Self.fits(text))
    }

    @Test(arguments: [
        ("", "say which alerts"), ("queue:a queue:b", "name one thing or pattern, not queue:b too"),
        ("kind=bad", "no kind is called bad: unreachable"), ("severity=bad", "takes warning or critical"),
        ("color=red", "color= is none of kind="), ("kind=", "say what after kind="),
        ("kind=custom:", "no kind is called"),
    ])
    func `what cannot be read is said in a clause`(text: String, words: String) {
        let complaint = #expect(throws: SilenceMatcher.Complaint.self) { try SilenceMatcher(text) }
        #expect(complaint?.text.contains(words) == true, "\(String(describing: complaint))")
    }

    @Test
    func
        `one made of an alert fits it alone, is written as it is read, and a warning that gets worse is none`()
        throws
    {
        for kind in Finding.Kind.known + [.custom("erp-depth")] {
            let made = SilenceMatcher(AlertKey(entity: Self.rabbit, kind: kind), .warning)
            #expect(try SilenceMatcher(made.text) == made)
            #expect(made.matches(AlertKey(entity: Self.rabbit, kind: kind), .warning))
            #expect(!made.matches(AlertKey(entity: Self.rabbit, kind: kind), .critical))
            #expect(!made.matches(AlertKey(entity: Self.database, kind: kind), .warning))
            // While nothing of it is found it stays under its silence.
            #expect(made.matches(AlertKey(entity: Self.rabbit, kind: kind), nil))
        }
        let odd = EntityID(.cron, "a b = c\u{7}", in: "db")
        let made = SilenceMatcher(AlertKey(entity: odd, kind: .died), .critical)
        #expect(try SilenceMatcher(made.text) == made)
    }
}

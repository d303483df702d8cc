import Monitoring
import TestSupport
import Testing

@Suite struct AsideTests {
    private let id = EntityID(.queue, "erp.order.export", in: "rabbit")

    private func said(_ rule: Rule, _ status: Status, _ what: String = "", value: Double? = nil) -> Assessment
    {
        Assessment(rule, of: id, status, what, value: value)
    }

    private func book(_ all: [Assessment], _ span: Aside.Span = .shift) -> AsideBook {
        var book = AsideBook()
        let told = Told(all, shown: Judgement(all, at: Moment(moment())))
        book.set(id, Aside(by: "mira", why: "ERP is closed", at: moment().wall, span), told: told)
        return book
    }

    private func heard(_ book: inout AsideBook, _ all: [Assessment], at seconds: Double = 60) -> AsideBook
        .Return?
    {
        book.heard(all, of: id, at: moment(seconds).wall)
    }

    @Test func `stays aside while the same is told, in other figures`() {
        var book = book([
            said(.depth, .critical, "backlog", value: 600), said(.jobRunning, .warning, "running 24 min"),
        ])
        let later = [
            said(.depth, .critical, "backlog", value: 9000), said(.jobRunning, .warning, "running 2 h"),
        ]
        #expect(heard(&book, later) == nil)
        #expect(heard(&book, [said(.depth, .warning, "backlog", value: 501)]) == nil, "it eases")
        #expect(heard(&book, later) == nil, "and is as it was when it was set aside")
        #expect(book.entries.count == 1)
    }

    @Test func `comes back when a rule gets worse, another speaks, or one says something else`() {
        let warning = [said(.depth, .warning, "backlog", value: 600)]
        var worse = book(warning)
        #expect(heard(&worse, [said(.depth, .critical, "backlog", value: 2000)]) == .worse(.depth))
        #expect(worse.entries.isEmpty)
        var another = book(warning)
        #expect(heard(&another, warning + [said(.noConsumer, .warning)]) == .another(.noConsumer))
        var words = book([said(.notice, .warning, "memory alarm on 2 nodes")])
        #expect(heard(&words, [said(.notice, .warning, "memory alarm on 3 nodes")]) == nil)
        #expect(heard(&words, [said(.notice, .warning, "disk alarm on 3 nodes")]) == .another(.notice))
    }

    @Test func `comes back when its time is over, to the millisecond`() {
        let told = [said(.depth, .warning, "backlog", value: 600)]
        var book = book(told, .hour)
        #expect(book.expire(at: moment(3599.999).wall).isEmpty && heard(&book, told, at: 3599.999) == nil)
        var copy = book
        #expect(heard(&copy, told, at: 3600) == .timeIsOver)
        #expect(book.expire(at: moment(3600).wall).map(\.id) == [id] && book.entries.isEmpty)
        var change = self.book(told, .change)
        #expect(change.expire(at: moment(1e6).wall).isEmpty && heard(&change, told, at: 1e6) == nil)
    }

    @Test func `is over once it was well; what is pending or not judged is not well`() {
        let told = [said(.noConsumer, .critical, "nobody takes messages", value: 130)]
        var book = book(told)
        var pending = said(.noConsumer, .ok, "nobody takes messages", value: 5)
        pending.standing = .pending(.critical, seconds: 115)
        #expect(heard(&book, [pending]) == nil)
        var blind = said(.noConsumer, .ok)
        blind.standing = .notJudged("needs a second reading")
        #expect(heard(&book, [blind]) == nil && book.entries.count == 1)
        #expect(heard(&book, [said(.noConsumer, .ok)]) == .well)
        #expect(heard(&book, told) == nil && book.entries.isEmpty, "bad again, it is told")
    }

    @Test func `comes back when it leaves its listing, and when it returns to it`() {
        let bad = [said(.depth, .critical, "backlog", value: 600)]
        let gone = [said(.vanished, .critical, "no longer in rabbit")]
        var leaving = book(bad)
        #expect(heard(&leaving, gone) == .another(.vanished))
        var returning = book(gone)
        #expect(heard(&returning, gone) == nil)
        var unread = said(.noConsumer, .ok)
        unread.standing = .notJudged("needs a second reading")
        #expect(heard(&returning, [unread]) == .listed)
    }

    @Test func `hides no row that can no longer be read, and hides it again when it can`() {
        let book = book([said(.depth, .warning, "backlog", value: 600)])
        #expect(book.aside(of: id, shown: Judgement(.warning))?.by == "mira")
        #expect(book.aside(of: id, shown: Judgement(.unknown)) == nil)
        #expect(book.aside(of: id, shown: Judgement(.stale)) != nil, "stale is less than a warning")
        #expect(book.aside(of: id, shown: .ok) == nil, "ok is drawn as ok")
        #expect(book.entries.count == 1)
    }

    @Test func `the words of a measure follow its figure, those of a statement count without theirs`() {
        let told = Told(
            [
                said(.failing, .critical, "all 5 failed", value: 1),
                said(.jobRunning, .warning, "running 24 min (usual 15 s)"),
            ],
            shown: .ok)
        #expect(
            told.lines == [.init(.failing, .critical), .init(.jobRunning, .warning, words: "running (usual")])
        #expect(Told([], shown: Judgement(.unknown)).lines == [.init(.notRead, .unknown)])
        #expect(Told([said(.depth, .ok)], shown: .ok).worst == nil)
    }

    @Test func `names that Unicode calls equal are set aside apart`() {
        var book = AsideBook()
        let twins = ["ERP.STOCK", "ERP.STOC\u{212A}"].map { EntityID(.queue, $0) }
        book.set(twins[0], Aside(by: "mira", why: "closed", at: moment().wall, .day), told: Told([]))
        #expect(book.entries[twins[1]] == nil && book.remove(twins[1]) == nil && book.remove(twins[0]) != nil)
    }

    // MARK: Generated histories

    /// What was so when it was set aside, written down in the plainest way.
    private struct Witness {
        var told: [String: Status]
        var worst: Status
        var until: WallTime?
        var wasGone: Bool
        var isOver = false
    }

    private static let statuses: [Status] = [.ok, .ok, .warning, .warning, .critical, .unknown]
    private static let rules: [Rule] = [.depth, .noConsumer, .notice, .vanished]

    private func key(_ said: Assessment) -> String {
        said.rule.rawValue + (said.value == nil ? " " + said.what.filter { !$0.isNumber } : "")
    }

    private func speaking(_ all: [Assessment]) -> [Assessment] {
        all.filter { $0.status < .ok && $0.standing == .judged }
    }

    private func history(_ random: inout SeededGenerator) -> [Assessment] {
        Self.rules.compactMap { rule in
            // Mostly as it was: what changes each time is never aside.
            let status = Self.statuses.randomElement(using: &random) ?? .ok
            if rule == .vanished, Int.random(in: 0..<8, using: &random) > 0 { return nil }
            var one = said(
                rule, status, value: rule == .depth ? Double.random(in: 0...9999, using: &random) : nil)
            if rule == .notice { one.what = Bool.random(using: &random) ? "disk alarm 3" : "memory alarm 7" }
            switch Int.random(in: 0..<10, using: &random) {
            case 0: (one.status, one.standing) = (.ok, .pending(.critical, seconds: 5))
            case 1: (one.status, one.standing) = (.ok, .notJudged("unread"))
            default: break
            }
            return one
        }
    }

    @Test(arguments: 0..<100)
    func `what is aside is never worse than what was set aside, and nothing comes back for nothing`(seed: Int)
    {
        var random = SeededGenerator(seed: UInt64(seed))
        var book = AsideBook()
        var witness: Witness?
        var now = moment().wall
        var all: [Assessment] = []
        for _ in 0..<200 {
            now = now.advanced(bySeconds: Double.random(in: 0...1800, using: &random))
            if all.isEmpty || Int.random(in: 0..<3, using: &random) == 0 { all = history(&random) }
            _ = book.heard(all, of: id, at: now)
            if Bool.random(using: &random) { _ = book.expire(at: now) }
            let speaking = speaking(all)
            let blind: Status? = Int.random(in: 0..<6, using: &random) == 0 ? .unknown : nil
            let shown = Judgement(min(speaking.map(\.status).min() ?? .ok, blind ?? .ok))
            if var seen = witness {
                let isNew = speaking.contains { said in seen.told[key(said)].map { said.status < $0 } ?? true
                }
                let isWell = speaking.isEmpty && all.allSatisfy { $0.standing == .judged }
                let isGone = speaking.contains { $0.rule == .vanished }
                let isLate = seen.until.map { now >= $0 } ?? false
                seen.isOver = seen.isOver || isNew || isWell || isLate || isGone != seen.wasGone
                witness = seen
                #expect((book.entries[id] == nil) == seen.isOver)
                let isHidden = book.aside(of: id, shown: shown) != nil
                #expect(isHidden == (!seen.isOver && shown.status < .ok && shown.status >= seen.worst))
                if isHidden { #expect(!speaking.contains { seen.told[key($0)].map { $0 } == nil }) }
                if seen.isOver { witness = nil }
            } else if shown.status < .ok {
                let span = Aside.Span.allCases.dropLast().randomElement(using: &random) ?? .change
                book.set(id, Aside(by: "mira", why: "x", at: now, span), told: Told(all, shown: shown))
                var told: [String: Status] = [:]
                for one in speaking { told[key(one)] = min(told[key(one)] ?? .ok, one.status) }
                witness = Witness(
                    told: told, worst: shown.status, until: span.seconds.map { now.advanced(bySeconds: $0) },
                    wasGone: speaking.contains { $0.rule == .vanished })
            }
        }
    }
}

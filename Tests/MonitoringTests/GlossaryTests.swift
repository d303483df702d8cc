import Monitoring
import Testing

@Suite struct GlossaryTests {
    /// Words of the screens that two people who saw nothing but the screen asked for, and their like.
    @Test(arguments: [
        "safe zone", "+5 follow", "pace", "pending", "told to nobody", "silence", "set aside", "checks",
        "comes and goes", "waits for its end", "tier", "lag", "lock", "heartbeat", "missed", "oldest",
        "trend",
        "usual", "baseline", "stale", "window", "timeline", "hold", "due", "in work", "cons", "retry",
        "p50, p95", "fail%", "in/s, out/s", "depth", "backlog", "events", "moved", "on save", "operate",
        "day 3/14",
    ])
    func `each word of the screens that is not plain English is told`(word: String) {
        #expect(Glossary.entries.contains { $0.word == word })
    }

    @Test func `words stand by the alphabet, signs last, none twice`() {
        let all = Glossary.entries.map(\.word)
        func isWord(_ text: String) -> Bool { text.unicodeScalars.first?.properties.isAlphabetic == true }
        let words = all.filter(isWord).map { $0.lowercased() }
        #expect(words == words.sorted() && Set(all).count == all.count)
        #expect(all.drop(while: isWord).allSatisfy { !isWord($0) })
    }
}

import Monitoring
import TestSupport
import Testing

@Suite struct OutcomeLinesTests {
    private let begin = WallTime(seconds: 1_795_255_400)

    private func line(
        _ number: UInt64, at seconds: Double = 0, _ outcome: Outcome = .failure, text: String = "bad"
    ) -> OutcomeLine {
        OutcomeLine(at: begin.advanced(bySeconds: seconds), number: number, outcome, text: text)
    }

    private func all(_ lines: OutcomeLines) -> [OutcomeLine] { Outcome.allCases.flatMap(lines.lines) }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `never holds more lines or bytes than it may, the newest of each outcome, in order`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var lines = OutcomeLines()
        var taken: [OutcomeLine] = []
        for number in 1...1500 as ClosedRange<UInt64> {
            let outcome = Outcome.allCases[Int(random.next() % 3)]
            let text = String(repeating: "x", count: Int(random.next() % UInt64(seed % 2 == 0 ? 20 : 2000)))
            // Late ones among them.
            let new = line(number, at: Double(number) - Double(random.next() % 40), outcome, text: text)
            taken.append(new)
            lines.take(new)
            let kept = all(lines)
            #expect(kept.count <= OutcomeLines.mostLines)
            #expect(kept.reduce(0) { $0 + $1.text.utf8.count } <= OutcomeLines.mostBytes)
        }
        for outcome in Outcome.allCases {
            let kept = lines.lines(of: outcome)
            let newest = taken.filter { $0.outcome == outcome }
                .sorted { ($0.at, $0.number) < ($1.at, $1.number) }.suffix(kept.count)
            #expect(kept == Array(newest), "\(outcome)")
            #expect(lines.isCut(outcome))
            #expect(kept.count >= 8)
        }
    }

    @Test func `a thousand successes push out no failure`() {
        var lines = OutcomeLines()
        lines.take(line(1, .failure))
        for number in 2...1000 as ClosedRange<UInt64> { lines.take(line(number, at: 1, .success)) }
        #expect(lines.lines(of: .failure).map(\.number) == [1])
        #expect(!lines.isCut(.failure) && lines.isCut(.success) && !lines.isCut(.retry))
    }

    @Test func `one that comes late stands in its place, one that comes twice stands once`() {
        var lines = OutcomeLines()
        for (number, second) in [(1, 10.0), (2, 30), (3, 20), (2, 30), (1, 10)] as [(UInt64, Double)] {
            lines.take(line(number, at: second))
        }
        #expect(lines.lines(of: .failure).map(\.number) == [1, 3, 2])
        lines.setBack(byMilliseconds: 5000)
        #expect(lines.lines(of: .failure).map(\.at) == [5, 15, 25].map { begin.advanced(bySeconds: $0) })
    }

    @Test func `what is told of a moment again and again stands once`() {
        var lines = OutcomeLines()
        for text in ["a", "b", "a", "b", "c"] { lines.take(once: text, .retry, at: begin) }
        lines.take(once: "a", .retry, at: begin.advanced(bySeconds: 1))
        #expect(lines.lines(of: .retry).map(\.text) == ["a", "b", "c", "a"])
    }
}

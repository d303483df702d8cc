import FeatureFlags
import Monitoring
import TestSupport
import Testing

@Suite struct FlagBookTests {
    let key = FlagKey(backend: "features", name: "erp.v2")

    func at(_ milliseconds: Int) -> Timestamp {
        Timestamp(
            boot: .milliseconds(milliseconds), wall: WallTime(milliseconds: Int64(milliseconds)),
            bootID: "test")
    }

    func flag(_ value: FlagValue, name: String = "erp.v2") -> FlagReading {
        FlagReading(name: name, backend: "features", value: value, variants: [], revision: "r")
    }

    func change(_ number: Int = 0) -> FlagChange {
        FlagChange(
            opID: "op\(number)", flag: key.name, backend: key.backend, from: .on, to: .off,
            expectedRevision: "r")
    }

    @Test func `a reading that began before a change ended does not put the old value back`() {
        var book = FlagBook()
        _ = book.take([flag(.on)], of: "features", began: at(0), at: at(10))
        book.changeBegan(change())
        book.changeEnded(change(), reading: flag(.off), at: at(200))
        let late = book.take([flag(.on)], of: "features", began: at(150), at: at(300))
        #expect(late.news == [] && late.counted == [])
        #expect(book.known[key]?.reading.value == .off && book.known[key]?.readAt == at(200))
        let next = book.take([flag(.off)], of: "features", began: at(400), at: at(500))
        #expect(next.news == [], "nobody turned it elsewhere")
        #expect(next.counted.count == 1)
    }

    @Test func `the rest of such a reading counts`() {
        var book = FlagBook()
        let both = [flag(.on), flag(.on, name: "stock.delta")]
        _ = book.take(both, of: "features", began: at(0), at: at(10))
        book.changeBegan(change())
        book.changeEnded(change(), reading: flag(.off), at: at(200))
        let news = book.take(
            [flag(.on), flag(.off, name: "stock.delta")], of: "features", began: at(150), at: at(300)
        ).news
        #expect(news == [.turned(flag(.off, name: "stock.delta"), from: .on)])
    }

    @Test func `a reading says nothing of a flag whose change is on its way`() {
        var book = FlagBook()
        _ = book.take([flag(.on)], of: "features", began: at(0), at: at(10))
        book.changeBegan(change())
        #expect(book.take([flag(.off)], of: "features", began: at(50), at: at(60)).counted == [])
        #expect(book.take([], of: "features", began: at(70), at: at(80)).news == [], "not gone either")
        book.changeEnded(change(), reading: flag(.off), at: at(100))
        #expect(book.take([flag(.on)], of: "features", began: at(110), at: at(120)).news.count == 1)
    }

    @Test func `what was turned since an earlier run was turned, once`() {
        var book = FlagBook(earlier: [key: .off])
        #expect(book.take([flag(.unknown("?"))], of: "features", began: at(0), at: at(10)).news == [])
        #expect(book.lastValues == [key: .off])
        var same = book
        let news = book.take([flag(.on)], of: "features", began: at(20), at: at(30)).news
        #expect(news == [.turned(flag(.on), from: .off)])
        #expect(book.take([flag(.on)], of: "features", began: at(40), at: at(50)).news == [])
        #expect(same.take([flag(.off)], of: "features", began: at(20), at: at(30)).news == [])
        var first = FlagBook(earlier: [key: .off])
        let unseen = first.take([flag(.on)], of: "features", began: at(0), at: at(10)).news
        #expect(unseen == [.turned(flag(.on), from: .off, isSeen: false)])
        var gone = FlagBook(earlier: [key: .off])
        _ = gone.take([], of: "features", began: at(0), at: at(10))
        #expect(gone.lastValues.isEmpty)
    }

    @Test func `a value that could not be told is no turn, and the turn behind it is one`() {
        var book = FlagBook()
        func read(_ value: FlagValue, _ time: Int) -> [FlagNews] {
            book.take([flag(value)], of: "features", began: at(time), at: at(time + 1)).news
        }
        #expect(read(.on, 0) == [])
        #expect(read(.unknown("said nothing"), 10) == [])
        #expect(book.known[key]?.reading.value == .unknown("said nothing"))
        #expect(read(.on, 20) == [])
        #expect(read(.unknown("said nothing"), 30) == [])
        #expect(read(.off, 40) == [.turned(flag(.off), from: .on)])
    }

    @Test func `names that only look alike are two flags`() {
        var book = FlagBook()
        let names = ["caf\u{E9}", "cafe\u{301}"]
        _ = book.take(names.map { flag(.on, name: $0) }, of: "features", began: at(0), at: at(1))
        #expect(book.known.count == 2 && book.keys(of: "features").count == 2)
        let news = book.take(
            [flag(.on, name: names[0]), flag(.off, name: names[1])], of: "features", began: at(2), at: at(3)
        ).news
        #expect(news == [.turned(flag(.off, name: names[1]), from: .on)])
        let gone = book.take([flag(.on, name: names[0])], of: "features", began: at(4), at: at(5)).news
        #expect(gone == [.gone(flag(.off, name: names[1]))])
    }

    /// What comes to the book: the answer of a read or of a change.
    private struct Answer {
        var came: Int
        var began: Int
        var version: Int
        var isChange: Bool
        /// The answer of a change that was given up: nothing came back.
        var isLost = false
        /// Of a change: which one.
        var number = 0
    }

    /// The world's flag has a version that only grows, nobody's flag at each seventh. Reads and changes take it
    /// at some moment between their beginning and their answer; answers are delayed, come twice, overtake each other.
    @Test(arguments: 0..<300)
    func `what is known never goes back, however answers are delayed, repeated and out of order`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        func version(at time: Int) -> Int { time / 40 }
        func reading(_ version: Int) -> [FlagReading] {
            version % 7 == 0 ? [] : [flag(.variant(String(version)))]
        }
        var answers: [Answer] = []
        for _ in 0..<60 {
            let began = Int.random(in: 0...2000, using: &random)
            let taken = began + Int.random(in: 0...200, using: &random)
            let came = taken + Int.random(in: 0...400, using: &random)
            let answer = Answer(came: came, began: began, version: version(at: taken), isChange: false)
            answers.append(answer)
            if Int.random(in: 0..<4, using: &random) == 0 {
                var again = answer
                again.came += Int.random(in: 0...300, using: &random)
                answers.append(again)
            }
        }
        // One change of a flag at a time.
        var free = 0
        for number in 0..<6 {
            let began = free + Int.random(in: 1...200, using: &random)
            let taken = began + Int.random(in: 0...100, using: &random)
            let came = taken + Int.random(in: 0...200, using: &random)
            free = came
            var answer = Answer(came: came, began: began, version: version(at: taken), isChange: true)
            answer.number = number
            answer.isLost = Int.random(in: 0..<3, using: &random) == 0 || answer.version % 7 == 0
            answers.append(answer)
            // It may come again, also while the next one is on its way.
            answer.came += Int.random(in: 0...400, using: &random)
            if number % 2 == 0 { answers.append(answer) }
        }
        var book = FlagBook()
        var newest = -1
        var shown = 0
        var moments = answers.enumerated().map { (time: $0.element.came, index: $0.offset) }
        // A change begins once, however often it is answered.
        var begun: Set<Int> = []
        for answer in answers where answer.isChange && begun.insert(answer.number).inserted {
            moments.append((answer.began, -1 - answer.number))
        }
        for (time, index) in moments.sorted(by: { $0 < $1 }) {
            guard index >= 0 else {
                book.changeBegan(change(-1 - index))
                continue
            }
            let answer = answers[index]
            if answer.isChange {
                let back = answer.isLost ? nil : reading(answer.version).first
                book.changeEnded(change(answer.number), reading: back, at: at(time))
            } else {
                let was = book.known[key] != nil
                _ = book.take(reading(answer.version), of: "features", began: at(answer.began), at: at(time))
                if was, book.known[key] == nil {
                    #expect(answer.version >= newest)
                    newest = answer.version
                }
            }
            guard case .variant(let text)? = book.known[key]?.reading.value, let seen = Int(text) else {
                continue
            }
            #expect(seen >= newest, "seed \(seed): \(seen) after \(newest) at \(time)")
            newest = max(newest, seen)
            shown += 1
        }
        #expect(shown > 10)
    }
}

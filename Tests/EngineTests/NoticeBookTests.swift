@testable import Engine
import EngineAPI
import Monitoring
import Synchronization
import TestSupport
import Testing

/// Who is told of alerts: each notice at least once, in order, after it was kept, whatever fails or is killed.
@Suite struct NoticeBookTests {
    private static let wall = WallTime(seconds: 1_790_000_000)

    private func row(_ name: String) -> AlertRow {
        AlertRow(
            EntityID(.queue, name), label: name, .noConsumer, .critical, since: Self.wall,
            openedAt: Self.wall,
            sentence: "nobody takes messages")
    }

    @Test func `nothing is told that is not kept, and what was told is not told again`() {
        var book = NoticeBook()
        _ = book.next(for: "file")
        book.add(.opened, row("a"), at: Self.wall)
        #expect(!book.hasMore("file"))
        book.areBeingKept()
        book.add(.opened, row("b"), at: Self.wall)
        book.areKept()
        let first = book.next(for: "file")
        #expect(first?.alert.label == "a" && first?.number == 1)
        // Asked again before it was taken: the same.
        let again = book.next(for: "file")
        #expect(again == first)
        if let first { book.told(first, to: "file") }
        #expect(!book.hasMore("file"))
        book.areBeingKept()
        book.areKept()
        let second = book.next(for: "file")
        #expect(second?.alert.label == "b")
    }

    @Test
    func
        `after a kill what was kept and not told is told with its number, and a new sink begins with what comes`()
    {
        var book = NoticeBook()
        _ = book.next(for: "file")
        for name in ["a", "b", "c"] { book.add(.opened, row(name), at: Self.wall) }
        book.areBeingKept()
        book.areKept()
        if let first = book.next(for: "file") { book.told(first, to: "file") }
        let kept = book.toKeep
        var next = NoticeBook()
        next.take(kept)
        var told: [UInt64] = []
        while let notice = next.next(for: "file") {
            told.append(notice.number)
            next.told(notice, to: "file")
        }
        #expect(told == [2, 3])
        next.add(.resolved, row("a"), at: Self.wall)
        #expect(next.newest == 4 && !next.hasMore("page"))
    }

    @Test func `a sink that does not work holds up no other, and no more than a thousand are kept for it`() {
        var book = NoticeBook()
        _ = (book.next(for: "file"), book.next(for: "page"))
        for place in 0..<3000 { book.add(.opened, row("\(place)"), at: Self.wall) }
        book.areBeingKept()
        book.areKept()
        while let notice = book.next(for: "file") { book.told(notice, to: "file") }
        let next = book.next(for: "page")
        #expect(book.notices.count == NoticeBook.most && next?.number == 2001)
        let news = [0.0, 60].map {
            book.failed("page", "ended with 1", at: Self.wall.advanced(bySeconds: $0))
        }
        #expect(news == [true, false])
        #expect(book.faults["page"]?.since == Self.wall)
        let works = (book.works("page"), book.works("page"))
        #expect(works == (true, false))
    }

    private final class Sink: AlertSink {
        let name = "page"
        let taken = Mutex<[AlertNotice]>([])
        let failures = Mutex(2)

        @concurrent func take(
            _ notice: AlertNotice, of environment: EnvironmentFacts
        ) async throws(AlertSinkFailure) {
            let fails = failures.withLock { failures in
                defer { failures -= 1 }
                return failures > 0
            }
            if fails { throw AlertSinkFailure("ended with 1") }
            taken.withLock { $0.append(notice) }
        }
    }

    @Test func `an engine tells what opens, again until it is taken, and its failure is an alert`()
        async throws
    {
        let sink = Sink()
        let bench = Bench(sinks: [sink]) { time in
            [
                FakeProbe(
                    "queues", time: time,
                    .answer(Sample([.queues([queue("erp", ready: 40, consumers: .nobody)])])))
            ]
        }
        try await bench.run { bench in
            try await bench.until("the failure is told", within: 400) { snapshot in
                snapshot.alerts.contains { $0.sentence.contains("does not take: ended with 1") }
            }
            try await bench.until("the sink works", within: 400) { snapshot in
                !sink.taken.withLock(\.isEmpty)
                    && !snapshot.alerts.contains { $0.sentence.contains("does not take") }
            }
        }
        let taken = sink.taken.withLock { $0 }
        let first = try #require(taken.first)
        #expect(first.what == .opened && first.alert.entity.name == "erp" && first.alert.kind == .noConsumer)
        let numbers = taken.map(\.number)
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
    }
}

extension NoticeBook {
    fileprivate func hasMore(_ sink: String) -> Bool {
        var book = self
        return book.next(for: sink) != nil
    }
}

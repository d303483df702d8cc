import Monitoring
import Testing

@testable import Probes

struct CronRowBookTests {
    @Test func `pending rows are seen by their sums in stretches of ids that are near`() {
        #expect(CronRowBook.stretches([]) == [])
        #expect(CronRowBook.stretches([3, 4, 20, 900, 901]) == [3...20, 900...901])
        #expect(CronRowBook.stretches((1...9).map { $0 * 100 }) == nil)

        var book = CronRowBook()
        let now = WallTime(milliseconds: 1_000_000)
        for (id, status) in [(3, "pending"), (4, "running"), (20, "pending"), (500, "pending")] {
            let due = WallTime(milliseconds: Int64(id) * 1000)
            book.take(CronTableRow(id: UInt64(id), code: "a", status: status, due: due), at: now)
        }
        #expect(book.pendingSums([3...20, 900...901]) == .init(rows: 2, ids: 23, dues: 23))
        book.gone([20], at: now)
        #expect(book.pendingSums([3...20]) == .init(rows: 1, ids: 3, dues: 3))
    }
}

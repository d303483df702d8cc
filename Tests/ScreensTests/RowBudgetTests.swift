import Monitoring
import TestSupport
import Testing

@testable import Screens

@Suite struct RowBudgetTests {
    private struct Need {
        var status: Status
        /// Lines of its reason.
        var reasons = 0
        var isExplained = false
    }

    private func plan(_ needs: [Need], height: Int, cursor: Int?) -> [RowBudget.Item] {
        let heads = needs.map { RowHead($0.status, parts: $0.reasons, isExplained: $0.isExplained) }
        return RowBudget.plan(RowRanks(heads), height: height, cursor: cursor) { needs[$0].reasons }
    }

    @Test func `shows everything with its reasons while there is room`() {
        let needs = [Need(status: .critical, reasons: 2), Need(status: .ok), Need(status: .off)]
        #expect(
            plan(needs, height: 5, cursor: nil)
                == [.row(0, reasons: 2), .row(1, reasons: 0), .row(2, reasons: 0)])
    }

    @Test func `gives lines to critical, unknown, warning and stale before second lines and good rows`() {
        let needs =
            [
                Need(status: .critical, reasons: 2), Need(status: .unknown, reasons: 1),
                Need(status: .warning, reasons: 2), Need(status: .stale),
            ] + Array(repeating: Need(status: .ok), count: 9)
        func shown(_ height: Int) -> [RowBudget.Item] { plan(needs, height: height, cursor: nil) }
        #expect(shown(3) == [.row(0, reasons: 1), .fold(1..<13)])
        #expect(shown(5) == [.row(0, reasons: 1), .row(1, reasons: 1), .fold(2..<13)])
        #expect(
            shown(8) == [
                .row(0, reasons: 1), .row(1, reasons: 1), .row(2, reasons: 1), .row(3, reasons: 0),
                .fold(4..<13),
            ])
        #expect(shown(10).first == .row(0, reasons: 2))
        #expect(
            shown(12).suffix(3) == [.row(4, reasons: 0), .row(5, reasons: 0), .fold(6..<13)])
    }

    @Test func `shows the worst row where there is room for it, though one cause explains all that are bad`()
    {
        let needs =
            Array(repeating: Need(status: .unknown, isExplained: true), count: 4)
            + Array(repeating: Need(status: .ok), count: 8)
        #expect(plan(needs, height: 2, cursor: nil) == [.row(0, reasons: 0), .fold(1..<12)])
        #expect(plan(needs, height: 1, cursor: nil) == [.fold(0..<12)])
    }

    @Test func `lets a good row speak that has something to say`() {
        let needs = Array(repeating: Need(status: .ok), count: 9) + [Need(status: .off, reasons: 1)]
        #expect(
            plan(needs, height: 4, cursor: nil)
                == [.row(0, reasons: 0), .fold(1..<9), .row(9, reasons: 1)])
    }

    @Test func `shares the room between rows one cause explains and good ones`() {
        let needs =
            Array(repeating: Need(status: .unknown, isExplained: true), count: 14)
            + Array(repeating: Need(status: .ok), count: 9)
        let plan = plan(needs, height: 12, cursor: nil)
        #expect(plan.contains(.fold(5..<14)))
        #expect(plan.contains(.fold(19..<23)))
    }

    @Test func `keeps the cursor in sight wherever it goes, with folds on both sides`() {
        let needs = [Need(status: .critical)] + Array(repeating: Need(status: .ok), count: 99)
        let plan = plan(needs, height: 10, cursor: 50)
        #expect(plan.first == .row(0, reasons: 0))
        #expect(plan.contains(.row(50, reasons: 0)))
        #expect(plan.count == 10)
        guard case .fold(let above) = plan[1], case .fold(let below) = plan[9] else {
            Issue.record("no folds around the cursor: \(plan)")
            return
        }
        #expect(above.lowerBound == 1 && below.upperBound == 100)
    }

    @Test func `shows what there is room for where every other row is folded`() {
        let needs = (0..<300).map { Need(status: $0 % 3 == 0 ? .critical : .ok) }
        let plan = plan(needs, height: 21, cursor: 150)
        let rows = plan.compactMap { if case .row(let index, _) = $0 { index } else { nil } }
        #expect(rows.contains(150) && rows.count >= 10 && rows.allSatisfy { needs[$0].status == .critical })
    }

    @Test func `shows the row under the cursor in the only line there is`() {
        let needs = (0..<30).map { Need(status: $0 == 3 ? .critical : .ok) }
        for cursor in needs.indices {
            #expect(plan(needs, height: 1, cursor: cursor) == [.row(cursor, reasons: 0)])
            #expect(plan(needs, height: 2, cursor: cursor).contains(.row(cursor, reasons: 0)))
        }
    }

    @Test func `loses no row, exceeds no height and folds a critical row only for want of lines`() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<3000 {
            let needs = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Need(
                    status: Status.allCases.randomElement(using: &random) ?? .ok,
                    reasons: Int.random(in: 0...2, using: &random),
                    isExplained: Int.random(in: 0..<4, using: &random) == 0)
            }
            let height = Int.random(in: 0...30, using: &random)
            let cursor = Bool.random(using: &random) ? Int.random(in: 0...40, using: &random) : nil
            let plan = plan(needs, height: height, cursor: cursor)
            #expect(RowBudget.lines(plan) <= height)
            guard height > 0 else { continue }
            if let cursor, needs.indices.contains(cursor), plan.contains(.row(cursor, reasons: 0)), height < 3
            {
                // The row that keys act on; the title counts the others.
                continue
            }
            var next = 0
            var hidden: [Int] = []
            var shown: [Int] = []
            for item in plan {
                switch item {
                case .row(let index, let reasons):
                    #expect(index == next && reasons <= needs[index].reasons)
                    shown.append(index)
                    next += 1
                case .fold(let range):
                    #expect(range.lowerBound == next && range.count > 1 || needs.count == 1)
                    hidden += range
                    next = range.upperBound
                }
            }
            #expect(next == needs.count)
            let lost = hidden.filter { needs[$0].status == .critical && !needs[$0].isExplained }
            if !lost.isEmpty {
                let reasons = plan.contains { if case .row(_, let lines) = $0 { lines > 0 } else { false } }
                #expect(!reasons || shown.allSatisfy { needs[$0].status == .critical || $0 == cursor })
            }
        }
    }
}

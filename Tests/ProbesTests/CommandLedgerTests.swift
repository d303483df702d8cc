import Monitoring
import Testing

@testable import Probes

@Suite struct CommandLedgerTests {
    private let begin = WallTime(seconds: 1_795_255_400)

    @Test func `an answer that a newer one has overtaken changes no total`() {
        var ledger = CommandLedger()
        _ = ledger.take(told(100, isTotal: true), ofRun: 1, at: begin)
        _ = ledger.take(told(160, isTotal: true), ofRun: 3, at: begin.advanced(bySeconds: 60))
        _ = ledger.take(told(130, isTotal: true), ofRun: 2, at: begin.advanced(bySeconds: 61))
        _ = ledger.take(told(220, isTotal: true), ofRun: 4, at: begin.advanced(bySeconds: 120))
        #expect(ledger.ledger?.total == OutcomeCounts(successes: 120))
    }

    @Test func `a count that comes late is a count all the same`() {
        var ledger = CommandLedger()
        _ = ledger.take(told(5, isTotal: false), ofRun: 1, at: begin)
        _ = ledger.take(told(6, isTotal: false), ofRun: 3, at: begin.advanced(bySeconds: 60))
        _ = ledger.take(told(7, isTotal: false), ofRun: 2, at: begin.advanced(bySeconds: 61))
        #expect(ledger.ledger?.total == OutcomeCounts(successes: 13))
    }

    @Test func `totals lose nothing to runs without an answer, counts since the run before may`() {
        for isTotal in [true, false] {
            var ledger = CommandLedger()
            _ = ledger.take(told(10, isTotal: isTotal), ofRun: 1, at: begin)
            ledger.miss()
            let hasLost = ledger.take(
                told(40, isTotal: isTotal), ofRun: 3, at: begin.advanced(bySeconds: 120))
            #expect(hasLost == !isTotal)
            #expect(ledger.ledger?.sum(last: 60).isBound == !isTotal)
            #expect(ledger.ledger?.total.successes == (isTotal ? 30 : 40))
        }
    }

    @Test func `a success of a time to come that is told again and again is no new one`() {
        var ledger = CommandLedger()
        var outcomes = CommandOutcomes()
        outcomes.lastSuccess = begin.advanced(bySeconds: 3600)
        for run in 1...20 {
            _ = ledger.take(outcomes, ofRun: run, at: begin.advanced(bySeconds: Double(run - 1) * 60))
        }
        #expect(ledger.ledger?.lastSuccess == begin)
        outcomes.lastSuccess = begin.advanced(bySeconds: 4800)
        _ = ledger.take(outcomes, ofRun: 21, at: begin.advanced(bySeconds: 1200))
        #expect(ledger.ledger?.lastSuccess == begin.advanced(bySeconds: 1200))
    }

    private func told(_ successes: Int, isTotal: Bool) -> CommandOutcomes {
        var told = CommandOutcomes()
        told.figures = [.init(kind: .success, value: successes, isTotal: isTotal)]
        return told
    }
}

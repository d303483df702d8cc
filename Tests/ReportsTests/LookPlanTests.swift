import EngineAPI
import Monitoring
import Reports
import Testing

/// When one look is complete.
@Suite struct LookPlanTests {
    private func plan(patience: Double = 12, memory: Bool = true, _ entity: String? = nil) -> LookPlan {
        LookPlan(
            began: LookedAt.moment(0), patienceSeconds: patience, hasMemory: memory,
            filter: entity.map { EntityFilter($0) })
    }

    private func store(at seconds: Double, reads: Int = 1, _ said: [Assessment] = []) -> Snapshot {
        var store = LookedAt.store([.ok, .ok], in: "db")
        store.at = LookedAt.moment(seconds)
        store.sources = [LookedAt.source("db", reads: reads), LookedAt.source("log", reads: 1)]
        store.assessments = said
        return store
    }

    private let first = EntityID(.queue, "q0", in: "db")

    @Test func `is done when all was read and all could be judged`() {
        var plan = plan()
        #expect(plan.next(after: store(at: 0.2, reads: 0)) == .wait)
        #expect(plan.next(after: store(at: 0.4)) == .done && !plan.hasReadAgain)
    }

    @Test func `what has failed has been read`() {
        var plan = plan()
        var failed = store(at: 0.4)
        failed.sources[0] = LookedAt.source("db", reads: 1, isRead: false)
        #expect(plan.next(after: failed) == .done)
    }

    @Test func `reads again what could not be judged, and that source alone`() {
        var plan = plan()
        let unjudged = [LookedAt.notJudged(first)]
        #expect(plan.next(after: store(at: 0.4, unjudged)) == .wait)
        #expect(plan.next(after: store(at: 6.3, unjudged)) == .wait)
        #expect(plan.next(after: store(at: 6.5, unjudged)) == .readAgain(["db"]))
        #expect(plan.next(after: store(at: 6.6, unjudged)) == .wait)
        // Judged or not: it has had its second read.
        #expect(plan.next(after: store(at: 7, reads: 2, unjudged)) == .done && plan.hasReadAgain)
    }

    @Test func `a second read that comes by itself will do`() {
        var plan = plan()
        #expect(plan.next(after: store(at: 0.4, [LookedAt.notJudged(first)])) == .wait)
        #expect(plan.next(after: store(at: 2, reads: 2, [LookedAt.pending(first)])) == .done)
        #expect(!plan.hasReadAgain)
    }

    @Test func `without a memory what is pending is looked at again, as it may be over`() {
        var plan = plan(memory: false)
        let held = [LookedAt.pending(first)]
        #expect(plan.next(after: store(at: 1, held)) == .wait)
        #expect(plan.next(after: store(at: 7, reads: 3, held)) == .readAgain(["db"]))
        #expect(plan.next(after: store(at: 8, reads: 4, held)) == .done)
    }

    @Test(arguments: [(1.0, 0.6), (4, 2.1), (12, 6.1), (300, 6.1)])
    func `the pause before the second read leaves time for it`(patience: Double, asked: Double) {
        var plan = plan(patience: patience)
        let unjudged = [LookedAt.notJudged(first)]
        #expect(plan.next(after: store(at: 0.05, unjudged)) == .wait)
        #expect(plan.next(after: store(at: asked, unjudged)) == .readAgain(["db"]))
        #expect(plan.next(after: store(at: patience, unjudged)) == .done)
    }

    @Test func `patience ends it, whatever was read`() {
        var plan = plan(patience: 3)
        #expect(plan.next(after: store(at: 2.9, reads: 0)) == .wait)
        #expect(plan.next(after: store(at: 3, reads: 0)) == .done)
    }

    @Test func `narrowed to one entity it waits for nothing else`() {
        var plan = plan("queue:q1")
        #expect(plan.next(after: store(at: 0.4, [LookedAt.notJudged(first)])) == .done)
    }
}

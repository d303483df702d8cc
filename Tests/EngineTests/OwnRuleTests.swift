@testable import Engine
import EngineAPI
import Monitoring
import TestSupport
import Testing
import Text

/// A rule that a person wrote stands where all others do: in the row, the page, the alerts and over a restart; and what a
/// person switched off says so.
@Suite struct OwnRuleTests {
    private struct Bench {
        var state: StoreState
        var seconds = 0.0

        init(_ rules: [OwnRule], _ tunings: [RuleTuning] = []) {
            state = StoreState(
                environment: EnvironmentFacts(name: "eu", isProduction: true, access: .operate), window: nil,
                integrations: [], limits: Limits())
            state.written.rules = rules
            state.written.tunings = tunings
            state.add(
                probe: ProbeSchedule(
                    id: "queues", source: "rabbit", kind: "rabbitmq", subject: "queues",
                    interval: .seconds(5), deadline: .seconds(2)))
        }

        var now: Timestamp {
            let start = ManualTime().now
            return Timestamp(
                boot: start.boot + .seconds(seconds), wall: start.wall.advanced(bySeconds: seconds),
                bootID: start.bootID)
        }

        /// The queue takes and gives one a second, and holds `ready`.
        mutating func pass(_ length: Double, ready: Int?, name: String = "erp.order") {
            let end = seconds + length
            while seconds < end {
                seconds += 5
                if let ready {
                    var reading = brokered(name, ready: ready)
                    reading.arrivedCounter = UInt64(seconds) + 1000
                    reading.leftCounter = UInt64(seconds) + 1000
                    state.sampled("queues", Sample([.queues([reading])]), latency: 0.1, at: now)
                } else {
                    state.failed("queues", ReadFailure(.unreachable, "refused"), latency: 0.1, at: now)
                }
                state.reassess(at: now)
            }
        }

        var row: QueueRow? { state.queues.rows.first }
        mutating func alerts() -> [AlertRow] { state.snapshot(generation: 1, at: now).alerts }
    }

    private let depth = OwnRule(
        "erp-depth", of: Subject(.queue, NamePattern("erp.*")), .depth, .above, 40, hold: 60,
        why: "the ERP's import is full")

    @Test func `it speaks after its time, with its figure, and not of another`() throws {
        var bench = Bench([depth])
        bench.pass(30, ready: 30)
        #expect(bench.row?.judgement.status == .ok)
        let began = bench.seconds
        bench.pass(50, ready: 41)
        #expect(bench.row?.judgement.status == .ok)
        let pending = bench.state.assessments[try #require(bench.row?.id)]?.first { $0.rule == .custom }
        #expect(pending?.isPending == true && pending?.label == "erp-depth: the ERP's import is full")
        bench.pass(20, ready: 43)
        let row = try #require(bench.row)
        #expect(row.judgement.status == .warning)
        #expect(
            row.judgement.reason.first?.contains("erp-depth: depth 43, above 40") == true,
            "\(row.judgement.reason)")
        #expect(row.judgement.reason.contains("the ERP's import is full"))
        let alert = try #require(bench.alerts().first)
        #expect(alert.kind == .custom("erp-depth") && alert.kind.rawValue == "custom:erp-depth")
        #expect(abs(alert.since.seconds(since: bench.now.wall) + bench.seconds - began - 5) <= 5)
        // Below its limit it is over, and the alert ends.
        bench.pass(300, ready: 40)
        #expect(bench.row?.judgement.status == .ok && bench.alerts().isEmpty)
        bench.pass(300, ready: 500, name: "wms.order")
        #expect(!bench.alerts().contains { $0.kind == .custom("erp-depth") })
    }

    @Test func `two rules of one thing are two alerts, and the one set aside does not hide the other`() throws
    {
        let arrivals = OwnRule(
            "erp-in", of: Subject(.queue, NamePattern("erp.order")), .inRate, .below, 2, .critical)
        var bench = Bench([depth, arrivals])
        bench.pass(60, ready: 3)
        let id = try #require(bench.row?.id)
        #expect(bench.alerts().map(\.kind) == [.custom("erp-in")])
        #expect(bench.row?.judgement.status == .critical)
        let person = Operator(login: "mira", uid: 1000)
        let snapshot = bench.state.snapshot(generation: 1, at: bench.now)
        let order = AsideOrder(
            id, why: "known", .day, told: snapshot.told(of: try #require(snapshot.queues.first)))
        #expect(bench.state.setAside(order, by: person, in: snapshot, at: bench.now.wall) == nil)
        #expect(bench.alerts().first?.aside != nil)
        bench.pass(100, ready: 90)
        // One thing, one alert; what is new is in sight.
        let alert = try #require(bench.alerts().first)
        #expect(alert.foldedCount == 1 && alert.folded.map(\.kind) == [.custom("erp-depth")])
        #expect(alert.aside == nil)
    }

    @Test func `a source that cannot be read ends none, and begins none`() throws {
        var bench = Bench([depth])
        bench.pass(30, ready: 90)
        bench.pass(20, ready: nil)
        bench.pass(100, ready: 90)
        #expect(bench.alerts().contains { $0.kind == .custom("erp-depth") })
        bench.pass(400, ready: nil)
        // The source is the cause now, and it follows from that.
        let alert = try #require(bench.alerts().first)
        #expect(alert.kind == .unreachable && alert.folded.map(\.kind) == [.custom("erp-depth")])
    }

    @Test func `what left and comes again by the same name begins its time anew, and nothing is held of it`()
        throws
    {
        var bench = Bench([depth])
        bench.pass(30, ready: 90)
        let id = try #require(bench.row?.id)
        bench.state.written.forget(id)
        bench.pass(40, ready: 90)
        #expect(bench.row?.judgement.status == .ok)
        bench.pass(30, ready: 90)
        #expect(bench.row?.judgement.status == .warning)
    }

    @Test func `over a restart it stays open without a second hold, and is not told anew`() throws {
        var bench = Bench([depth])
        bench.pass(100, ready: 90)
        let kept = bench.state.toKeep(at: bench.now.wall)
        #expect(kept.alerts.map(\.kind) == [.custom("erp-depth")])
        var next = Bench([depth])
        next.seconds = bench.seconds + 10
        next.state.take(kept, at: next.now.wall)
        next.pass(10, ready: 90)
        #expect(next.row?.judgement.status == .warning)
        next.pass(900, ready: 90)
        #expect(next.state.notices.notices.filter { $0.what != .opened }.isEmpty)
        #expect(next.state.notices.newest == bench.state.notices.newest)
    }

    @Test func `a rule that is off for a thing says nothing of it, and its page says why`() throws {
        let off = RuleTuning(
            Subject(.queue, NamePattern("erp.*")), .depth, isOff: true, why: "the ERP polls once an hour")
        var bench = Bench([], [off])
        bench.pass(60, ready: 50_000)
        let id = try #require(bench.row?.id)
        #expect(bench.row?.judgement.status == .ok && bench.alerts().isEmpty)
        let said = try #require(bench.state.assessments[id]?.first { $0.rule == .depth })
        #expect(said.label == "depth: off: the ERP polls once an hour" && said.valueShown == "off")
        bench.pass(60, ready: 50_000, name: "wms.order")
        #expect(bench.state.queues.rows.contains { $0.label == "wms.order" && $0.judgement.status < .ok })
    }
}

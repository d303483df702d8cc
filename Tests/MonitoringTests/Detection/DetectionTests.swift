import Monitoring
import Testing

@Suite struct DetectionTests {
    @Test func `a healthy day gives no alert, learned or not`() {
        for cold in [false, true] {
            var store = RecordedStore(cold: cold)
            store.run(seconds: 6 * 3600)
            #expect(store.opened == [])
        }
    }

    @Test func `a queue without a consumer is told within two polls, and resolved after`() throws {
        var store = RecordedStore(cold: true)
        store.run(seconds: 600)
        store.queue.consumers = 0
        store.queue.ready = 4
        let began = store.now + 10
        store.run(seconds: 30)
        #expect(store.opened == ["queue:erp.order no consumer"])
        #expect(store.told.first?.alert.since == began)
        #expect(store.told.first?.alert.severity == .critical)
        store.queue.consumers = 2
        store.queue.ready = 0
        store.run(seconds: 60)
        #expect(store.told.last?.what == .resolved)
    }

    @Test func `consumers restarted by a deploy are no news`() {
        var store = RecordedStore()
        store.run(seconds: 600)
        store.note(.deploy, "release 2")
        store.queue.consumers = 0
        store.run(seconds: 90)
        store.queue.consumers = 2
        store.run(seconds: 600)
        #expect(store.opened == [])
    }

    @Test func `what changed before it began stands beside it`() throws {
        var store = RecordedStore()
        store.run(seconds: 600)
        store.note(.config, "erp/url")
        store.run(seconds: 60)
        store.queue.consumers = 0
        store.queue.ready = 4
        store.run(seconds: 60)
        #expect(store.told.first?.alert.changes.map(\.text) == ["erp/url"])
    }

    @Test func `a source that does not answer is one alert, and none of what is read from it`() {
        var store = RecordedStore()
        store.run(seconds: 600)
        store.fails = ["log"]
        store.run(seconds: 1200)
        #expect(store.opened == ["source:log unreachable"])
        store.fails = []
        store.run(seconds: 3600)
        #expect(store.opened == ["source:log unreachable"])
        #expect(store.told.last?.what == .resolved)
    }

    @Test func `one poll that fails is none`() {
        var store = RecordedStore()
        store.run(seconds: 600)
        store.fails = ["broker"]
        store.run(seconds: 10)
        store.fails = []
        store.run(seconds: 600)
        #expect(store.opened == [])
    }

    @Test func `cron that stops is one alert at its heartbeat`() {
        var store = RecordedStore()
        store.run(seconds: 600)
        store.beats = false
        store.run(seconds: 1200)
        #expect(store.opened == ["cron:heartbeat stopped"])
    }

    @Test func `a job whose process is gone, and one that does not end`() {
        var store = RecordedStore()
        store.run(seconds: 600)
        store.job.runningSince = store.now + 5
        store.run(seconds: 60)
        #expect(store.opened == ["cron:import died"])
        var other = RecordedStore()
        other.run(seconds: 600)
        other.job.runningSince = other.now
        other.job.isLocked = true
        other.run(seconds: 3600)
        #expect(other.opened == ["cron:import running"])
    }

    @Test func `an indexer that lost its triggers is blind, one that stands is behind`() {
        var store = RecordedStore()
        store.run(seconds: 600)
        store.indexer.triggers = 2
        store.run(seconds: 120)
        #expect(store.opened == ["indexer:stock blind"])
        var other = RecordedStore()
        other.run(seconds: 600)
        other.indexer.newest = 140
        other.run(seconds: 900)
        #expect(other.opened == ["indexer:stock behind"])
    }

    @Test func `a flow that stops is told from its company within minutes`() throws {
        var store = RecordedStore()
        store.run(seconds: 3600)
        store.rates["orders"] = 0
        let began = store.now
        store.run(seconds: 300)
        #expect(store.opened == ["integration:orders silent"])
        let alert = try #require(store.told.first)
        #expect(alert.at - began < 180)
        #expect(abs(alert.alert.since - began) <= 60)
        #expect(alert.alert.severity == .critical)
    }

    @Test func `a campaign and its end are none, and a shop that sells nothing is one alert`() {
        var store = RecordedStore()
        store.run(seconds: 3600)
        for name in store.rates.keys { store.rates[name] = 3 * (store.rates[name] ?? 0) }
        store.run(seconds: 3600)
        for name in store.rates.keys { store.rates[name] = (store.rates[name] ?? 0) / 3 }
        store.run(seconds: 3600)
        #expect(store.opened == [])
        for name in store.rates.keys { store.rates[name] = 0 }
        store.run(seconds: 600)
        #expect(store.opened == ["integration:* silent"])
    }

    @Test func `failures above what is usual are told with their count`() throws {
        var store = RecordedStore()
        store.run(seconds: 3600)
        store.failing["tax"] = 30
        store.run(seconds: 300)
        #expect(store.opened == ["integration:tax failing"])
        #expect(store.told.first?.alert.sentence.contains("attempts failed") == true)
        store.failing = [:]
        store.run(seconds: 3600)
        #expect(store.told.map(\.what).filter { $0 != .worsened } == [.opened, .resolved])
        #expect(store.opened.count == 1)
    }

    @Test func `a flow that sends again and again is told, and the others are not blamed`() {
        var store = RecordedStore()
        store.run(seconds: 3600)
        store.rates["mail"] = 60
        store.run(seconds: 600)
        #expect(store.opened == ["integration:mail burst"])
        store.rates["mail"] = 4
        store.run(seconds: 3600)
        #expect(store.told.last?.what == .resolved)
        #expect(store.opened.count == 1)
    }

    @Test func `a source that says the same for minutes, while another moves, may repeat itself`() {
        var store = RecordedStore()
        store.moves = true
        store.run(seconds: 3600)
        store.moves = false
        store.run(seconds: 900)
        #expect(store.opened == ["source:broker frozen"])
        store.moves = true
        store.run(seconds: 120)
        #expect(store.told.last?.what == .resolved)
    }

    @Test func `a queue that grows slowly is told with its pace, one that is worked off is not`() {
        var store = RecordedStore()
        store.run(seconds: 3600)
        store.queue.ready = 400
        store.queue.leaving = 1
        store.queue.arriving = 0
        for _ in 0..<60 {
            store.run(seconds: 60)
            store.queue.ready -= 5
        }
        #expect(store.opened == [])
        store.queue.ready = 20
        for _ in 0..<180 {
            store.run(seconds: 60)
            store.queue.ready += 1
        }
        #expect(store.opened == ["queue:erp.order growing"])
        #expect(store.told.last?.alert.sentence.contains("more an hour") == true)
    }

    @Test func `a console that slept tells nothing of the hours it missed`() {
        var store = RecordedStore()
        store.run(seconds: 1200)
        store.queue.consumers = 2
        var late = store
        late.skip(seconds: 3600)
        late.run(seconds: 600)
        #expect(late.opened == [])
    }

    @Test func `the same observations give the same alerts`() {
        var runs: [[AlertChange]] = []
        for _ in 0..<2 {
            var store = RecordedStore()
            store.run(seconds: 1800)
            store.queue.consumers = 0
            store.rates["mail"] = 0
            store.run(seconds: 1800)
            runs.append(store.told)
        }
        #expect(runs[0] == runs[1])
        #expect(!runs[0].isEmpty)
    }
}

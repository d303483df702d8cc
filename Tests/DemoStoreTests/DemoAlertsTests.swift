import EngineAPI
import Monitoring
import TestSupport
import Testing

@testable import DemoStore
@testable import Engine

/// Whoever watches the demo sees four incidents, one of each kind, each told truly and ended; and nothing else.
@Suite(.timeLimit(.minutes(3))) struct DemoAlertsTests {
    /// An engine's state that watches a whole chapter, without waiting for it.
    private func watched(for seconds: Int, seed: UInt64) async throws -> (StoreState, [AlertNotice]) {
        let time = ManualTime.story()
        let store = DemoStore.make(seed: seed, time: time)
        var state = StoreState(
            environment: EnvironmentFacts(name: "demo-shop", isProduction: false, access: .operate),
            window: nil, integrations: store.integrations, limits: store.limits)
        for probe in store.probes { state.add(probe: probe.schedule) }
        var told: [AlertNotice] = []
        for second in 1...seconds {
            time.move(to: Double(second))
            for probe in store.probes {
                state.sampled(probe.schedule.id, try await probe.read(), latency: 0.001, at: time.now)
            }
            if second == 2 {
                state.beginDetecting(past: past(of: state, store.past), at: time.now)
            }
            state.reassess(at: time.now)
            told += state.notices.notices.dropFirst(told.count)
        }
        return (state, told)
    }

    private func past(of state: StoreState, _ past: DemoPast) -> [PastSeries] {
        var detecting = state.detecting
        let from = past.end.advanced(bySeconds: -20 * 86_400)
        return state.learned.map { series, measure in
            PastSeries(
                entity: detecting.names.bare(series.entity), measure: measure,
                from: Double(from.milliseconds) / 1000, step: 1800,
                values: (0..<960).map {
                    past.average(series, at: from.advanced(bySeconds: Double($0) * 1800)) ?? .nan
                })
        }
    }

    @Test func `tells four incidents, each of its kind`()
        async throws
    {
        let (state, told) = try await watched(for: DemoStory.length, seed: 1)
        let start = ManualTime.story().now.wall
        func second(_ time: WallTime) -> Int { Int(time.seconds(since: start)) }
        func opened(_ name: String, _ kind: Finding.Kind) throws -> AlertNotice {
            try #require(
                told.first {
                    $0.what == .opened && $0.alert.entity.name == name && $0.alert.kind == kind
                }, "\(name) \(kind)")
        }
        func ended(_ notice: AlertNotice) -> Int? {
            told.first {
                $0.what == .resolved && $0.alert.entity == notice.alert.entity
                    && $0.alert.kind == notice.alert.kind
            }.map { second($0.at) }
        }

        // The new ERP path: one alert of both its flows, the queue and the job.
        let path = try #require(told.first)
        #expect([DemoCatalog.erpFlow, DemoCatalog.stockFlow].contains(path.alert.entity.name))
        #expect((DemoStory.newPathOn...DemoStory.newPathOn + 15).contains(second(path.at)))
        #expect(try #require(ended(path)) < DemoStory.shipmentsComeBack)
        let index = try opened(DemoCatalog.stickingIndexer, .behind)
        #expect(try #require(ended(index)) < DemoStory.shipmentsStop)

        let silent = try opened(DemoCatalog.shipmentsFlow, .silent)
        #expect(second(silent.at) < DemoStory.shipmentsComeBack - 10)
        #expect(abs(second(silent.alert.since) - DemoStory.shipmentsStop) <= 15)
        #expect(silent.alert.changes.first?.contains("wms/inbound/endpoint") == true)
        #expect(try #require(ended(silent)) < DemoStory.patchDropsTriggers)

        let letters = try opened(DemoCatalog.retryQueue, .growing)
        #expect(second(letters.at) < DemoStory.ordersPutOff + 60)
        #expect((DemoStory.ordersPutOff...DemoStory.ordersPutOff + 20).contains(second(letters.alert.since)))
        #expect(letters.alert.changes.first?.contains("Vendor_ErpConnector") == true)
        #expect(ended(letters) ?? .max < DemoStory.length)

        let blind = try opened(DemoCatalog.blindIndexer, .blind)
        #expect(second(blind.at) - DemoStory.patchDropsTriggers <= 2)
        #expect(blind.alert.changes.first?.contains("patch") == true)
        #expect(try #require(ended(blind)) < DemoStory.length)

        #expect(told.filter { $0.what == .opened }.count == 5, "\(told.map(\.alert.sentence))")
        #expect(state.detecting.book.open.isEmpty)
    }
}

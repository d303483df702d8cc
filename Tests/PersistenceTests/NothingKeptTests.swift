import Engine
import EngineAPI
import FeatureFlags
import Monitoring
import Persistence
import TestSupport
import Testing

@Suite struct NothingKeptTests {
    @Test func `where nothing can be kept nothing is said to be, and each write says why`() async throws {
        let why = StorageFailure("the state cannot be kept: /home is full")
        let nothing = NothingKept(because: why)
        let entry = AuditEntry(
            phase: .intent, at: ManualTime().now, environment: "eu-shop",
            change: FlagChange(
                opID: "op", flag: "erp.v2", backend: "features", from: .on, to: .off, expectedRevision: "r"))
        let series = SeriesID(EntityID(.queue, "erp", in: "rabbit"), .depth)
        let start = WallTime(seconds: 1_795_824_000)
        let minute = HistoryMinute(series: series, minute: start, average: 1, maximum: 1)
        let event = EngineAPI.Event(at: start, status: nil, entity: nil, subject: "queue", text: "erp")
        let failures = [
            await storageFailure { () throws(StorageFailure) in try await nothing.save(EngineState()) },
            await storageFailure { () throws(StorageFailure) in try await nothing.append([event]) },
            await storageFailure { () throws(StorageFailure) in try await nothing.append(entry) },
            await storageFailure { () throws(StorageFailure) in try await nothing.append([minute]) },
            // Neither is it said that there is no state, and no change without an end.
            await storageFailure { () throws(StorageFailure) in _ = try await nothing.load() },
            await storageFailure { () throws(StorageFailure) in _ = try await nothing.recorded() },
        ]
        #expect(failures == Array(repeating: why, count: 6))
        #expect(try await nothing.recent(10).isEmpty)
        let end = start.advanced(bySeconds: 60)
        #expect(try await nothing.read(series, from: start, to: end, stepSeconds: 60).isEmpty)
    }
}

package import Engine
package import Monitoring
package import Platform

/// What a console keeps of the past, only read: nothing is added, and where nothing is kept nothing is known.
package struct HistoryLook: HistoryStore {
    private let database: HistoryDatabase?
    private let thread: ThreadExecutor

    /// `path`: the folder of a console's state.
    package init(_ path: String?) throws(SystemError) {
        database = path.flatMap { try? Directory($0) }.map { HistoryDatabase(in: $0) }
        thread = try ThreadExecutor("history")
    }

    @discardableResult
    @concurrent package func append(_ minutes: [HistoryMinute]) async throws(StorageFailure) -> String? {
        nil
    }

    @concurrent package func read(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        try await ask { try $0.read(series, from: from, to: to, stepSeconds: stepSeconds) }
    }

    @concurrent package func peaks(
        _ series: SeriesID, from: WallTime, to: WallTime, stepSeconds: Int
    ) async throws(StorageFailure) -> [Double?] {
        try await ask { try $0.peaks(series, from: from, to: to, stepSeconds: stepSeconds) }
    }

    private func ask(
        _ question: @escaping @Sendable (HistoryDatabase) throws -> [Double?]
    ) async throws(StorageFailure) -> [Double?] {
        guard let database else { return [] }
        do {
            return try await thread.run { try question(database) }
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            throw StorageFailure("\(error)")
        }
    }
}

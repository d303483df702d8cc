package import Engine

extension AuditLog {
    @concurrent package func unfinished() async throws(StorageFailure) -> [UnfinishedChange] {
        try await recorded().unfinished
    }

    @concurrent package func ended() async throws(StorageFailure) -> [EndedChange] {
        try await recorded().ended
    }
}

import Platform
import Synchronization

/// Runs asynchronous work from the main thread, which is no part of the concurrency pool, and waits for it.
enum Blocking {
    static func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let answer = Answer<Value>()
        let bell = SharedBell(try Event())
        Task { @concurrent in
            do {
                answer.set(.success(try await body()))
            } catch {
                answer.set(.failure(error))
            }
            bell.event.ring()
        }
        bell.event.wait()
        return try answer.get()
    }

    private final class SharedBell: Sendable {
        let event: Event
        init(_ event: consuming Event) { self.event = event }
    }

    private final class Answer<Value: Sendable>: Sendable {
        private let value = Mutex<Result<Value, any Error>?>(nil)

        func set(_ result: Result<Value, any Error>) { value.withLock { $0 = result } }

        func get() throws -> Value {
            guard let result = value.withLock({ $0 }) else { throw Complaint("nothing came of it") }
            return try result.get()
        }
    }
}

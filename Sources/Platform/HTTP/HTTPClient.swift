internal import Synchronization

/// Reads over http and https with libcurl, on a thread of its own that starts with the first request.
///
/// Make one for each server that is asked: a name that cannot be looked up may hold up the thread, and then
/// only the requests to that server wait. Connections are kept and used again.
package final class HTTPClient: Sendable {
    private let loop: HTTPLoop

    /// Another `library` than the system's is for tests.
    package init(library: String = "libcurl.so.4") throws(SystemError) {
        loop = HTTPLoop(library: library, bell: try Event())
    }

    deinit { loop.end() }

    /// Ends what is under way and closes the connections; a request after it is cancelled at once.
    package func close() { loop.close() }

    /// Throws `HTTPFailure` when there is no answer, and `CancellationError` at once when the task is
    /// cancelled. Any status is an answer.
    @concurrent package func get(_ request: HTTPRequest) async throws -> HTTPResponse {
        let id = loop.newID()
        defer { loop.forget(id) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { loop.submit(request, id: id, $0) }
        } onCancel: {
            loop.cancel(id)
        }
    }
}

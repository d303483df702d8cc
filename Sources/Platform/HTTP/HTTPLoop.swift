internal import CCurl
internal import Synchronization

/// The thread behind a client: takes requests, turns libcurl's wheel, hands out answers.
///
/// Who removes a request's continuation from `waiting` resumes it, so each is resumed once; a cancelled task
/// goes on at once, whatever libcurl is busy with.
final class HTTPLoop: Sendable {
    typealias Continuation = CheckedContinuation<HTTPResponse, any Error>

    private struct State {
        var nextID: UInt64 = 0
        var waiting: [UInt64: Continuation] = [:]
        var submitted: [(id: UInt64, request: HTTPRequest)] = []
        var cancelled: Set<UInt64> = []
        /// Cancelled before it was submitted.
        var neverBegun: Set<UInt64> = []
        var isRunning = false
        var isEnded = false
        var isClosed = false
    }

    private let library: String
    private let bell: Event
    private let state = Mutex(State())

    init(library: String, bell: consuming Event) {
        self.library = library
        self.bell = bell
    }

    func newID() -> UInt64 {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    func submit(_ request: HTTPRequest, id: UInt64, _ continuation: Continuation) {
        enum Next { case cancelled, start, ring }
        let next: Next = state.withLock { state in
            if state.neverBegun.remove(id) != nil || state.isClosed { return .cancelled }
            state.waiting[id] = continuation
            state.submitted.append((id, request))
            defer { state.isRunning = true }
            return state.isRunning ? .ring : .start
        }
        switch next {
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .ring: bell.ring()
        case .start:
            do throws(SystemError) {
                try SystemThread.start("http") { self.run() }
            } catch {
                stop(.unusable, error.description)
            }
        }
    }

    func cancel(_ id: UInt64) {
        let continuation = state.withLock { state in
            let continuation = state.waiting.removeValue(forKey: id)
            // Finished ones are cancelled too, when the task is; those have nothing to come.
            if continuation == nil { state.neverBegun.insert(id) } else { state.cancelled.insert(id) }
            return continuation
        }
        continuation?.resume(throwing: CancellationError())
        bell.ring()
    }

    /// The request is over: a cancellation that came too late need not be remembered.
    func forget(_ id: UInt64) { state.withLock { _ = $0.neverBegun.remove(id) } }

    /// Cancels all that wait, and all that come.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [:] }
            state.cancelled.formUnion(state.waiting.keys)
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume(throwing: CancellationError()) }
        end()
    }

    /// The thread ends when nothing waits for it any more.
    func end() {
        state.withLock { $0.isEnded = true }
        bell.ring()
    }

    private func finish(_ id: UInt64, _ answer: Result<HTTPResponse, HTTPFailure>) {
        let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
        continuation?.resume(with: answer.mapError { $0 })
    }

    /// Fails all that wait; the next request tries again from the beginning.
    private func stop(_ kind: HTTPFailure.Kind, _ reason: String) {
        let waiting = state.withLock { state in
            defer {
                state.waiting = [:]
                state.submitted = []
                state.isRunning = false
            }
            return state.waiting
        }
        for continuation in waiting.values {
            continuation.resume(throwing: HTTPFailure(kind: kind, description: reason))
        }
    }

    private func run() {
        var problem = [CChar](repeating: 0, count: 256)
        guard let curl = unsafe ccurl_open(library, &problem, problem.count) else {
            let text = String(
                decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return stop(.unusable, "\(text). Install the package libcurl4.")
        }
        var transfers: [UInt64: (HTTPRequest, OpaquePointer)] = unsafe [:]
        while true {
            let (submitted, cancelled, isOver) = state.withLock { state in
                defer {
                    state.submitted = []
                    state.cancelled = []
                }
                let isOver = state.isEnded && state.waiting.isEmpty
                if isOver { state.isRunning = false }
                return (state.submitted, state.cancelled, isOver)
            }
            for (id, request) in submitted where !cancelled.contains(id) {
                if let transfer = unsafe begin(request, id: id, curl) {
                    unsafe transfers[id] = unsafe (request, transfer)
                }
            }
            for id in cancelled {
                if let (_, transfer) = unsafe transfers.removeValue(forKey: id) {
                    unsafe ccurl_free(transfer)
                }
            }
            if isOver { break }
            unsafe ccurl_perform(curl)
            while let finished = unsafe ccurl_finished(curl) {
                let id = unsafe ccurl_id(finished)
                guard let (request, transfer) = unsafe transfers.removeValue(forKey: id) else { continue }
                finish(id, unsafe HTTPAnswer.read(request, transfer))
                // After the caller has its answer: this may wait for a name that is still looked up.
                unsafe ccurl_free(transfer)
            }
            // libcurl wakes for its own limits sooner.
            unsafe ccurl_wait(curl, bell.number, 60_000)
            bell.clear()
        }
        unsafe transfers.values.forEach { unsafe ccurl_free($0.1) }
        unsafe ccurl_close(curl)
    }

    private func begin(_ request: HTTPRequest, id: UInt64, _ curl: OpaquePointer) -> OpaquePointer? {
        func refuse(_ reason: String) -> OpaquePointer? {
            finish(id, .failure(HTTPFailure(kind: .unusable, description: "GET \(request.place): \(reason)")))
            return nil
        }
        guard let lines = request.lines() else { return unsafe refuse("a header holds a control character") }
        let milliseconds = HTTPAnswer.milliseconds(request.timeout)
        guard
            let transfer = unsafe ccurl_get(
                curl, id, request.url, max(0, request.maxBytes), milliseconds, milliseconds)
        else { return unsafe refuse("out of memory") }
        for line in lines { unsafe ccurl_add_header(transfer, line) }
        if case .basic(let user, let password) = request.login {
            unsafe ccurl_set_login(transfer, user, password.reveal())
        }
        if let caFile = request.caFile { unsafe ccurl_set_ca_file(transfer, caFile) }
        unsafe ccurl_begin(transfer)
        return unsafe transfer
    }
}

internal import CCurl

/// Reads what libcurl left of a finished transfer.
enum HTTPAnswer {
    static func read(_ request: HTTPRequest, _ transfer: OpaquePointer) -> Result<HTTPResponse, HTTPFailure> {
        let timings = unsafe timings(transfer)
        let code = unsafe ccurl_code(transfer)
        guard code == 0 else {
            var words = unsafe String(cString: ccurl_message(transfer))
            if code == 7, unsafe ccurl_system_error(transfer) == SystemError.refused {
                words = "nobody listens there (connection refused)"
            }
            let (kind, reason) = unsafe failure(
                code, words, request, timings, isTooLarge: ccurl_is_too_large(transfer))
            return .failure(HTTPFailure(kind: kind, description: "GET \(request.place): \(reason)"))
        }
        var size = 0
        let headers = unsafe Array(UnsafeBufferPointer(start: ccurl_headers(transfer, &size), count: size))
        let body = unsafe Array(UnsafeBufferPointer(start: ccurl_body(transfer, &size), count: size))
        return .success(
            HTTPResponse(
                status: Int(unsafe ccurl_status(transfer)), headers: HTTPResponse.headers(parsing: headers),
                body: body, timings: timings, wireBytes: Int(unsafe ccurl_wire_bytes(transfer))))
    }

    /// At least 1: libcurl takes 0 for "no limit".
    static func milliseconds(_ duration: Duration) -> Int {
        let parts = duration.components
        let milliseconds =
            min(max(parts.seconds, 0), 86_400) * 1000 + parts.attoseconds / 1_000_000_000_000_000
        return max(1, Int(milliseconds))
    }

    /// The numbers are libcurl's, which never change.
    private static func failure(
        _ code: Int32, _ words: String, _ request: HTTPRequest, _ timings: HTTPTimings, isTooLarge: Bool
    ) -> (HTTPFailure.Kind, String) {
        if isTooLarge { return (.tooLarge, "the answer is longer than \(request.maxBytes) bytes") }
        switch code {
        case 28:
            let seconds = Double(milliseconds(request.timeout)) / 1000
            return (.timedOut, "timed out after \(seconds) s while \(stage(request, timings))")
        case 5, 6, 7, 18, 52, 55, 56: return (.unreachable, words)
        case 35 where isBroken(words): return (.unreachable, words)
        case 35, 51, 53, 54, 58, 59, 60, 66, 77, 80, 82, 83, 90, 91, 98: return (.insecure, words)
        // "Unsupported protocol" is also what it says of an answer that is not HTTP.
        case 1 where timings.connected > .zero: return (.malformed, words)
        case 1, 2, 3, 4, 27, 67: return (.unusable, words)
        default: return (.malformed, words)
        }
    }

    /// The other end went away while TLS was set up, as a server that dies does, or a proxy before a dead one:
    /// nothing is wrong with its TLS. The words are OpenSSL's (3 and 1.1), GnuTLS's and the system's.
    static func isBroken(_ words: String) -> Bool {
        let broken = [
            "unexpected eof while reading", "SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN",
            "Connection reset by peer", "Broken pipe", "connection was non-properly terminated",
        ]
        let bytes = Array(words.utf8)
        return broken.contains { part in bytes.indices.contains { bytes[$0...].starts(with: part.utf8) } }
    }

    private static func stage(_ request: HTTPRequest, _ timings: HTTPTimings) -> String {
        if timings.lookedUp == .zero { return "looking up the name" }
        if timings.connected == .zero { return "connecting" }
        if timings.secured == .zero, request.url.hasPrefix("https") { return "setting up TLS" }
        return timings.answered == .zero ? "waiting for the answer" : "reading the answer"
    }

    private static func timings(_ transfer: OpaquePointer) -> HTTPTimings {
        func time(_ what: Int) -> Duration {
            .microseconds(unsafe ccurl_microseconds(transfer, Int32(what)))
        }
        var timings = HTTPTimings()
        timings.lookedUp = time(ccurl_looked_up)
        timings.connected = time(ccurl_connected)
        timings.secured = time(ccurl_secured)
        timings.answered = time(ccurl_answered)
        timings.total = time(ccurl_total)
        return timings
    }
}

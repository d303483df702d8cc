import CSystem
import Glibc
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTests {
    private let client: HTTPClient

    init() throws { client = try HTTPClient() }

    private func failure(_ request: HTTPRequest) async -> HTTPFailure? {
        await #expect(throws: HTTPFailure.self) { try await client.get(request) }
    }

    @Test func `hands back status, headers, body and timings, and keeps the connection`() async throws {
        let server = try HTTPResponder(
            status: "404 Not Found", headers: "X-One:  a b \r\nx-one: second\r\n", body: "hello")
        let request = HTTPRequest(
            server.url + "/api/queues/%2F/..?columns=name", headers: [.init("Accept", "application/json")])
        for _ in 0..<3 {
            let response = try await client.get(request)
            #expect(response.status == 404 && response.body == Array("hello".utf8))
            #expect(response.header("X-ONE") == "a b" && response.headers.count == 3)
            #expect(response.timings.total > .zero && response.timings.total < .seconds(5))
        }
        let heads = server.requests
        #expect(heads.count == 3)
        // Sent as it was given: %2F stays, dots are not folded.
        #expect(heads[0].hasPrefix("GET /api/queues/%2F/..?columns=name HTTP/1.1\r\n"))
        #expect(heads[0].contains("\r\nAccept: application/json\r\n"))
        #expect(!heads[0].contains("Authorization"))
    }

    @Test func `logs in with a password or a token, which are printed nowhere`() async throws {
        let server = try HTTPResponder(body: "")
        let password = HTTPRequest(
            server.url, login: .basic(user: "guest", password: Secret("pa:ss")))
        let token = HTTPRequest(server.url, login: .bearer(Secret("t0ken")))
        _ = try await client.get(password)
        _ = try await client.get(token)
        #expect(server.requests[0].contains("Authorization: Basic Z3Vlc3Q6cGE6c3M=\r\n"))
        #expect(server.requests[1].contains("Authorization: Bearer t0ken\r\n"))
        #expect(!"\(password) \(token)".contains("pa:ss") && !"\(token)".contains("t0ken"))
    }

    @Test func `a redirect is an answer, and the login goes nowhere else`() async throws {
        let other = try HTTPResponder(body: "stolen")
        let server = try HTTPResponder(
            status: "302 Found", headers: "Location: \(other.url)/login\r\n", body: "moved")
        let response = try await client.get(
            HTTPRequest(server.url, login: .basic(user: "guest", password: Secret("guest"))))
        #expect(response.status == 302)
        #expect(response.header("location") == "\(other.url)/login")
        #expect(other.requests.isEmpty)
    }

    @Test func `the timeout covers an answer that only trickles, and a server that says nothing`()
        async throws
    {
        let trickling = try HTTPResponder { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")]
                + Array(repeating: [.send("x"), .pause(50)], count: 200).flatMap { $0 }
        }
        let start = ContinuousClock.now
        let slow = await failure(HTTPRequest(trickling.url, timeout: .milliseconds(700)))
        let duration = ContinuousClock.now - start
        #expect(duration >= .milliseconds(690) && duration < .seconds(5))
        #expect(slow?.kind == .timedOut)
        #expect(
            slow?.description
                == "GET \(trickling.url): timed out after 0.7 s while reading the answer")

        let silent = try HTTPResponder { _ in [.pause(30_000)] }
        let none = await failure(HTTPRequest(silent.url, timeout: .milliseconds(200)))
        #expect(
            none?.description == "GET \(silent.url): timed out after 0.2 s while waiting for the answer")
    }

    @Test func `a body over the cap is refused, gzip counted as decoded`() async throws {
        let long = try HTTPResponder(body: String(repeating: "x", count: 100_000))
        #expect(try await client.get(HTTPRequest(long.url, maxBytes: 100_000)).body.count == 100_000)
        let refused = await failure(HTTPRequest(long.url, maxBytes: 99_999))
        #expect(refused?.kind == .tooLarge)

        let folder = try TemporaryFolder("gzip")
        try await shell("head -c 50000000 /dev/zero | gzip > \(folder.path("bomb"))")
        let bomb = try Files.read(folder.path("bomb"), limit: 1 << 20)
        let server = try HTTPResponder { _ in
            let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n"
            return [.send(head), .bytes(bomb)]
        }
        #expect(bomb.count < 100_000)
        let exploded = await failure(HTTPRequest(server.url, maxBytes: 1 << 20))
        #expect(exploded?.kind == .tooLarge)
        let whole = try await client.get(HTTPRequest(server.url, maxBytes: 50_000_000))
        #expect(whole.body.count == 50_000_000)
    }

    @Test func `headers without end are refused`() async throws {
        let server = try HTTPResponder { _ in
            [.send("HTTP/1.1 200 OK\r\n")]
                + Array(repeating: .send("X: " + String(repeating: "y", count: 1000) + "\r\n"), count: 100)
        }
        #expect(await failure(HTTPRequest(server.url))?.kind == .tooLarge)
        let interim = try HTTPResponder { _ in
            Array(repeating: .send("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"), count: 2000)
        }
        #expect(await failure(HTTPRequest(interim.url))?.kind == .tooLarge)
    }

    @Test func `a body shorter than promised, no HTTP at all, and no server are failures`() async throws {
        let short = try HTTPResponder { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .close]
        }
        #expect(await failure(HTTPRequest(short.url))?.kind == .unreachable)
        let other = try HTTPResponder { _ in [.send("SSH-2.0-OpenSSH_9.2\r\n"), .close] }
        #expect(await failure(HTTPRequest(other.url))?.kind == .malformed)
        let port = try freePort()
        let nobody = await failure(HTTPRequest("http://127.0.0.1:\(port)/api?secret=1"))
        #expect(nobody?.kind == .unreachable)
        #expect(nobody?.description.contains("GET http://127.0.0.1:\(port)/api: ") == true)
        #expect(nobody?.description.contains("secret") == false)
        #expect(await failure(HTTPRequest("http://no-such-host.invalid/"))?.kind == .unreachable)
    }

    @Test(arguments: [
        "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/",
    ])
    func `only http and https without a user in them are asked`(url: String) async {
        #expect(await failure(HTTPRequest(url))?.kind == .unusable)
    }

    @Test func `a header that would begin another line is refused before anything is sent`() async throws {
        let server = try HTTPResponder(body: "")
        let request = HTTPRequest(server.url, headers: [.init("X", "a\r\nEvil: yes")])
        #expect(await failure(request)?.kind == .unusable)
        #expect(server.requests.isEmpty)
    }

    @Test func `cancelling returns at once, before and after the request has begun`() async throws {
        let server = try HTTPResponder { _ in [.pause(30_000)] }
        let request = HTTPRequest(server.url, timeout: .seconds(30))
        let task = Task { try await client.get(request) }
        try await eventually("the request is there") { server.requests.count == 1 }
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(15))

        let early = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await client.get(request)
        }
        await #expect(throws: CancellationError.self) { try await early.value }
        #expect(server.requests.count == 1)
    }

    @Test func `a hundred requests at once, a third of them cancelled, all come back`() async throws {
        let server = try HTTPResponder { _ in
            [.pause(20), .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
        }
        await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<99 {
                group.addTask {
                    let task = Task { try await client.get(HTTPRequest(server.url)).status }
                    if number % 3 == 0 { task.cancel() }
                    return try await task.result.get() == 200
                }
            }
            var answered = 0
            while let result = await group.nextResult() {
                switch result {
                case .success(let isFine): answered += isFine ? 1 : 0
                case .failure(let error): #expect(error is CancellationError)
                }
            }
            #expect(answered >= 66)
        }
        // It is there until all have come back.
        #expect(server.requests.count >= 66)
    }

    @Test func `a library that is not there is named with its package`() async throws {
        let client = try HTTPClient(library: "libcurl-none.so.4")
        for _ in 0..<2 {
            let error = await #expect(throws: HTTPFailure.self) {
                try await client.get(HTTPRequest("http://127.0.0.1/"))
            }
            #expect(
                error?.description
                    == "libcurl-none.so.4 is not there. Install the package libcurl4.")
            #expect(error?.kind == .unusable)
        }
    }

    @Test func `a proxy in the environment is not used`() async {
        // In a process of its own: the environment belongs to all threads.
        await #expect(processExitsWith: .success) {
            unsafe setenv("http_proxy", "http://127.0.0.1:1", 1)
            let server = try HTTPResponder(body: "direct")
            let response = try await HTTPClient().get(HTTPRequest(server.url))
            #expect(response.body == Array("direct".utf8))
        }
    }

    @Test func `TLS wants the right authority and the right name, and takes nothing below 1_2`() async throws
    {
        let folder = try TemporaryFolder("tls")
        try await makeCertificates(in: folder)
        let port = try freePort()
        func serve(_ log: String, _ options: [String] = []) async throws -> ServerProcess {
            let server = try await ServerProcess(
                [
                    "/usr/bin/openssl", "s_server", "-accept", "\(port)", "-www", "-cert",
                    folder.path("server.pem"), "-key", folder.path("server.key"),
                ] + options, log: folder.path(log))
            try await eventually("openssl listens") {
                String(decoding: try Files.read(folder.path(log), limit: 1 << 20), as: UTF8.self)
                    .contains("ACCEPT")
            }
            return server
        }
        let caFile = folder.path("ca.pem")
        let server = try await serve("log")
        let good = try await client.get(HTTPRequest("https://localhost:\(port)/", caFile: caFile))
        #expect(good.status == 200)
        #expect(good.timings.secured > .zero)
        #expect(await failure(HTTPRequest("https://localhost:\(port)/"))?.kind == .insecure)
        #expect(await failure(HTTPRequest("https://127.0.0.2:\(port)/", caFile: caFile))?.kind == .insecure)
        server.stop()

        let old = try await serve("old.log", ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        #expect(await failure(HTTPRequest("https://localhost:\(port)/", caFile: caFile))?.kind == .insecure)
        old.stop()
    }

    /// An openssl that serves TLS with the certificate in the folder, once it listens.
    private func serveTLS(
        _ port: Int, in folder: TemporaryFolder, _ options: String = "-www", log: String
    ) async throws -> ServerProcess {
        let server = try await ServerProcess(
            [
                "/bin/sh", "-c",
                "cd \(folder.path); exec openssl s_server -accept \(port) -cert server.pem -key server.key \(options)",
            ], log: folder.path(log))
        try await eventually("openssl listens") {
            String(decoding: try Files.read(folder.path(log), limit: 1 << 20), as: UTF8.self).contains(
                "ACCEPT")
        }
        return server
    }

    @Test func `a renewed authority is taken at the next connection`() async throws {
        let folder = try TemporaryFolder("renewed")
        let port = try freePort()
        let request = HTTPRequest("https://localhost:\(port)/", caFile: folder.path("ca.pem"))
        for round in 0..<2 {
            // The same paths, another authority: what signs the server's certificate was renewed.
            try await makeCertificates(in: folder)
            let server = try await serveTLS(port, in: folder, log: "log\(round)")
            #expect(try await client.get(request).status == 200)
            // And one that did not sign what is served is still refused.
            if round == 1 {
                try await makeCertificates(in: folder)
                #expect(await failure(request)?.kind == .insecure)
            }
            server.stop()
        }
    }

    @Test func `a server that dies under TLS is gone, not unsafe`() async throws {
        // Before the handshake ended: a proxy that took the connection, with nobody behind it.
        let socket = FileDescriptor(taking: system_listen_loopback(0))
        let port = Int(system_local_port(socket.number))
        let listening = socket.number
        async let peer: Void = onThread {
            let peer = FileDescriptor(taking: system_accept(listening))
            _ = try peer.read(limit: 65536)
        }
        let early = await failure(HTTPRequest("https://127.0.0.1:\(port)/"))
        try await peer
        #expect(early?.kind == .unreachable)
        #expect(early?.description.contains("eof") == true || early?.description.contains("SYSCALL") == true)

        // While the answer is awaited: it stands in a pipe that nobody writes to.
        let folder = try TemporaryFolder("dying")
        try await makeCertificates(in: folder)
        try await shell("mkfifo \(folder.path("answer"))")
        let busy = try freePort()
        let server = try await serveTLS(busy, in: folder, "-WWW", log: "log")
        let request = HTTPRequest(
            "https://localhost:\(busy)/answer", caFile: folder.path("ca.pem"), timeout: .seconds(30))
        async let late = failure(request)
        // Opens once the server reads the pipe for its answer.
        try await shell("exec 3> \(folder.path("answer")); kill -9 \(server.pid)")
        #expect(await late?.kind == .unreachable)
    }

    @Test func `counts what went over the wire, compressed`() async throws {
        let folder = try TemporaryFolder("wire")
        try await shell("head -c 100000 /dev/zero | gzip > \(folder.path("body"))")
        let body = try Files.read(folder.path("body"), limit: 1 << 20)
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n"
        let server = try HTTPResponder { _ in [.send(head), .bytes(body)] }
        let response = try await client.get(HTTPRequest(server.url))
        #expect(response.body.count == 100_000)
        #expect(response.wireBytes == server.requests[0].utf8.count + head.utf8.count + body.count)
    }

    @Test func `encodes all of a path part but the unreserved characters`() {
        #expect(HTTPRequest.encode("/") == "%2F")
        #expect(HTTPRequest.encode("a-Z_0.9~ ü?") == "a-Z_0.9~%20%C3%BC%3F")
    }
}

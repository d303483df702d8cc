import Glibc
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct RabbitMQServerTests {
    @Test func `a private broker answers the client, freezes, and survives a restart on its ports`()
        async throws
    {
        let server = try await RabbitMQServer()
        try await server.declareQueue("orders/new")
        try await server.publish(3, to: "orders/new")

        let client = try HTTPClient()
        let queue = HTTPRequest(
            server.url + "/api/queues/%2F/" + HTTPRequest.encode("orders/new"),
            login: .basic(user: "guest", password: Secret("guest")), timeout: .seconds(20))
        try await eventually("the statistics have the messages") {
            let response = try await client.get(queue)
            return String(decoding: response.body, as: UTF8.self).contains(#""messages":3"#)
        }
        #expect(try await server.ctl("list_queues", "name", "messages").contains("orders/new\t3"))
        var wrong = queue
        wrong.login = .basic(user: "guest", password: Secret("wrong"))
        #expect(try await client.get(wrong).status == 401)

        server.freeze()
        var hasty = queue
        hasty.timeout = .milliseconds(500)
        let error = await #expect(throws: HTTPFailure.self) { try await client.get(hasty) }
        #expect(error?.kind == .timedOut)
        server.thaw()
        #expect(try await client.get(queue).status == 200)

        try await server.stop()
        let gone = await #expect(throws: HTTPFailure.self) { try await client.get(queue) }
        #expect(gone?.kind == .unreachable)
        try await server.start()
        #expect(try await client.get(queue).status == 200)
    }
}

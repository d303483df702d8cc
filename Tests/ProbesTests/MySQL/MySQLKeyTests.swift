import Monitoring
import TestSupport
import Testing

@testable import Probes

/// Without TLS nobody has proved to be the server.
@Suite(.timeLimit(.minutes(1))) struct MySQLKeyTests {
    @Test(arguments: ["caching_sha2_password", "sha256_password"])
    func `no key is asked for by which whoever answers could read the password`(plugin: String) async throws {
        let impostor = try MySQLImpostor(plugin: plugin)
        let source = MySQLSource(
            name: "db", address: .tcp(host: "127.0.0.1", port: UInt16(impostor.port)), user: "hc",
            password: { "hunter2" }, database: "m", tls: .off)
        let failed = await failure { _ = try await MySQLStore(source).ask("SELECT 1") }
        #expect(failed?.kind == .insecure, "\(String(describing: failed))")
        #expect(failed?.advice.contains("TLS") == true)
        var open = source
        open.insecure = "no TLS before March"
        let steps = await MySQLStore(open).diagnose(within: .seconds(6))
        #expect(steps.first?.text == "the password can be read on the way: no TLS before March")
        #expect(steps.filter { $0.name == "TLS" }.count == 1 && steps.contains { $0.outcome == .failed })
        // The scramble of sha2 is no password; a byte is the question for a key.
        for answer in impostor.answers { #expect(answer.count != 1, "\(answer)") }
    }
}

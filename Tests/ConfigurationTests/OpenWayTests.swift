import Configuration
import Documents
import TestSupport
import Testing

/// Passwords leave only encrypted, unless somebody says why not.
struct OpenWayTests {
    private static func read(_ source: String) -> (sources: [SourceSettings], said: [String]) {
        let text = "environments:\n  shop:\n    sources:\n      one: {\(source)}\n"
        do {
            let configuration = try StoreConfigurationTests.read(text)
            return (configuration.environments[0].sources, configuration.warnings.map(\.message))
        } catch {
            return ([], error.problems.map(\.message))
        }
    }

    private static let mysql = "type: mysql, user: u, database: m, password: {env: X}, "
    private static let rabbit = "type: rabbitmq, user: u, password: {env: X}, "

    @Test(arguments: [
        mysql + "host: db1, tls: {mode: off}", mysql + "host: 10.0.0.1, tls: {mode: off}",
        mysql + "host: 127.0.0.1.evil.example, tls: {mode: off}", mysql + "host: 127.1, tls: {mode: off}",
        mysql + "host: 127.0.0.01, tls: {mode: off}", mysql + "host: localhost.evil, tls: {mode: off}",
        rabbit + "url: \"http://rabbit:15672\"", rabbit + "url: \"http://10.0.0.1:15672/prefix\"",
        rabbit + "url: \"http://127.0.0.1.evil:15672\"", rabbit + "url: \"http://[::2]:15672\"",
        rabbit + "url: \"http://localhost.evil/127.0.0.1\"", rabbit + "url: \"http://[::1].evil.com/\"",
        rabbit + "url: \"http://[::1]evil.com/\"", rabbit + "url: \"http://127.0.0.1:x.evil.com\"",
    ])
    func `one that others could read on the way needs a reason, and the sentence says what to write`(
        source: String
    ) throws {
        let refused = Self.read(source)
        let said = try #require(refused.said.first)
        #expect(refused.sources.isEmpty && refused.said.count == 1, "\(refused.said)")
        #expect(said.hasPrefix("the password could be read on the way: "), "\(said)")
        #expect(said.hasSuffix("or say in this source why it may be: insecure: \"REASON\""), "\(said)")
        #expect(said.contains("https://") || said.contains("let tls be required"))
        let allowed = Self.read(source + ", insecure: no TLS before March")
        #expect(allowed.said.isEmpty && allowed.sources.count == 1, "\(allowed.said)")
        #expect(!Self.read(source + ", insecure: ").said.isEmpty)
        #expect(!Self.read(source + ", insecure: \"\"").said.isEmpty)
        let isOpen =
            switch allowed.sources.first?.details {
            case .mysql(let mysql): mysql.isOpen && mysql.insecure == "no TLS before March"
            case .rabbitmq(let rabbit): rabbit.isOpen && rabbit.insecure == "no TLS before March"
            default: false
            }
        #expect(isOpen)
    }

    @Test(arguments: [
        "false", "no", "true", "' '", "''", "Off", "'yes'", "1", "n/a", "x", "\"- -\"", "[because]",
    ])
    func `what is no reason is refused with what to write`(value: String) {
        for source in [Self.mysql + "host: db1, tls: {mode: off}", Self.rabbit + "url: \"http://rabbit\""] {
            let refused = Self.read(source + ", insecure: \(value)")
            #expect(
                refused.said == [
                    "write here in words why the password may be sent unencrypted, "
                        + "such as \"the server has no TLS before March\""
                ])
        }
        #expect(Self.read(Self.rabbit + "url: \"http://rabbit\", insecure: true until March").said.isEmpty)
    }

    @Test(arguments: [
        "127.1", "localhost.", "ip6-localhost", "0:0:0:0:0:0:0:1", "127.0.0.01",
    ])
    func `this machine by another name is told how to be written`(host: String) {
        let said = Self.read(Self.mysql + "host: \"\(host)\", tls: {mode: off}").said
        #expect(
            said.count == 1
                && said[0].contains("write this machine as 127.0.0.1, ::1 or localhost, or let tls"))
        let other = Self.read(Self.mysql + "host: db.127.0.0.1, tls: {mode: off}").said
        #expect(other.first?.contains("write this machine") == false)
    }

    @Test(arguments: [
        mysql + "host: localhost, tls: {mode: off}", mysql + "host: 127.0.0.1, tls: {mode: off}",
        mysql + "host: 127.8.9.255, tls: {mode: off}", mysql + "host: \"::1\", tls: {mode: off}",
        mysql + "socket: /run/mysqld/mysqld.sock, tls: {mode: off}", mysql + "host: db1",
        "type: mysql, user: u, database: m, host: db1, tls: {mode: off}",
        rabbit + "url: \"http://127.0.0.1:15672\"", rabbit + "url: \"http://localhost:15672/x\"",
        rabbit + "url: \"http://[::1]:15672\"", rabbit + "url: \"https://rabbit:15671\"",
    ])
    func `this machine, a socket, TLS and no password need none, and one too many is warned of`(
        source: String
    ) {
        #expect(Self.read(source).said.isEmpty)
        let more = Self.read(source + ", insecure: because")
        #expect(more.said == ["\"insecure\" is not needed, no password can be read on the way"])
        #expect(more.sources.count == 1)
    }
}

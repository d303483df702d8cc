import Glibc
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct MariaDBServerTests {
    @Test func `a private server answers, survives a crash on its port, and logs what it is asked`()
        async throws
    {
        let server = try await MariaDBServer(.init(tls: true, generalLog: true, slowLog: true))
        try await server.query(
            "CREATE DATABASE shop; CREATE TABLE shop.a (n INT); INSERT shop.a VALUES (1),(NULL)")
        #expect(
            try await server.query("SELECT n, 'x y' FROM a", database: "shop") == [
                ["1", "x y"], ["NULL", "x y"],
            ])
        #expect(try await server.query("SELECT @@port, @@have_ssl") == [["\(server.port)", "YES"]])

        server.freeze()
        try await eventually("it is frozen") {
            let stat = try Files.read("/proc/\(server.pid)/stat", limit: 4096)
            return String(decoding: stat, as: UTF8.self).contains(") T ")
        }
        let frozen = Task { try await server.query("SELECT 2") }
        server.thaw()
        #expect(try await frozen.value == [["2"]])

        try await server.stop(SIGKILL)
        await #expect(throws: SystemError.self) { try await server.query("SELECT 1") }
        try await server.start()
        #expect(try await server.query("SELECT COUNT(*) FROM shop.a") == [["2"]])
        for log in [server.generalLog, server.slowLog] {
            let text = String(decoding: try Files.read(log, limit: 1 << 20), as: UTF8.self)
            #expect(text.contains("INSERT shop.a"))
        }
    }
}

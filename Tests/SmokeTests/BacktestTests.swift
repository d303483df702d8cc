import Platform
import TestSupport
import Testing

/// `hypercare backtest` as it is built.
@Suite struct BacktestTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("backtest") }

    private func run(_ arguments: [String]) async throws -> (code: Int32, output: String, error: String) {
        let result = try await ChildProcess.run(
            ChildCommand(
                [Program.path, "backtest"] + arguments,
                environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8"],
                directory: folder.path), deadline: .seconds(30))
        var code: Int32 = -1
        if case .exited(let number) = result.end { code = number }
        return (
            code, String(decoding: result.output, as: UTF8.self),
            String(decoding: result.error, as: UTF8.self)
        )
    }

    /// Ten minutes of a broker with one queue, whose consumers leave after five.
    private func recording(_ name: String) throws -> String {
        var lines = [
            #"{"recording":1,"store":"s","zone":"Europe/Berlin","from":"2026-11-18T10:00:00Z","to":"2026-11-18T10:10:00Z","sources":[{"name":"rabbit","type":"rabbitmq","interval":10}],"integrations":[],"jobs":[],"expected":[]}"#
        ]
        for poll in 0..<60 {
            let time = "10:0\(poll / 6):\(poll % 6)0"
            let consumers = poll < 30 ? 2 : 0
            lines.append(
                #"{"at":"2026-11-18T\#(time)Z","source":"rabbit","queues":[{"name":"erp.order","ready":3,"unacked":0,"consumers":\#(consumers),"in":0.5,"out":0.5}]}"#
            )
        }
        return try folder.write(lines.joined(separator: "\n") + "\n", to: name)
    }

    @Test func `alerts come as lines of JSON with the time of the recording`() async throws {
        let ended = try await run([recording("a.jsonl")])
        #expect(ended.code == 0)
        #expect(ended.error == "")
        let lines = ended.output.split(separator: "\n")
        #expect(lines.count == 1)
        #expect(
            lines.first
                == #"{"time":"2026-11-18T10:05:20Z","entity":"queue:erp.order","kind":"no consumer","severity":"critical","state":"open","since":"2026-11-18T10:05:00Z","summary":"erp.order has had no consumer for 20 s, 3 messages wait","items":[]}"#
        )
    }

    @Test func `a table says it to people`() async throws {
        let ended = try await run(["--table", recording("a.jsonl")])
        #expect(ended.code == 0)
        #expect(ended.output.contains("18 Nov 10:05:00  +20 s"))
        #expect(ended.output.contains("queue:erp.order no consumer"))
    }

    @Test
    func `a recording that cannot be read is told in one sentence with its line, and the others are played`()
        async throws
    {
        let good = try recording("a.jsonl")
        let bad = try folder.write(
            "{\"recording\":1,\"from\":\"2026-11-18T10:00:00Z\"}\n{\"at\":1}\n", to: "bad")
        let ended = try await run([bad, folder.path("none"), good])
        #expect(ended.code == 1)
        #expect(ended.output.contains("queue:erp.order"))
        #expect(
            ended.error
                == "hypercare: \(bad): line 2: expected a text in double quotes, found '1'\nhypercare: cannot open \(folder.path("none")): No such file or directory\n"
        )
    }

    @Test(arguments: [([], "needs FILE"), (["--limits", "20", "x"], "from 0.1 to 10")])
    func `a command line that is wrong says what was meant`(arguments: [String], words: String) async throws {
        let ended = try await run(arguments)
        #expect(ended.code == 2)
        #expect(ended.error.contains(words))
    }
}

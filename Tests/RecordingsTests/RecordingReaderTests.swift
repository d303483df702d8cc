import Monitoring
import Platform
import Recordings
import TestSupport
import Testing

/// What a line was to say and does not.
private struct Absent: Error {
    var what: String
    init(_ what: String) { self.what = what }
}

@Suite struct RecordingReaderTests {
    static let header =
        #"{"recording":1,"store":"north","zone":"Europe/Berlin","from":"2026-11-18T10:00:00Z","to":"2026-11-18T14:00:00Z","sources":[{"name":"rabbit","type":"rabbitmq","interval":10}],"integrations":[{"name":"orders-erp","system":"ERP","tier":1,"safe_zone":true,"queues":["erp.order"],"flags":[],"jobs":[],"checks":["orders"]}],"queues":{"without_consumer":["erp.dead"]},"jobs":[{"job":"import","group":"acme","every":1440,"at":60}],"expected":[{"entity":"integration:orders-erp","from":"23:30","to":"00:30","why":"closed"}]}"#

    /// All lines, read in pieces of `size` bytes.
    func lines(_ text: String, pieces size: Int = 7) throws -> [RecordingLine] {
        var reader = RecordingReader()
        var lines: [RecordingLine] = []
        var rest = Array(text.utf8)[...]
        while true {
            let piece = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            reader.add(piece)
            while let line = try reader.next() { lines.append(line) }
            if piece.isEmpty { return lines }
        }
    }

    func read(_ line: String) throws -> RecordingLine? { try lines(Self.header + "\n" + line).last }

    @Test func `the header tells the store`() throws {
        guard case .header(let shape, let from, let to) = try lines(Self.header).first else {
            throw Absent("no header")
        }
        #expect(to - from == 4 * 3600)
        #expect(shape.flows.first?.isInSafeZone == true)
        #expect(shape.queuesWithoutConsumer == ["erp.dead"])
        #expect(shape.jobs == [StoreShape.Job(name: "import", group: "acme", every: 86_400, at: 3600)])
        #expect(shape.expected.first?.holds(at: 0) == true)
        #expect(shape.expected.first?.holds(at: 43_200) == false)
    }

    @Test(arguments: [1, 3, 4096]) func `pieces of any size make the same lines`(size: Int) throws {
        let text = [
            Self.header,
            #"{"history":{"entity":"queue:erp.order","measure":"depth","from":"2026-10-28T10:00:00Z","step":1800,"values":[0.5,null,1e2,-3]}}"#,
            "",
            #"{"at":"2026-11-18T10:00:00Z","source":"rabbit","queues":[{"name":"erp.order","ready":3,"unacked":1,"consumers":2,"in":0.25,"out":null},{"name":"old","gone":true}]}"#,
            #"{"at":"2026-11-18T10:00:10.5Z","event":{"kind":"deploy","text":"v2 \u00e9\n","entity":null}}"#,
        ].joined(separator: "\r\n")
        let all = try lines(text, pieces: size)
        #expect(all.count == 4)
        guard case .past(let past) = all[1] else { throw Absent("no past") }
        #expect(past.values.count == 4)
        #expect(past.values[1].isNaN)
        #expect(past.values[2...] == [100, -3])
        guard case .observed(let poll) = all[2], case .brokerQueues(let rows) = poll.fact else {
            throw Absent("no queues")
        }
        #expect(rows[0].arriving == 0.25)
        #expect(rows[0].leaving == nil)
        #expect(rows[1].isGone)
        guard case .event(let event) = all[3] else { throw Absent("no event") }
        #expect(event.text == "v2 é\n")
        #expect(event.at == poll.at + 10.5)
    }

    @Test func `each fact has its rows`() throws {
        let cron = try read(
            #"{"at":"2026-11-18T10:00:00Z","source":"db","heartbeat":"2026-11-18T09:59:00Z","cron":[{"job":"a","group":"g","running_since":"2026-11-18T09:00:00Z","lock":"free","errors_1h":2,"last_success":null}]}"#
        )
        guard case .observed(let poll) = cron, case .cron(let jobs, let heartbeat) = poll.fact else {
            throw Absent("no cron")
        }
        #expect(heartbeat == poll.at - 60)
        #expect(jobs[0].isLocked == false)
        #expect(jobs[0].runningSince == poll.at - 3600)
        let checks = try read(
            #"{"at":"2026-11-18T10:00:00Z","source":"r","settled_to":"2026-11-18T09:50:00Z","checks":[{"name":"orders","left":[3,1.5],"right":[2,1],"missing":["0007"],"extra":[],"different":[],"more":0}]}"#
        )
        guard case .observed(let poll) = checks, case .checks(let rows, let settled) = poll.fact else {
            throw Absent("no checks")
        }
        #expect(settled == poll.at - 600)
        #expect(rows[0].missing == ["0007"])
        #expect(rows[0].left == Observation.Side(count: 3, sum: 1.5))
        let queues = try read(
            #"{"at":"2026-11-18T10:00:00Z","source":"db","queues":[{"name":"q","ready":1,"in_progress":2,"retry":0,"error":0,"completed_1m":4,"lock":true,"oldest_s":9}]}"#
        )
        guard case .observed(let poll) = queues, case .databaseQueues(let rows) = poll.fact else {
            throw Absent("no queues of a database")
        }
        #expect(rows[0].isLocked)
        #expect(rows[0].completedLastMinute == 4)
    }

    @Test func `what a later version adds is skipped`() throws {
        let line = try read(
            #"{"at":"2026-11-18T10:00:00Z","new":[{"a":[1,{"b":"}]"}]}],"source":"log","outcomes":[{"flow":"f","ok":1,"failed":0,"retried":0,"latencies":[0.5],"more":{"x":1}}]}"#
        )
        guard case .observed(let poll) = line, case .outcomes(let rows) = poll.fact else {
            throw Absent("no outcomes")
        }
        #expect(rows[0].latencies == [0.5])
        let unknown = try read(#"{"at":"2026-11-18T10:00:00Z","source":"x","levels":[1,2]}"#)
        guard case .observed = unknown else { throw Absent("no answer") }
    }

    @Test(arguments: [
        ("", "it is empty"),
        (#"{"at":1}"#, "line 1: it is no recording: the first line has to say {\"recording\": 1, …}"),
        (
            #"{"recording":2,"from":"2026-11-18T10:00:00Z"}"#,
            "line 1: it is a recording of version 2, and only version 1 is read here"
        ),
        ("[1]", "line 1: expected '{', found '['"),
    ])
    func `what is no recording is told in one sentence`(text: String, sentence: String) {
        #expect(throws: RecordingFault.self) { _ = try lines(text) }
        do { _ = try lines(text) } catch { #expect("\(error)" == sentence) }
    }

    @Test(arguments: [
        (
            #"{"at":"yesterday","source":"x","flags":[]}"#,
            #"line 2: "yesterday" is no time such as 2026-11-18T10:00:00Z"#
        ),
        (#"{"source":"x","flags":[]}"#, #"line 2: it does not say when it was, by "at""#),
        (#"{"at":"2026-11-18T10:00:00Z"}"#, #"line 2: it says neither "source" nor "event""#),
        (
            #"{"at":"2026-11-18T10:00:00Z","source":"x","flags":[{"name":"a"}"#,
            "line 2: expected ',' or ']', found the end of the line"
        ),
        (#"{"at":"2026-11-18T10:00:00Z","source":"x","flags":{}}"#, "line 2: expected '[', found '{'"),
        (#"{"at":"2026-11-18T10:00:00Z","source":"x","flags":[]} x"#, "line 2: nothing may follow the value"),
        (#"{"at":"2026-11-18T10:00:00Z","source":"x"#, "line 2: a text is never closed"),
        (
            #"{"at":"2026-11-18T10:00:00Z","source":"x","outcomes":[{"flow":"f","ok":"1"}]}"#,
            "line 2: expected a number, found '\"'"
        ),
        (
            #"{"at":"2026-11-18T10:00:00Z","source":"x","checks":[{"name":"o","left":[1]}]}"#,
            "line 2: a side of a check is a count and a sum, not 1 numbers"
        ),
    ])
    func `a mistake is told with its line`(line: String, sentence: String) {
        do {
            _ = try read(line)
            Issue.record("it was read")
        } catch { #expect("\(error)" == sentence) }
    }

    @Test func `no recording, however changed, makes the detectors trap`() throws {
        var random = SeededGenerator(seed: 29)
        let folder = try TemporaryFolder()
        let rows = [
            #""source":"rabbit","queues":[{"name":"erp.order","ready":3,"unacked":1,"consumers":2,"in":0.2,"out":0.2},{"name":"erp.dead","ready":1e9}]"#,
            #""source":"db","queues":[{"name":"q","ready":1,"in_progress":0,"completed_1m":0,"lock":true}]"#,
            #""source":"db","cron":[{"job":"import","group":"acme","running_since":"2026-11-18T09:00:00Z","lock":"free","errors_1h":2}],"heartbeat":"2026-11-18T09:59:00Z""#,
            #""source":"db","indexers":[{"name":"i","mode":"schedule","status":"idle","version":1,"newest":900,"triggers":3}]"#,
            #""source":"log","outcomes":[{"flow":"orders-erp","ok":1,"failed":7,"retried":9,"latencies":[0.2,9]}]"#,
            #""source":"r","checks":[{"name":"orders","left":[500,1],"right":[2,1],"missing":["1","2"],"more":4}]"#,
        ]
        let history =
            #"{"history":{"entity":"integration:orders-erp","measure":"successes","from":"2026-10-28T10:00:00Z","step":1800,"values":[\#(Array(repeating: "7.5,0,2", count: 60).joined(separator: ","))]}}"#
        for round in 0..<60 {
            var lines = [Self.header, history]
            for poll in 0..<60 {
                let minute = poll / 6 < 10 ? "0\(poll / 6)" : "\(poll / 6)"
                for row in rows {
                    var bytes = Array(row.utf8)
                    // Digits alone, so that what is read is strange and not refused.
                    for place in bytes.indices
                    where (0x30...0x39).contains(bytes[place]) && Bool.random(using: &random) {
                        bytes[place] = UInt8.random(in: 0x31...0x39, using: &random)
                    }
                    let text = String(decoding: bytes, as: UTF8.self)
                    lines.append(#"{"at":"2026-11-18T10:\#(minute):\#(poll % 6)0Z",\#(text)}"#)
                }
            }
            let path = folder.path("\(round)")
            try Files.create(path, Array(lines.joined(separator: "\n").utf8))
            try? Backtest(isCold: round % 2 == 0).run(path) { _ in }
        }
    }

    @Test func `time that goes back is refused`() {
        let text = ["10:00:10", "10:00:00"].map { #"{"at":"2026-11-18T\#($0)Z","source":"x","flags":[]}"# }
        do {
            _ = try read(text.joined(separator: "\n"))
            Issue.record("it was read")
        } catch { #expect("\(error)" == "line 3: its time is before that of the line before it") }
    }

    @Test func `nothing that is cut or changed makes it trap`() {
        var random = SeededGenerator(seed: 23)
        let whole = Array(
            (Self.header + "\n"
                + #"{"at":"2026-11-18T10:00:00Z","source":"r","settled_to":null,"checks":[{"name":"o\u00e9","left":[3,1e2],"right":null,"missing":["a\\"],"more":0}]}"#)
                .utf8)
        for _ in 0..<4000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            var reader = RecordingReader()
            reader.add(bytes)
            reader.add([])
            do { while try reader.next() != nil {} } catch {}
        }
    }
}

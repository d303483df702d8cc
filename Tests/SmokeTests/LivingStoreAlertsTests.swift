import Documents
import Glibc
import Platform
import TestSupport
import Testing

/// The built program without a screen over a store at work: from a cause to its line in the alerts file, and to its end.
@Suite(.serialized, .timeLimit(.minutes(8))) struct LivingStoreAlertsTests {
    /// A program that takes the first line at its second try only, and one whose silence would be noticed.
    private static func telling(_ store: LivingStore) throws -> String {
        let script = try store.folder.write(
            """
            #!/bin/sh
            cd \(store.folder.path)
            [ -e tried ] || { : > tried; echo "no route" >&2; exit 1; }
            cat >> told.jsonl
            """, to: "page")
        _ = unsafe chmod(script, 0o700)
        var watch = LivingStore.Watch(interval: 2, hold: 15)
        watch.isQuick = true
        watch.alerts =
            "{notify: [\(script)], heartbeat: [/usr/bin/touch, \(store.folder.path("beat"))], "
            + "heartbeat_interval: 30s}"
        return try store.config(watch)
    }

    /// What was recorded is judged again: each change of an alert at the time at which it was told.
    private func compare(_ recording: String, of store: LivingStore) async throws {
        let result = try await ChildProcess.run(
            ChildCommand([Program.path, "backtest", store.folder.path(recording)], environment: [:]),
            deadline: .seconds(60))
        #expect(result.end == .exited(0), "\(String(decoding: result.error, as: UTF8.self))")
        func told(_ bytes: [UInt8]) throws -> Set<String> {
            Set(
                try bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
                    let node = try JSON.read(Array(line), name: "alerts")
                    let members = ["time", "what", "key", "kind", "since", "severity"].map {
                        node[$0]?.string ?? ""
                    }
                    // Of the program that is told, the store's sources say nothing.
                    return members[2].hasPrefix("source:notify") ? nil : members.joined(separator: " ")
                })
        }
        let again = try told(result.output)
        let live = try told(Files.read(store.folder.path(HeadlessWatch.file), limit: 1 << 20))
        #expect(again.isSubset(of: live), "\(again.subtracting(live).sorted()) beside \(live.sorted())")
        for (what, key) in [
            ("resolved", "erp.subscribed"), ("opened", "source:rabbit"), ("resolved", "source:rabbit"),
            ("opened", "integration:payment-psp"), ("opened", "erp.dead"),
        ] {
            #expect(again.contains { $0.contains(" \(what) ") && $0.contains(key) }, "\(what) \(key)")
        }
    }

    @Test
    func `each kind goes from its cause to a line and to its end, and a kill tells nothing twice as new`()
        async throws
    {
        let store = try await LivingStore()
        let config = try Self.telling(store)
        func start(_ recording: String) async throws -> HeadlessWatch {
            try await HeadlessWatch(
                Program.path, over: store, config: config,
                arguments: ["--record", store.folder.path(recording)])
        }
        var watch = try await start("first.jsonl.zst")
        defer { watch.kill() }
        // A store at work: nothing is told.
        try await Task.sleep(for: .seconds(20))
        #expect(try HeadlessWatch.lines(store).filter { !$0.isOfMachine }.map(\.text) == [])

        let hard = try await AlertSoak.open(
            StoreTrouble.hard, in: store, by: watch, within: .seconds(120))
        // Killed with all of them open: they are not new to the next one.
        watch.kill()
        watch = try await start("second.jsonl.zst")
        try await Task.sleep(for: .seconds(20))
        // Flows and letters begin to suffer while the others are mended.
        let (running, broken) = (watch, hard)
        async let mended = AlertSoak.resolve(broken, in: store, by: running, within: .seconds(150))
        let soft = try await AlertSoak.open(
            StoreTrouble.soft, in: store, by: watch, within: .seconds(120))
        async let healed = AlertSoak.resolve(soft, in: store, by: running, within: .seconds(300))
        var all = try await mended

        // A server that is gone is one alert, whatever was read from it.
        store.broker.freeze()
        _ = try await watch.line("opened", "source:rabbit", "unreachable", within: .seconds(60))
        try await Task.sleep(for: .seconds(10))
        store.broker.thaw()
        _ = try await watch.line("resolved", "source:rabbit", "unreachable", within: .seconds(90))
        all += try await healed
        for told in all { #expect(told.isAsWanted, "\(told.line)") }

        // What was told and not yet on record as told comes again, by its number; nothing else is told twice.
        let lines = try HeadlessWatch.lines(store)
        let text = lines.map(\.line).joined(separator: "\n")
        var numbers: Set<Int> = []
        let numbered = lines.filter { numbers.insert($0.id).inserted }.map(\.id)
        #expect(numbered == numbered.sorted())
        let notice = ["source:notify unreachable", "source:rabbit unreachable"]
        let surplus = try AlertSoak.surplus(store, wanted: all.map(\.trouble.name) + notice)
        #expect(surplus == [], "\(text)")
        // The program got the same, in order, though it took nothing at first; that it did not is told as well.
        let wanted = Set(lines.filter { !$0.entity.hasPrefix("source:notify") }.map(\.id))
        try await eventually("the program got them all", within: .seconds(20)) {
            let told = try HeadlessWatch.lines(store, in: "told.jsonl").map(\.id)
            return told == told.sorted() && wanted.isSubset(of: told)
        }
        #expect((try? Files.read(store.folder.path("beat"), limit: 16)) != nil, "no heartbeat")
        try await watch.end()
        try await compare("second.jsonl.zst", of: store)
        try await store.stop()
    }

    @Test func `a healthy store with an import of 13,000 operations and a deploy is told nothing of`()
        async throws
    {
        let soak = try await AlertSoak(Program.path, LivingStore.Watch(interval: 2))
        let wrong = try await soak.health(.short)
        #expect(wrong == [], "\(wrong.joined(separator: "\n"))")
        try await soak.end()
    }
}

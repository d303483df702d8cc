import Documents
import Platform
import Text

/// Servers that are killed and come back under the console, while producers and writers go on.
extension Soak {
    /// Figures of one row that must not jump.
    private struct Rates {
        var arriving: Double?
        var leaving: Double?
    }

    /// Kills both servers, starts them again after `downtime` seconds and watches the figures for at least
    /// `least` more, until they are right again or `most` have passed; answers everything that was shown and is
    /// not so.
    package func outage(downtime: Double, least: Double, most: Double) async throws -> [String] {
        var wrong: [String] = []
        let steady = try await queueRates()
        guard !steady.isEmpty else { return ["no rate of any queue was read from the screen"] }
        say(
            "steady: "
                + steady.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))

        let told = try console.journal().count
        try await store.database.stop(9)
        try await store.broker.stop(9)
        let killed = ContinuousClock.now
        // Three intervals, the read under way, a redraw.
        let slowest = 3 * watch.interval(of: "rabbit") + min(watch.interval(of: "rabbit"), 5) + 3
        do {
            try await console.pty.wait(for: "no queue is shown fresh", within: .seconds(slowest)) { screen in
                Self.fresh(screen).isEmpty
            }
            say("nothing is shown fresh after \(Int((ContinuousClock.now - killed) / .seconds(1))) s")
        } catch {
            wrong.append("still fresh after \(Int(slowest)) s: \(Self.fresh(console.pty.screen))")
        }
        while ContinuousClock.now < killed + .seconds(downtime) {
            let fresh = Self.fresh(console.pty.screen)
            if !fresh.isEmpty { wrong.append("fresh while the servers are down: \(fresh)") }
            try await Task.sleep(for: .seconds(1))
        }

        async let database: Void = store.database.start()
        async let broker: Void = store.broker.start()
        _ = try await (database, broker)
        let back = ContinuousClock.now
        say("the servers are back")
        // A tier 1 flow is read from the database, so it is tried again soon.
        let soon = 10 + watch.interval(of: "magento-db") + 3
        do {
            try await console.pty.wait(for: "the database's queues are fresh", within: .seconds(soon)) {
                screen in
                Set(Self.fresh(screen)).isSuperset(of: ["async.operations.all", "vendor.feed"])
            }
        } catch {
            wrong.append("the database, which tier 1 needs, is not fresh \(Int(soon)) s after its return")
        }
        do {
            let names = Set(steady.keys)
            try await console.pty.wait(for: "all queues are fresh", within: .seconds(60)) { screen in
                Set(Self.fresh(screen)).isSuperset(of: names)
            }
            say("all queues are fresh after \(Int((ContinuousClock.now - back) / .seconds(1))) s")
        } catch {
            wrong.append("not fresh within 60 s: \(error)")
        }
        wrong += try await compare(with: steady, least: least, most: most)
        let events = try console.journal().dropFirst(told)
        for event in events { say(event.line) }
        // Whoever takes from the queues was there all the time, and a server's absence is not theirs.
        wrong += events.filter { $0.isOfService || $0.text.contains("no longer in") }.map {
            "told: \($0.line)"
        }
        wrong += try await totals()
        wrong += try await counters(steady)
        return wrong
    }

    /// Queues whose row says that its figures are well and new.
    private static func fresh(_ screen: Screen) -> [String] {
        PaneTable(screen, title: "queue").signs.filter { $0.value == "●" }.map(\.key).sorted()
    }

    private func rates(_ screen: Screen) -> [String: Rates] {
        let table = PaneTable(screen, title: "queue")
        var rates: [String: Rates] = [:]
        for consumer in store.consumers {
            rates[consumer.queue] = Rates(
                arriving: Double(table[consumer.queue, "in/s"]),
                leaving: Double(table[consumer.queue, "out/s"]))
        }
        return rates
    }

    /// What enters each queue per second, and leaves those that are emptied all the time: by the store's own
    /// design, once the screen agrees with it.
    private func queueRates() async throws -> [String: Double] {
        let expected = [
            "erp.polled": 2.0, "erp.subscribed": 2, "inventory.mass.update": 2, "crm.feed": 1,
            "async.operations.all": 2, "vendor.feed": 1,
        ]
        do {
            try await eventually("the rates are steady", within: .seconds(150)) {
                let rates = self.rates(self.console.pty.screen)
                return expected.allSatisfy { queue, perSecond in
                    let leaving = rates[queue]?.leaving ?? 0
                    return abs(leaving - perSecond) <= perSecond / 5
                }
            }
        } catch {
            throw NotInTime(description: "\(error)\n\(console.pty.screen.text)")
        }
        return expected
    }

    /// A rate so far above the steady one is a spike: a fifth is what the age of counters may add
    /// (`CounterRate`), a tenth what a worker adds that comes late and then in time again.
    private static let spike = 1.3

    /// No rate above what the store makes, at any moment; the right one again in the end.
    private func compare(
        with steady: [String: Double], least: Double, most: Double
    ) async throws -> [String] {
        var highest: [String: Double] = [:]
        var low: [String] = []
        let start = ContinuousClock.now
        repeat {
            try await Task.sleep(for: .seconds(1))
            low = []
            let shown = rates(console.pty.screen)
            for (queue, perSecond) in steady.sorted(by: { $0.key < $1.key }) {
                for rate in [shown[queue]?.arriving, shown[queue]?.leaving].compactMap({ $0 })
                where rate > perSecond * Self.spike {
                    highest[queue] = max(highest[queue] ?? 0, rate)
                }
                let leaving = shown[queue]?.leaving ?? 0
                if leaving < perSecond * 0.8 {
                    low.append("\(queue) leaves at \(leaving)/s after the return, not at \(perSecond)/s")
                }
            }
        } while ContinuousClock.now < start + .seconds(low.isEmpty ? least : most)
        return low
            + highest.sorted { $0.key < $1.key }.map {
                "a spike: \($0.key) \($0.value)/s, steady \(steady[$0.key] ?? 0)/s"
            }
    }

    // MARK: Totals

    /// What the flows of the logs were counted as, against the lines of the files, and the broker's counters as
    /// they were kept against its own.
    private func totals() async throws -> [String] {
        var wrong: [String] = []
        let before = try counted()
        let (_, document) = try await console.status()
        let after = try counted()
        for (flow, lines) in before {
            let row = (document["integrations"]?.elements ?? []).first { $0["configName"]?.string == flow }
            let finished = row?["finished5Min"]?.int ?? -1
            let covered = row?["covered5MinSeconds"]?.int ?? 300
            // The window is told in buckets of five seconds.
            let range = (lines - 12)...((after[flow] ?? lines) + 12)
            if !range.contains(finished) {
                wrong.append(
                    "\(flow): \(finished) finished in 5 min (covered \(covered) s), the log has \(range)")
            }
            say("\(flow): \(finished) finished in 5 min, the log has \(lines) to \(after[flow] ?? lines)")
        }
        return wrong
    }

    /// The broker's counters as the console kept them at its last save, against the broker's own of now.
    private func counters(_ steady: [String: Double]) async throws -> [String] {
        let listed = try JSON.read(
            Array(try await store.broker.management("GET", "/api/queues/%2F").text.utf8), name: "queues")
        let kept = try console.keptCounters()
        var wrong: [String] = []
        for queue in listed.elements ?? [] {
            guard let name = queue["name"]?.string, let perSecond = steady[name] else { continue }
            let counts = ["ack", "deliver_no_ack", "get_no_ack"].compactMap {
                queue["message_stats"]?[$0]?.int
            }
            let left = counts.reduce(0, +)
            // Saved within a minute, of what was read an interval before.
            let most = Int((60 + 2 * watch.interval(of: "rabbit") + 5) * perSecond * 1.2)
            guard let saved = kept[name], saved <= left, saved >= left - most else {
                wrong.append(
                    "\(name): \(kept[name].map(String.init) ?? "no counter") was kept, the broker says \(left)"
                )
                continue
            }
        }
        return wrong
    }

    /// Attempts in each log within five minutes.
    private func counted() throws -> [String: Int] {
        let now = StoreTime.now
        func lines(_ name: String, _ words: [String], _ stamp: (Int) -> String) throws -> Int {
            let text = String(
                decoding: try Files.read(store.folder.path(name), limit: 32 << 20), as: UTF8.self)
            let stamps = Set((now - 299...now).map(stamp))
            return text.split(separator: "\n").filter { line in
                guard words.contains(where: line.contains) else { return false }
                let from = line.firstIndex(of: "[").map { line.index(after: $0) } ?? line.startIndex
                return stamps.contains(String(line[from...].prefix { $0 != "." && $0 != "]" }))
            }.count
        }
        return [
            "orders-erp": try lines("system.log", ["exported", "export of"]) {
                String(StoreTime.monolog($0).prefix { $0 != "." })
            },
            "payment-psp": try lines("access.log", ["POST"], StoreTime.nginx),
        ]
    }
}

import Documents

/// What a console makes of a healthy store, of consumers that stop, and of servers that die: the same checks
/// for `make soak` and for the tests.
package final class Soak: Sendable {
    package let store: LivingStore
    package let console: WatchingConsole
    package let watch: LivingStore.Watch
    let say: @Sendable (String) -> Void

    package init(
        _ binary: String, _ watch: LivingStore.Watch, say: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        self.watch = watch
        self.say = say
        store = try await LivingStore()
        console = try WatchingConsole(binary, over: store, watch)
        try await console.isReading()
    }

    package func end() async throws {
        try await console.leave()
        try await store.stop()
    }

    // MARK: Health

    /// Watches so long; answers everything that was told and is not so.
    package func health(for seconds: Double) async throws -> [String] {
        var told = 0
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            let journal = try console.journal()
            for event in journal.dropFirst(told) { say(event.line) }
            told = journal.count
            // The time itself is what is waited for.
            try await Task.sleep(for: .seconds(1))
        }
        var wrong = try console.journal().filter(isFalse).map { "told: \($0.line)" }
        wrong += try await unwell()
        // A deadlock ends a process of the store now and then; it is back a second later.
        for error in store.errors { say("a worker began anew: \(error)") }
        return wrong
    }

    /// In a healthy store nothing is worse than ok, nothing goes away, nobody turns a flag, clocks agree.
    private func isFalse(_ event: WatchingConsole.Event) -> Bool {
        if event.isTrouble { return true }
        return ["no longer in", "turned elsewhere", "clock"].contains { event.text.contains($0) }
    }

    /// What a look beside the console finds.
    private func unwell() async throws -> [String] {
        let (code, document) = try await console.status()
        var wrong = (document["checks"]?.elements ?? []).filter {
            !["ok", "off"].contains($0["status"]?.string ?? "")
        }.map { check in
            let reason = (check["reason"]?.elements ?? []).compactMap(\.string).joined(separator: " · ")
            return "status: \(check["id"]?.string ?? "") \(check["status"]?.string ?? ""): \(reason)"
        }
        if code != 0 { wrong.append("status ended with \(code ?? -1)") }
        return wrong
    }

    // MARK: Consumers that stop

    package struct Told: Sendable {
        package let consumer: LivingStore.Consumer
        package let how: String
        package let limit: Double
        /// Seconds until the journal told it; nil for never.
        package var seconds: Double?
        package var text = ""
        /// Seconds from its mending until the journal called it well.
        package var wellAfter: Double?

        package var isAsWanted: Bool { (seconds ?? .infinity) <= limit && wellAfter != nil }
        package var line: String {
            func figure(_ seconds: Double?) -> String { seconds.map { "\(Int($0.rounded())) s" } ?? "never" }
            return "\(isAsWanted ? "ok  " : "BAD ") \(how) \(consumer.queue) (\(consumer.kind)): told after "
                + "\(figure(seconds)), limit \(Int(limit)) s; well again after \(figure(wellAfter)) | \(text)"
        }
    }

    /// Stops these consumers at once while work arrives, waits until each is told, mends them, and waits until
    /// each is well again.
    package func stop(
        _ conduct: StoreWorker.Conduct, where isChosen: (LivingStore.Consumer) -> Bool
    ) async throws -> [Told] {
        let how = conduct == .hung ? "hung  " : "killed"
        var all = store.consumers.filter { isChosen($0) && (conduct == .killed || $0.canHang) }.map {
            Told(consumer: $0, how: how, limit: watch.limit(for: $0))
        }
        var seen = try console.journal().count
        for told in all { told.consumer.worker.turn(conduct) }
        let start = ContinuousClock.now
        // Late is told as late, not as never.
        let longest = (all.map(\.limit).max() ?? 0) + 30
        try await follow(&seen, within: longest) { event, seconds in
            for place in all.indices where all[place].seconds == nil && event.isOfService {
                guard event.isAbout(queue: all[place].consumer.queue, of: all[place].consumer.source) else {
                    continue
                }
                all[place].seconds = seconds
                all[place].text = event.text
            }
        } until: {
            all.allSatisfy { $0.seconds != nil }
        }
        say("\(how): told after \(Int((ContinuousClock.now - start) / .seconds(1))) s, mending")
        for told in all { told.consumer.worker.turn(.working) }
        try await follow(&seen, within: 120 + 3 * (watch.interval ?? 10)) { event, seconds in
            for place in all.indices where all[place].wellAfter == nil && event.status == "ok" {
                guard event.isAbout(queue: all[place].consumer.queue, of: all[place].consumer.source) else {
                    continue
                }
                all[place].wellAfter = seconds
            }
        } until: {
            all.allSatisfy { $0.seconds == nil || $0.wellAfter != nil }
        }
        return all
    }

    /// Hands on each new line of the journal with the seconds that have passed, until it is enough.
    private func follow(
        _ seen: inout Int, within seconds: Double,
        _ take: (WatchingConsole.Event, Double) -> Void, until isEnough: () -> Bool
    ) async throws {
        let start = ContinuousClock.now
        while true {
            let passed = (ContinuousClock.now - start) / .seconds(1)
            let journal = try console.journal()
            for event in journal.dropFirst(seen) {
                say(event.line)
                take(event, passed)
            }
            seen = journal.count
            if isEnough() || passed > seconds { return }
            try await Task.sleep(for: .milliseconds(250))
        }
    }
}

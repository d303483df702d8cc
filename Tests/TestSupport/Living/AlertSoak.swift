import Platform

/// What the built program without a screen tells of a healthy store with imports and deploys, and of each kind of
/// trouble from its cause to its end: the same for `make soak-alerts` and for the tests.
package final class AlertSoak: Sendable {
    package let store: LivingStore
    package let watch: HeadlessWatch
    private let binary: String
    private let config: String
    private let say: @Sendable (String) -> Void

    package init(
        _ binary: String, _ watch: LivingStore.Watch, arguments: [String] = [],
        say: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        self.binary = binary
        self.say = say
        store = try await LivingStore()
        config = try store.config(watch)
        self.watch = try await HeadlessWatch(binary, over: store, config: config, arguments: arguments)
    }

    package func end() async throws {
        try await watch.end()
        try await store.stop()
    }

    // MARK: Health

    /// When what happens in so many seconds of health.
    package struct Day: Sendable {
        package var seconds: Double
        /// Of operations in each import, and the seconds it takes.
        package var operations = 13_000
        package var importing: Int
        /// From the beginning, in seconds.
        package var imports: [Double]
        package var deploys: [Double]
        package var deploying: Double

        /// An hour as many a store has it: an import each twenty minutes, of three minutes; a deploy, of 100 seconds.
        package static func long(minutes: Double) -> Day {
            let seconds = minutes * 60
            return Day(
                seconds: seconds, importing: 180,
                imports: Array(stride(from: 240, to: seconds - 300, by: 1200)),
                deploys: Array(stride(from: 1320, to: seconds - 300, by: 1800)), deploying: 100)
        }

        package static let short = Day(
            seconds: 90, importing: 20, imports: [20], deploys: [50], deploying: 10)
    }

    /// Lives through it; answers everything that was told although nothing is wrong.
    package func health(_ day: Day) async throws -> [String] {
        let before = try HeadlessWatch.lines(store).count
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.importAll(day) }
            group.addTask { try await self.deployAll(day) }
            group.addTask { try await self.follow(day.seconds, from: before) }
            try await group.waitForAll()
        }
        for error in store.errors { say("a worker began anew: \(error)") }
        if !watch.isRunning { return ["the watch has ended: \(watch.log)"] }
        return try told(from: before)
    }

    private func told(from count: Int) throws -> [String] {
        try HeadlessWatch.lines(store).dropFirst(count).filter { !$0.isOfMachine }.map(\.line)
    }

    private func follow(_ seconds: Double, from count: Int) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        var seen = count
        while ContinuousClock.now < end {
            let lines = try HeadlessWatch.lines(store)
            for line in lines.dropFirst(seen) { say(line.line) }
            seen = lines.count
            // The time itself is what is waited for.
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func importAll(_ day: Day) async throws {
        let began = ContinuousClock.now
        for (number, start) in day.imports.enumerated() {
            try await Task.sleep(until: began + .seconds(start), clock: .continuous)
            say("import of \(day.operations) operations, \(day.importing) s")
            let uuid = "import-\(number)"
            try await store.importOperations(day.operations, named: uuid, lasting: day.importing)
            try await store.isImported(uuid, within: .seconds(3 * day.importing + 60))
            say("imported after \(Int((ContinuousClock.now - began) / .seconds(1) - start)) s")
        }
    }

    private func deployAll(_ day: Day) async throws {
        let began = ContinuousClock.now
        for (number, start) in day.deploys.enumerated() {
            try await Task.sleep(until: began + .seconds(start), clock: .continuous)
            let version = "2.4.8-p\(number + 1)"
            say("deploy of \(version), \(Int(day.deploying)) s")
            try await store.deploy(version, lasting: day.deploying)
            let result = try await ChildProcess.run(
                ChildCommand(
                    [binary, "--config", config, "mark", "deploy", version],
                    environment: HeadlessWatch.variables(store)), deadline: .seconds(30))
            guard result.end == .exited(0) else {
                throw SystemError(
                    "mark", "a deploy", detail: String(decoding: result.error, as: UTF8.self))
            }
        }
    }

    // MARK: Trouble

    /// One kind of trouble, as it was told.
    package struct Told: Sendable {
        package let trouble: StoreTrouble
        /// Moments of the wall clock, seconds since 1970: its cause was under way between the first two.
        fileprivate(set) package var caused = (began: 0, ended: 0)
        fileprivate(set) package var openedAfter: Double?
        fileprivate(set) package var resolvedAfter: Double?
        fileprivate(set) package var flaws: [String] = []
        fileprivate var opened: HeadlessWatch.Line?

        package var isAsWanted: Bool { openedAfter != nil && resolvedAfter != nil && flaws.isEmpty }
        package var line: String {
            func figure(_ seconds: Double?) -> String { seconds.map { "\(Int($0.rounded())) s" } ?? "never" }
            let text = flaws.isEmpty ? opened?.summary ?? "" : flaws.joined(separator: "; ")
            return "\(isAsWanted ? "ok  " : "BAD ") \(trouble.name): opened after \(figure(openedAfter)), "
                + "resolved \(figure(resolvedAfter)) after it was mended | \(text)"
        }
    }

    /// Causes all of them at once and waits until each is told as it should be.
    package static func open(
        _ troubles: [StoreTrouble], in store: LivingStore, by watch: HeadlessWatch, within limit: Duration
    ) async throws -> [Told] {
        let began = ContinuousClock.now
        var all = troubles.map { Told(trouble: $0) }
        for place in all.indices {
            all[place].caused.began = StoreTime.now
            try await troubles[place].cause(store)
            all[place].caused.ended = StoreTime.now
        }
        for place in all.indices {
            let trouble = all[place].trouble
            let left = max(.zero, limit - (ContinuousClock.now - began))
            let line = try await watch.line("opened", trouble.entity, trouble.kind, within: left)
            all[place].opened = line
            all[place].openedAfter = Double((StoreTime.seconds(of: line.time) ?? 0) - all[place].caused.began)
            let (cause, end) = all[place].caused
            all[place].flaws = trouble.flaws(of: line, causedAt: cause, by: end)
        }
        return all
    }

    /// Mends all of them at once and waits until each is over.
    package static func resolve(
        _ told: [Told], in store: LivingStore, by watch: HeadlessWatch, within limit: Duration
    ) async throws -> [Told] {
        var all = told
        for one in all { try await one.trouble.mend(store) }
        let (mended, began) = (StoreTime.now, ContinuousClock.now)
        for place in all.indices {
            let trouble = all[place].trouble
            let left = max(.zero, limit - (ContinuousClock.now - began))
            let line = try await watch.line("resolved", trouble.entity, trouble.kind, within: left)
            let after = (StoreTime.seconds(of: line.time) ?? 0) - mended
            all[place].resolvedAfter = Double(after)
            if line.id <= all[place].opened?.id ?? 0 || after < -1 {
                all[place].flaws.append("over before it was mended: \(line.line)")
            }
        }
        return all
    }

    /// Opened although nothing of it is wrong, or opened twice.
    package static func surplus(_ store: LivingStore, wanted: [String]) throws -> [String] {
        var numbers: Set<Int> = []
        var left = wanted
        return try HeadlessWatch.lines(store).filter { line in
            guard line.what == "opened", !line.isOfMachine, numbers.insert(line.id).inserted else {
                return false
            }
            guard let place = left.firstIndex(of: line.name) else { return true }
            left.remove(at: place)
            return false
        }.map(\.line)
    }
}

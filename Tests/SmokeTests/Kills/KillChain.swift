import Platform
import TestSupport
import Testing

/// One store whose console, or the program of whose change, is killed again and again in the middle of a change.
/// After each kill a new console takes up what it finds, and what it and the log say is compared with the store.
final class KillChain {
    struct Figures: Sendable {
        var kills = 0
        var changes = 0
        /// By how far it had come when the console was killed, and by the last word on it.
        var moments: [String: Int] = [:]
        var ends: [String: Int] = [:]
        var turnedByHand = 0

        mutating func add(_ other: Figures) {
            kills += other.kills
            changes += other.changes
            moments.merge(other.moments, uniquingKeysWith: +)
            ends.merge(other.ends, uniquingKeysWith: +)
            turnedByHand += other.turnedByHand
        }
    }

    private enum Victim: CaseIterable { case console, child, both }

    private let store: KilledStore
    private let number: Int
    private var random: SeededGenerator
    private var pty: Pty
    private var isOver = false
    private(set) var figures = Figures()
    /// Who turned each last; true by a change of ours, false by hand.
    private var turnedByUs: [String: Bool] = [:]
    private var turnedByHand: [String: Int] = [:]
    /// The ends that were compared with the store already.
    private var judged: Set<String> = []
    private var round = ""

    init(_ number: Int, on database: MariaDBServer) async throws {
        self.number = number
        store = try await KilledStore(number, on: database)
        random = SeededGenerator(seed: UInt64(number))
        pty = try store.open()
    }

    /// Kills so often. `settles`: at last the two minutes are waited that a change without a trace is given.
    func run(_ kills: Int, settles: Bool) async throws {
        for kill in 1...kills {
            round = "kill \(kill) of chain \(number)"
            guard let flag = try await pick() else {
                try await settle(everything: true)
                continue
            }
            let victim =
                flag.kind == .file ? .console : Victim.allCases.randomElement(using: &random) ?? .both
            round += ", \(victim) at \(flag.name)"
            try await ask(flag)
            try await strike(victim, flag)
            figures.kills += 1
            // Some are killed while they take up what the one before has left.
            if isOver, Int.random(in: 0..<7, using: &random) == 0 {
                try start()
                try await rest(upTo: 400)
                try await end()
                figures.kills += 1
            }
            if isOver {
                if Int.random(in: 0..<6, using: &random) == 0 { try await turnOneByHand() }
                try start()
            }
            try await settle(everything: false)
            try await compare()
        }
        if settles {
            round = "the end of chain \(number)"
            try await settle(everything: true)
            try await compare()
        }
        try await close()
    }

    // MARK: One change

    /// A flag that nothing is under way of.
    private func pick() async throws -> KilledStore.Flag? {
        let open = Set(try KilledChange.all(in: store).filter { $0.ends.isEmpty }.map(\.flag))
        return KilledStore.flags.filter { !open.contains($0.name) }.randomElement(using: &random)
    }

    private func ask(_ flag: KilledStore.Flag) async throws {
        let pty = pty
        try await pty.sees("_1")
        try await pty.step(to: flag.name)
        pty.send("t")
        try await pty.sees("Closes in")
        // A question takes keys once none came for a while.
        try await Task.sleep(for: .milliseconds(330))
        pty.send("\t\r")
    }

    private func strike(_ victim: Victim, _ flag: KilledStore.Flag) async throws {
        let before = store.writers.count
        let asked = try KilledChange.all(in: store).count
        switch flag.kind {
        case .file:
            if Bool.random(using: &random) {
                try? await wait(for: "it is on record", within: .milliseconds(500)) {
                    try KilledChange.all(in: store).count > asked
                }
                try await rest(upTo: 12)
            } else {
                try await rest(upTo: 60)
            }
        case .command, .magento:
            if victim == .child || Bool.random(using: &random) {
                try? await wait(for: "it is at work", within: .seconds(10)) {
                    store.writers.count > before
                }
                try await rest(upTo: 220)
            } else {
                try await rest(upTo: 150)
            }
        }
        if victim == .both, Bool.random(using: &random) {
            try await end()
            try await killWriter(after: before)
        } else {
            if victim != .console { try await killWriter(after: before) }
            if victim != .child { try await end() }
        }
        let newest = try KilledChange.all(in: store).last
        let phase = try KilledChange.all(in: store).count > asked ? newest?.phases.last?.name ?? "" : "before"
        figures.moments["\(flag.kind.rawValue) \(phase)", default: 0] += 1
    }

    private func killWriter(after before: Int) async throws {
        guard store.writers.count > before, let pid = store.writers.last, store.atWork.contains(pid) else {
            return
        }
        // It alone, or with all it has started.
        let target = Bool.random(using: &random) ? "\(pid)" : "-\(pid)"
        _ = try await ChildProcess.run(ChildCommand(["kill", "-9", "--", target]), deadline: .seconds(5))
    }

    private func end() async throws {
        pty.signal(Program.Signal.kill)
        _ = try await pty.exit()
        pty.close()
        isOver = true
    }

    private func start() throws {
        pty = try store.open()
        isOver = false
    }

    /// Until it is so; what it looks at is this chain's own.
    private func wait(for fact: String, within limit: Duration, _ isTrue: () async throws -> Bool)
        async throws
    {
        let deadline = ContinuousClock.now + limit
        while try await !isTrue() {
            guard ContinuousClock.now < deadline else { throw NotInTime(description: "\(fact), \(round)") }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    private func rest(upTo milliseconds: Int) async throws {
        try await Task.sleep(for: .microseconds(Int.random(in: 0...milliseconds * 1000, using: &random)))
    }

    /// While no console looks.
    private func turnOneByHand() async throws {
        try await wait(for: "no program is at work", within: .seconds(20)) { store.atWork.isEmpty }
        let news = Set(try KilledChange.all(in: store).filter { !judged.contains($0.id) }.map(\.flag))
        let known = KilledStore.flags.filter { !news.contains($0.name) }
        guard let flag = known.randomElement(using: &random) else { return }
        let values = try await store.values()
        try await store.turnByHand(flag, on: !(values[flag.name] ?? false))
        turnedByUs[flag.name] = false
        turnedByHand[flag.name, default: 0] += 1
        figures.turnedByHand += 1
    }

    // MARK: What is said and what is so

    /// Every change has its end, but one that left no trace and did nothing: it is given two minutes.
    private func settle(everything: Bool) async throws {
        var open: [String] = []
        do {
            try await settle(everything: everything, &open)
        } catch {
            throw NotInTime(
                description: "\(error): \(open.joined(separator: "\n"))\n\(store.atWork)\n\(pty.screen.text)")
        }
    }

    /// `open` are the changes that keep it from being so.
    private func settle(everything: Bool, _ open: inout [String]) async throws {
        try await wait(for: "what can be known is known", within: .seconds(everything ? 200 : 40)) {
            open = []
            guard store.atWork.isEmpty else { return false }
            let values = try await store.values()
            let waiting = try KilledChange.all(in: store).filter { change in
                if !change.ends.isEmpty { return false }
                if everything { return true }
                let isOld = values[change.flag] == change.from
                return !(isOld && (!change.isStarted || change.phases.last?.name == "unknown"))
            }
            open = waiting.map { "\($0.flag), now \(values[$0.flag] ?? false): \($0.phases)" }
            return waiting.isEmpty
        }
    }

    private func compare() async throws {
        let values = try await store.values()
        let changes = try KilledChange.all(in: store)
        for (place, change) in changes.enumerated() {
            let words = "\(round): \(change.flag) \(change.phases)"
            #expect(change.phases.first?.name == "intent", "\(words)")
            #expect(change.ends.count <= 1, "\(words)")
            guard let end = change.ends.last, judged.insert(change.id).inserted else { continue }
            figures.changes += 1
            figures.ends[end.name, default: 0] += 1
            // Nobody else was at work meanwhile: it is what the store is, or was when the next change of it began: the
            // end of one that nothing was known of may come right before that.
            let next = changes[(place + 1)...].first { $0.flag == change.flag }
            #expect(change.leaves == next.map(\.from) ?? values[change.flag], "\(words)")
            if change.leaves == change.to { turnedByUs[change.flag] = true }
            if end.name == "confirmed", let flag = KilledStore.flags.first(where: { $0.name == change.flag })
            {
                #expect(try store.served(flag, values) == change.to, "the config cache is stale, \(words)")
            }
        }
        try await compareLabels(values)
        guard !changes.isEmpty else { return }
        let verified = try await store.run("audit", "verify")
        #expect(
            verified.end == .exited(0),
            "\(round): \(String(decoding: verified.output + verified.error, as: UTF8.self))")
    }

    /// A change that is open may be decided while this looks.
    private func compareLabels(_ values: [String: Bool]) async throws {
        var wrong: [String] = []
        // What the console keeps is there within a second.
        try? await wait(for: "the labels are true", within: .seconds(20)) {
            let labels = try await FlagLabel.all(of: store)
            let changes = try KilledChange.all(in: store)
            wrong = KilledStore.flags.compactMap { flag in
                let last = changes.last { $0.flag == flag.name }
                return fault(labels[flag.name], flag, isOn: values[flag.name] ?? false, last)
                    .map { "\($0): \(last?.phases ?? [])" }
            }
            return wrong.isEmpty
        }
        #expect(wrong.isEmpty, "\(round): \(wrong)")
        // Those that are not known stand above the others; the pane has room for some.
        try await wait(for: "the console says what is not known", within: .seconds(20)) {
            let open = Set(try KilledChange.all(in: store).filter { $0.ends.isEmpty }.map(\.flag))
            return open.count > 8 || open.allSatisfy { pty.screen.text.contains("? \($0) ") }
        }
        let journal = String(
            decoding: (try? Files.read(store.kept("journal.jsonl"), limit: 64 << 20)) ?? [], as: UTF8.self)
        for flag in KilledStore.flags {
            let told = journal.split(separator: "\n").count { line in
                line.contains("\(flag.name) was turned") && line.contains("elsewhere")
            }
            #expect(
                told <= turnedByHand[flag.name, default: 0],
                "\(round): \(flag.name) is told as turned elsewhere")
        }
    }

    /// What is not so of a label, in words.
    private func fault(
        _ label: FlagLabel?, _ flag: KilledStore.Flag, isOn: Bool, _ last: KilledChange?
    ) -> String? {
        guard let label else { return "\(flag.name) is not shown" }
        guard label.value == (isOn ? "ON" : "OFF") else { return "\(flag.name) is not \(label.value)" }
        if let last, last.ends.isEmpty {
            let isOpen = label.progress == "unknown" || label.progress == "running"
            return isOpen ? nil : "\(flag.name) is open and \(label.progress)"
        }
        guard label.progress == "seen" else { return "\(flag.name) is not \(label.progress)" }
        let isOurs = turnedByUs[flag.name] == true
        guard label.changedBy == (isOurs ? "root" : nil) else {
            return
                "\(flag.name) was \(isOurs ? "" : "not ")turned from here, and is by \(label.changedBy ?? "nobody")"
        }
        if isOurs, let turned = last, turned.leaves == turned.to, let at = label.changedAt {
            let (from, to) = (turned.phases.first?.at ?? "", turned.ends.last?.at ?? "")
            if at.prefix(19) < from.prefix(19) || at.prefix(19) > to.prefix(19) {
                return "\(flag.name) was turned between \(from) and \(to), and is since \(at)"
            }
        }
        return nil
    }

    /// Left in order, nothing is left behind.
    private func close() async throws {
        try await pty.leave()
        #expect(store.atWork.isEmpty)
        for folder in [store.folder.path, store.kept(".")] {
            let left = try Files.names(in: folder, startingWith: "").filter { name in
                // A `.tmp` has one name for ever, and the next save takes it.
                [".hypercare", "writer-", "flags.json.kept"].contains { name.hasPrefix($0) }
            }
            #expect(left.isEmpty, "left in \(folder): \(left)")
        }
    }
}

extension Pty {
    /// Filters by its name, goes down until it is chosen, and takes the filter away: the cursor stays on it. Rows that
    /// cannot be turned now look alike in the last row.
    fileprivate func step(to flag: String) async throws {
        let isChosen = { @Sendable (hints: String) in hints.contains("turn \(flag) ") }
        for _ in 0..<6 {
            // What an earlier try left goes first. Escape is a key of its own when nothing follows it at once.
            send("5/\u{1b}")
            try await Task.sleep(for: .milliseconds(150))
            send("/\(flag)\rg")
            for _ in 0..<3 {
                try? await eventually("it is chosen", within: .milliseconds(600)) { isChosen(self.hints) }
                if try await stays(isChosen) {
                    send("\u{1b}")
                    try? await eventually("all are back", within: .milliseconds(600)) {
                        !self.hints.contains("no filter")
                    }
                    if try await stays(isChosen) { return }
                    break
                }
                send("j")
            }
        }
        throw NotInTime(description: "\(flag) is not chosen\n\(screen.text)")
    }

    /// Whether the last row stays so for a while.
    private func stays(_ isSo: @escaping @Sendable (String) -> Bool) async throws -> Bool {
        let change: Void? = try? await eventually("it changes", within: .milliseconds(150)) {
            !isSo(self.hints)
        }
        return change == nil
    }
}
